// Sockets without a login, where each message about the account carries a token that is good for this one message:
// `{"do":"add","feed":"own","pass":"eyJ…"}`. The token is a JWT, signed with a key that has a name.
import { createHash } from 'node:crypto';
import type { Login, RequestContext } from '../exchange.js';
import { missingText } from './checks.js';
import { privateKeyOf, signJwt } from './jwt.js';

/** A key as it was handed out: see `privateKeyOf` for its forms. */
export interface NamedKey {
  readonly keyName: string;
  readonly privateKey: string;
}

export interface TokenRules {
  /** The venue's name, for who reads an error. */
  readonly venue: string;
  /** What the venue wants to be named as the issuer. */
  readonly issuer: string;
  /** Seconds in which the message has to arrive. What it subscribed goes on when its token has expired. */
  readonly lifetimeSeconds: number;
}

export interface MessageTokens {
  /** Checks the key. There is no message to log in with. */
  readonly login: Login<NamedKey>;
  /** A fresh token. @throws TypeError for a key that cannot sign. */
  readonly messageToken: (key: NamedKey, context: RequestContext) => string;
}

export function messageTokens({ venue, issuer, lifetimeSeconds }: TokenRules): MessageTokens {
  return {
    login: { validate: keyProblem, read: () => `${venue} answers no login` },
    messageToken({ keyName, privateKey }, context) {
      const key = privateKeyOf(privateKey);
      if (key === undefined) throw new TypeError('credentials.privateKey cannot sign');
      const now = Math.floor(context.wallMs / 1000);
      const nonce = createHash('sha256').update(context.nonce()).digest('hex').slice(0, 32);
      const claims = { sub: keyName, iss: issuer, nbf: now, exp: now + lifetimeSeconds };
      return signJwt(key, { kid: keyName, nonce }, claims);
    },
  };
}

/** What is wrong with the credentials in words, never the value. */
function keyProblem(credentials: unknown): string | undefined {
  const missing = missingText(credentials, ['keyName', 'privateKey']);
  if (missing !== undefined) return missing;
  const { privateKey } = credentials as NamedKey;
  if (privateKeyOf(privateKey) !== undefined) return undefined;
  return 'credentials.privateKey must be the PEM of a P-256 key or an Ed25519 key in base64';
}
