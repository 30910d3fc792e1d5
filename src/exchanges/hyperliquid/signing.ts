// How Hyperliquid wants an action signed: MessagePack, keccak, and an EIP-712 "Agent" whose connectionId is that hash.
// secp256k1 with recovery and keccak are not in node:crypto; @noble/curves is audited, has no native part and one dependency of its own.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 as keccak } from '@noble/hashes/sha3.js';
import { encodeMessagePack } from '../dialects/msgpack.js';
import type { JsonObject } from '../dialects/json-rpc.js';

export interface ActionSignature {
  readonly r: string;
  readonly s: string;
  readonly v: 27 | 28;
}

export interface SignedAction {
  /** Its keys are signed in this order. */
  readonly action: JsonObject;
  /** Milliseconds since the Unix epoch, used once. */
  readonly nonce: number;
  /** The vault or sub-account that is traded for. */
  readonly vaultAddress?: string | undefined;
  /** Milliseconds since the Unix epoch after which the venue refuses it. */
  readonly expiresAfter?: number | undefined;
}

/** keccak256 of the action, the nonce, the vault and the expiry. */
export function actionHash({ action, nonce, vaultAddress, expiresAfter }: SignedAction): Uint8Array {
  const vault = vaultAddress === undefined ? [Buffer.of(0)] : [Buffer.of(1), bytesOf(vaultAddress)];
  const expiry = expiresAfter === undefined ? [] : [Buffer.of(0), bigEndian(expiresAfter)];
  return keccak(Buffer.concat([encodeMessagePack(action), bigEndian(nonce), ...vault, ...expiry]));
}

/** `network`: a signature for the one is worth nothing on the other. */
export function signAction(
  action: SignedAction,
  privateKey: string,
  network: 'live' | 'test',
): ActionSignature {
  const digest = digestOf(action, network);
  const signed = secp256k1.sign(digest, bytesOf(privateKey), { prehash: false, format: 'recovered' });
  return { r: hex(signed.subarray(1, 33)), s: hex(signed.subarray(33)), v: signed[0] === 0 ? 27 : 28 };
}

/** Whose signature it is: the way the venue itself finds out who asks. */
export function signerOf(
  action: SignedAction,
  { r, s, v }: ActionSignature,
  network: 'live' | 'test',
): string {
  const bytes = Buffer.concat([Buffer.of(v - 27), bytesOf(r), bytesOf(s)]);
  const publicKey = secp256k1.recoverPublicKey(bytes, digestOf(action, network), { prehash: false });
  return addressOfPublicKey(secp256k1.Point.fromBytes(publicKey).toBytes(false));
}

/** The address that belongs to a private key, in lower case. @throws for a text that is no such key. */
export function addressOf(privateKey: string): string {
  return addressOfPublicKey(secp256k1.getPublicKey(bytesOf(privateKey), false));
}

function addressOfPublicKey(uncompressed: Uint8Array): string {
  return hex(keccak(uncompressed.subarray(1)).subarray(12));
}

/** What is signed: the EIP-712 hash of an `Agent` in the venue's domain. */
function digestOf(action: SignedAction, network: 'live' | 'test'): Uint8Array {
  const agent = Buffer.concat([AGENT_TYPE, hashText(network === 'live' ? 'a' : 'b'), actionHash(action)]);
  return keccak(Buffer.concat([Buffer.of(0x19, 0x01), DOMAIN, keccak(agent)]));
}

/** True for 32 bytes as hex that are a key of the curve. */
export function isPrivateKey(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^0x[0-9a-fA-F]{64}$/.test(value) &&
    secp256k1.utils.isValidSecretKey(bytesOf(value))
  );
}

const hashText = (text: string): Uint8Array => keccak(Buffer.from(text));
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), 'hex'));

function bigEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const CHAIN_ID = 1337;
const AGENT_TYPE = hashText('Agent(string source,bytes32 connectionId)');
const DOMAIN = keccak(
  Buffer.concat([
    hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
    hashText('Exchange'),
    hashText('1'),
    Buffer.concat([Buffer.alloc(24), bigEndian(CHAIN_ID)]),
    Buffer.alloc(32),
  ]),
);
