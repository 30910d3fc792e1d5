// JSON Web Tokens for venues that want one in each message: ES256 with a P-256 key, EdDSA with an Ed25519 key.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { JsonObject } from './json-rpc.js';

/** What stands in front of the 32 bytes of an Ed25519 seed in a PKCS #8 key. */
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The private key out of what venues hand out: a PEM, also with its line breaks written as `\n`, or an Ed25519 key in base64 (the seed,
 * alone or followed by the public key). Undefined for anything else, and for keys that sign neither ES256 nor EdDSA.
 */
export function privateKeyOf(text: string): KeyObject | undefined {
  try {
    const key = text.includes('-----BEGIN') ? createPrivateKey(text.replaceAll('\\n', '\n')) : ed25519(text);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    return type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1') ? key : undefined;
  } catch {
    // The reason could quote the key.
    return undefined;
  }
}

/** `header.claims.signature`; the algorithm follows from the key. */
export function signJwt(key: KeyObject, header: JsonObject, claims: JsonObject): string {
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  const alg = isEd25519 ? 'EdDSA' : 'ES256';
  const text = `${encoded({ alg, typ: 'JWT', ...header })}.${encoded(claims)}`;
  const options = isEd25519 ? key : ({ key, dsaEncoding: 'ieee-p1363' } as const);
  const signature = sign(isEd25519 ? null : 'sha256', Buffer.from(text), options);
  return `${text}.${signature.toString('base64url')}`;
}

function ed25519(text: string): KeyObject {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32 && bytes.length !== 64) throw new RangeError('not the length of an Ed25519 key');
  const key = Buffer.concat([ED25519_HEAD, bytes.subarray(0, 32)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function encoded(part: JsonObject): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
