// Actions signed as EIP-712 typed data in an "Agent" whose connectionId is the keccak hash of the action in MessagePack, its nonce, vault
// and expiry. What differs between venues that sign so is the domain and what the agent's source is on which network.
import type { RequestContext } from '../exchange.js';
import type { JsonObject } from './json-rpc.js';
import { encodeMessagePack } from './msgpack.js';
import { freshNonce } from './nonces.js';
import {
  addressOf,
  bigEndian,
  bytesOf,
  domainHash,
  hashText,
  keccak,
  type RecoverableSignature,
  signDigest,
  signerOfDigest,
  typedDataDigest,
} from './typed-data.js';
import type { WalletCredentials } from './wallets.js';

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

type Network = 'live' | 'test';

export interface ActionDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
}

export interface ActionSigner {
  readonly sign: (action: SignedAction, privateKey: string, network: Network) => RecoverableSignature;
  /** Whose signature it is. @throws where it is none at all. */
  readonly signerOf: (action: SignedAction, signature: RecoverableSignature, network: Network) => string;
  /** `{"action":{…},"nonce":17,"signature":{…},"vaultAddress":null}`: signed for the connection's account, with a nonce of its own. */
  readonly payload: (action: JsonObject, context: RequestContext, expiresAfter?: number) => JsonObject;
}

/** `sources`: the agent's on each network. A signature for the one is worth nothing on the other. */
export function actionSigner(
  { name, version, chainId }: ActionDomain,
  sources: Readonly<Record<Network, string>>,
): ActionSigner {
  const domain = domainHash(name, version, chainId);
  const digestOf = (action: SignedAction, network: Network): Uint8Array =>
    typedDataDigest(domain, Buffer.concat([AGENT_TYPE, hashText(sources[network]), actionHash(action)]));
  const sign: ActionSigner['sign'] = (action, privateKey, network) =>
    signDigest(digestOf(action, network), privateKey);
  return {
    sign,
    signerOf: (action, signature, network) => signerOfDigest(digestOf(action, network), signature),
    payload(action, context, expiresAfter) {
      const { privateKey, vault } = context.credentials as WalletCredentials;
      const nonce = freshNonce(addressOf(privateKey), context.wallMs);
      const vaultAddress = vault?.toLowerCase();
      const signed = { action, nonce, vaultAddress, expiresAfter };
      const signature = sign(signed, privateKey, context.network ?? 'live');
      return { action, nonce, signature, vaultAddress: vaultAddress ?? null, expiresAfter };
    },
  };
}

const AGENT_TYPE = hashText('Agent(string source,bytes32 connectionId)');

/** keccak256 of the action, the nonce, the vault and the expiry. */
export function actionHash({ action, nonce, vaultAddress, expiresAfter }: SignedAction): Uint8Array {
  const vault = vaultAddress === undefined ? [Buffer.of(0)] : [Buffer.of(1), bytesOf(vaultAddress)];
  const expiry = expiresAfter === undefined ? [] : [Buffer.of(0), bigEndian(expiresAfter)];
  return keccak(Buffer.concat([encodeMessagePack(action), bigEndian(nonce), ...vault, ...expiry]));
}
