// API keys of the simulated Binance and the check of what they signed, written apart from the library's own signing on purpose.
import { createHmac, createPublicKey, verify } from 'node:crypto';

/** An API key that the simulated Binance knows: with a secret, or with the public half of a key pair. */
export interface BinanceAccountOptions {
  readonly apiKey: string;
  /** Of an HMAC key. */
  readonly secret?: string;
  /** Of an Ed25519 or RSA key, as PEM text. */
  readonly publicKey?: string;
}

export const testKey: BinanceAccountOptions = { apiKey: 'test-key', secret: 'test-secret' };

/** Whether the signature is that of this account's key over all other parameters. */
export function isSignedBy(
  account: BinanceAccountOptions,
  params: Readonly<Record<string, unknown>>,
): boolean {
  const { signature, ...rest } = params;
  const payload = Object.keys(rest)
    .sort()
    .map((name) => `${name}=${String(rest[name])}`)
    .join('&');
  if (account.secret !== undefined) {
    return signature === createHmac('sha256', account.secret).update(payload).digest('hex');
  }
  if (account.publicKey === undefined) return false;
  const key = createPublicKey(account.publicKey);
  const algorithm = key.asymmetricKeyType === 'rsa' ? 'RSA-SHA256' : undefined;
  return verify(algorithm, Buffer.from(payload), key, Buffer.from(String(signature), 'base64'));
}

/** Only Ed25519 keys may log a session on. */
export function mayLogOn(account: BinanceAccountOptions): boolean {
  return (
    account.publicKey !== undefined && createPublicKey(account.publicKey).asymmetricKeyType === 'ed25519'
  );
}
