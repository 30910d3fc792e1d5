// The accounts of the simulated Coinbase and the check of the token that each private message carries.
import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** A key that the simulated Coinbase knows. */
export interface CoinbaseAccountOptions {
  readonly keyName: string;
  /** As `CoinbaseCredentials` takes it. The simulated exchange keeps only its public half. */
  readonly privateKey: string;
}

/** The account that exists when no other was asked for. */
export const coinbaseTestAccount: CoinbaseAccountOptions = {
  keyName: 'organizations/test/apiKeys/test',
  privateKey: Buffer.from('bulkhead-ws: a simulated key, ok').toString('base64'),
};

export type Row = Readonly<Record<string, unknown>>;

export class CoinbaseAccounts {
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** @throws TypeError for a key that cannot sign. */
  constructor(accounts: readonly CoinbaseAccountOptions[]) {
    this.#keys = new Map(
      accounts.map(({ keyName, privateKey }) => {
        return [keyName, publicKeyOf(keyName, privateKey)];
      }),
    );
  }

  /** The name of the key that signed the token, if it is good at this second. */
  nameOf(token: unknown, nowSeconds: number): string | undefined {
    const [header = '', claims = '', signature = ''] = typeof token === 'string' ? token.split('.') : [];
    const { kid, nonce } = decoded(header);
    const { sub, iss, nbf, exp } = decoded(claims);
    const key = typeof kid === 'string' ? this.#keys.get(kid) : undefined;
    if (key === undefined || sub !== kid || iss !== 'cdp' || typeof nonce !== 'string') return undefined;
    if (!(Number(nbf) <= nowSeconds + 1 && nowSeconds < Number(exp) && Number(exp) <= Number(nbf) + 120)) {
      return undefined;
    }
    return isSigned(key, `${header}.${claims}`, signature) ? (kid as string) : undefined;
  }
}

/** What stands in front of the 32 bytes of an Ed25519 seed in a PKCS #8 key. */
const ED25519_HEAD = '302e020100300506032b657004220420';

function publicKeyOf(keyName: string, privateKey: string): KeyObject {
  try {
    if (privateKey.includes('-----BEGIN')) return createPublicKey(createPrivateKey(privateKey));
    const seed = Buffer.from(privateKey, 'base64').subarray(0, 32);
    const key = Buffer.concat([Buffer.from(ED25519_HEAD, 'hex'), seed]);
    return createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  } catch {
    // The reason could quote the key.
    throw new TypeError(`accounts: the private key of ${keyName} cannot sign`);
  }
}

function isSigned(key: KeyObject, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (key.asymmetricKeyType === 'ed25519') return verify(null, Buffer.from(text), key, bytes);
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}

function decoded(part: string): Row {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Row) : {};
  } catch {
    return {};
  }
}
