// How Hyperliquid wants an action signed: MessagePack, keccak, and an EIP-712 "Agent" whose connectionId is that hash.
import { encodeMessagePack } from '../dialects/msgpack.js';
import type { JsonObject } from '../dialects/json-rpc.js';
import {
  bigEndian,
  bytesOf,
  domainHash,
  hashText,
  keccak,
  type RecoverableSignature,
  signDigest,
  signerOfDigest,
  typedDataDigest,
} from '../dialects/typed-data.js';

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
): RecoverableSignature {
  return signDigest(digestOf(action, network), privateKey);
}

export function signerOf(
  action: SignedAction,
  signature: RecoverableSignature,
  network: 'live' | 'test',
): string {
  return signerOfDigest(digestOf(action, network), signature);
}

const AGENT_TYPE = hashText('Agent(string source,bytes32 connectionId)');
const DOMAIN = domainHash('Exchange', '1', 1337);

function digestOf(action: SignedAction, network: 'live' | 'test'): Uint8Array {
  const source = hashText(network === 'live' ? 'a' : 'b');
  return typedDataDigest(DOMAIN, Buffer.concat([AGENT_TYPE, source, actionHash(action)]));
}
