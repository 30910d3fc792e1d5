// Keys and signatures of venues that know their users by an Ethereum address: secp256k1 over keccak hashes, and EIP-712 typed data.
// Neither recovery nor keccak is in node:crypto; @noble/curves is audited, has no native part and one dependency of its own.
// @see https://eips.ethereum.org/EIPS/eip-712
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

export const keccak: (bytes: Uint8Array) => Uint8Array = keccak_256;

/** A signature from which the public key can be recovered; `r` and `s` as hex with 0x. */
export interface RecoverableSignature {
  readonly r: string;
  readonly s: string;
  readonly v: 27 | 28;
}

/** `privateKey`: 32 bytes as hex with 0x, as everywhere here. */
export function signDigest(digest: Uint8Array, privateKey: string): RecoverableSignature {
  const signed = secp256k1.sign(digest, bytesOf(privateKey), { prehash: false, format: 'recovered' });
  return { r: hex(signed.subarray(1, 33)), s: hex(signed.subarray(33)), v: signed[0] === 0 ? 27 : 28 };
}

/** Whose signature it is: the way a venue finds out who asks. */
export function signerOfDigest(digest: Uint8Array, { r, s, v }: RecoverableSignature): string {
  const bytes = Buffer.concat([Buffer.of(v - 27), bytesOf(r), bytesOf(s)]);
  const publicKey = secp256k1.recoverPublicKey(bytes, digest, { prehash: false });
  return addressOfPublicKey(secp256k1.Point.fromBytes(publicKey).toBytes(false));
}

/** The address that belongs to a private key, in lower case. @throws for a text that is no such key. */
export function addressOf(privateKey: string): string {
  return addressOfPublicKey(secp256k1.getPublicKey(bytesOf(privateKey), false));
}

function addressOfPublicKey(uncompressed: Uint8Array): string {
  return hex(keccak(uncompressed.subarray(1)).subarray(12));
}

/** True for 32 bytes as hex that are a key of the curve. */
export function isPrivateKey(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^0x[0-9a-fA-F]{64}$/.test(value) &&
    secp256k1.utils.isValidSecretKey(bytesOf(value))
  );
}

/** What is signed of typed data: its struct, already encoded, in a domain. */
export function typedDataDigest(domain: Uint8Array, encodedStruct: Uint8Array): Uint8Array {
  return keccak(Buffer.concat([Buffer.of(0x19, 0x01), domain, keccak(encodedStruct)]));
}

/** The hash of a domain whose verifying contract is the address zero. */
export function domainHash(name: string, version: string, chainId: number): Uint8Array {
  return keccak(
    Buffer.concat([
      hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
      hashText(name),
      hashText(version),
      Buffer.concat([Buffer.alloc(24), bigEndian(chainId)]),
      Buffer.alloc(32),
    ]),
  );
}

export const hashText = (text: string): Uint8Array => keccak(Buffer.from(text));
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

/** Eight bytes. */
export function bigEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
