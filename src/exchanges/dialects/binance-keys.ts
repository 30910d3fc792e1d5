// How Binance proves an API key: the text that is signed, and the three kinds of keys (HMAC secret, Ed25519, RSA).
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { missingText } from './checks.js';
import type { JsonObject } from './json-rpc.js';

/** An API key of Binance: with `secret` for an HMAC key, with `privateKey` for an Ed25519 or RSA key. */
export type BinanceCredentials = { readonly apiKey: string } & (
  | {
      /** The secret of an HMAC key. */
      readonly secret: string;
      readonly privateKey?: never;
    }
  | {
      readonly secret?: never;
      /** The private key as PEM text (PKCS #8). An Ed25519 key logs the session in once, any other kind signs each request. */
      readonly privateKey: string;
    }
);

export function keyProblem(credentials: unknown): string | undefined {
  const missing = missingText(credentials, ['apiKey']);
  if (missing !== undefined) return missing;
  const { secret, privateKey } = credentials as BinanceCredentials;
  if ((secret === undefined) === (privateKey === undefined)) {
    return 'credentials need either secret (HMAC keys) or privateKey (Ed25519 and RSA keys)';
  }
  if (secret !== undefined) return missingText(credentials, ['secret']);
  const kind = privateKeyOf(privateKey)?.asymmetricKeyType;
  return kind === 'ed25519' || kind === 'rsa'
    ? undefined
    : 'credentials.privateKey must be the PEM text of an Ed25519 or RSA private key';
}

/** True for keys that can log a session in, after which requests need no signature. */
export function logsOn({ privateKey }: BinanceCredentials): boolean {
  return privateKeyOf(privateKey)?.asymmetricKeyType === 'ed25519';
}

/** The parameters with `apiKey` and `signature`. Members that are undefined are left out, as they are in JSON. */
export function signed(params: JsonObject, credentials: BinanceCredentials): JsonObject {
  const complete = { ...params, apiKey: credentials.apiKey };
  return { ...complete, signature: signatureOf(signaturePayload(complete), credentials) };
}

/** Names in order, `name=value` joined by `&`, nothing escaped: unlike over REST the raw UTF-8 text is signed. */
export function signaturePayload(params: JsonObject): string {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return entries
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('&');
}

function signatureOf(payload: string, { secret, privateKey }: BinanceCredentials): string {
  if (secret !== undefined) return createHmac('sha256', secret).update(payload).digest('hex');
  const key = privateKeyOf(privateKey);
  if (key === undefined) throw new TypeError('credentials.privateKey is no PEM private key');
  return sign(key.asymmetricKeyType === 'rsa' ? 'RSA-SHA256' : undefined, Buffer.from(payload), key).toString(
    'base64',
  );
}

function privateKeyOf(pem: unknown): KeyObject | undefined {
  if (typeof pem !== 'string') return undefined;
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
