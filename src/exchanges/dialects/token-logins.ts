// Logins in the words of OAuth 2, called by JSON-RPC: a grant proves who asks, and the answer brings a pair of tokens with a lifetime and
// rights: `{"access_token":"a1","refresh_token":"r1","expires_in":900,"scope":"books:read"}`.
import type { Login, RequestContext, Session } from '../exchange.js';
import { missingText } from './checks.js';
import { numberOf, objectOf, textOf } from './fields.js';
import { call, isObject, type JsonObject } from './json-rpc.js';

/** What such a login needs to know of whoever asks. */
export interface TokenCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The rights that are wanted, separated by spaces. Left out: what the venue grants by itself. */
  readonly scope?: string;
  /** The name of one of the grants. Left out: the usual one. */
  readonly grant?: string;
}

/** How a grant proves who asks: what it says beside the client and the rights. */
type Proof<Credentials> = (credentials: Credentials, context: RequestContext) => JsonObject;

export interface TokenLoginWords<Credentials> {
  readonly venue: string;
  /** The method that grants tokens, and renews them. */
  readonly method: string;
  /** By the names that the venue has for its grants. */
  readonly grants: Readonly<Record<string, Proof<Credentials>>>;
  readonly usualGrant: string;
  /** The rights of a scope, which must be granted in full; its other words are wishes that the venue need not repeat. */
  readonly isRight: RegExp;
  /** The wider right that this one is part of, or the right itself. */
  readonly widerThan: (right: string) => string;
}

export function tokenLogin<Credentials extends TokenCredentials>(
  words: TokenLoginWords<Credentials>,
): Login<Credentials> {
  const { method, grants, usualGrant } = words;
  return {
    validate: (credentials) =>
      missingText(credentials, ['clientId', 'clientSecret']) ??
      wishProblem(objectOf(credentials), Object.keys(grants)),
    request(credentials, context) {
      const { clientId, scope, grant = usualGrant } = credentials;
      const proof = grants[grant]?.(credentials, context);
      return call(context, method, { grant_type: grant, client_id: clientId, scope, ...proof });
    },
    read: (result, { scope = '' }) => readTokens(result, scope, words),
    refresh: ({ secrets: { refreshToken } }, _credentials, context) =>
      call(context, method, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  };
}

function wishProblem({ scope, grant }: JsonObject, grants: readonly string[]): string | undefined {
  if (scope !== undefined && typeof scope !== 'string') return 'credentials.scope must be a string';
  if (grant === undefined || grants.includes(textOf(grant))) return undefined;
  return `credentials.grant must be ${grants.join(' or ')}`;
}

function readTokens(
  result: unknown,
  scope: string,
  { venue, method, isRight, widerThan }: Omit<TokenLoginWords<never>, 'grants'>,
): Session | string {
  if (!isObject(result)) return `the answer to ${method} is not an object`;
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = result;
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || !(numberOf(seconds) > 0)) {
    return `the answer to ${method} lacks tokens or their lifetime`;
  }
  const granted = wordsOf(textOf(result['scope']));
  const isGranted = (asked: string): boolean =>
    granted.includes(asked) || granted.includes(widerThan(asked)) || !isRight.test(asked);
  const missing = wordsOf(scope).filter((asked) => !isGranted(asked));
  if (missing.length > 0) {
    return `${venue} did not grant ${missing.join(' ')}: widen the rights of the API key or ask for less in scope`;
  }
  return { lifetimeMs: numberOf(seconds) * 1000, granted, secrets: { accessToken, refreshToken } };
}

const wordsOf = (scope: string): readonly string[] => scope.match(/\S+/g) ?? [];
