// Logging in and out: the three grants, forked sessions, tokens for sub-accounts.
// https://docs.deribit.com/articles/authentication
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Account } from './accounts.js';
import type { Call, Methods } from './method.js';
import { noAnswer } from './method.js';
import { invalidCredentials, invalidParameter, RpcError, unauthorized } from './rpc-error.js';
import { readScope } from './scope.js';
import { authResult, type Token } from './tokens.js';
import type { World } from './world.js';

const signatureWindowMs = 60_000;
const grants = ['client_credentials', 'client_signature', 'refresh_token'] as const;

export const authMethods: Methods = {
  'public/auth': { cost: 'non-matching', run: authenticate },
  'public/fork_token': { cost: 'non-matching', run: forkToken },
  'public/exchange_token': { cost: 'non-matching', run: exchangeToken },
  'private/logout': {
    cost: 'non-matching',
    right: 'account:none',
    run: ({ world, session, params, caller }) => {
      const connection = session.connection.id;
      if (params.flag('invalidate_token', true) && session.login !== undefined)
        world.tokens.kill(session.login);
      session.hasLoggedOut = true;
      world.journal.record({ kind: 'logout', connection, account: caller.clientId });
      session.connection.close(1000, '');
      return noAnswer;
    },
  },
};

function authenticate(call: Call): unknown {
  const grant = call.params.choice('grant_type', grants);
  const token = grant === 'refresh_token' ? refresh(call) : login(call, grant);
  return bind(call, token, grant);
}

function login(call: Call, grant: 'client_credentials' | 'client_signature'): Token {
  const { world, session, params } = call;
  const clientId = params.text('client_id');
  const account = world.accounts.byClientId(clientId);
  const isRight =
    grant === 'client_credentials'
      ? isSame(params.text('client_secret'), account?.clientSecret)
      : isSigned(call, account);
  if (account === undefined || !isRight) {
    const connection = session.connection.id;
    world.journal.record({ kind: 'login', connection, account: clientId, granted: false, how: grant });
    throw invalidCredentials();
  }
  return world.tokens.issue(
    account,
    readScope(params.optionalText('scope'), account.rights),
    session.connection.id,
  );
}

/** HMAC-SHA256 over `timestamp \n nonce \n data`; good for 60 s and, with a nonce, for one use. */
function isSigned({ world, params }: Call, account: Account | undefined): boolean {
  const timestamp = params.number('timestamp');
  const signature = params.text('signature');
  const nonce = params.optionalText('nonce') ?? '';
  const data = params.optionalText('data') ?? '';
  if (account === undefined) return false;
  const now = world.clock.milliseconds();
  if (Math.abs(now - timestamp) > signatureWindowMs) return false;
  const right = sign(account.clientSecret, `${timestamp}\n${nonce}\n${data}`);
  return isSame(signature, right) && isFreshNonce(account, nonce, now);
}

export function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Remembers a nonce as long as a signature with it could still be good. */
export function isFreshNonce(account: Account, nonce: string, now: number): boolean {
  const { usedNonces } = account;
  for (const [used, at] of usedNonces) {
    if (now - at <= 2 * signatureWindowMs) break;
    usedNonces.delete(used);
  }
  if (nonce === '') return true;
  if (usedNonces.has(nonce)) return false;
  usedNonces.set(nonce, now);
  return true;
}

/** A session scope keeps its session; a connection scope gets a token of its own. Either way the one before is dead. */
function refresh({ world, session, params }: Call): Token {
  const before = validRefresh(world, params.text('refresh_token'), session.connection.id);
  const asked = params.optionalText('scope');
  const scope = asked === undefined ? before.scope : readScope(asked, before.scope.rights);
  world.tokens.kill(before);
  return world.tokens.issue(before.account, scope, session.connection.id);
}

function forkToken(call: Call): unknown {
  const { world, session, params } = call;
  const before = validRefresh(world, params.text('refresh_token'), session.connection.id);
  if (before.scope.sessionName === undefined) {
    throw invalidParameter('refresh_token', 'must be a token of a session');
  }
  const scope = { ...before.scope, sessionName: params.text('session_name') };
  return bind(call, world.tokens.issue(before.account, scope, session.connection.id), 'fork_token');
}

function exchangeToken(call: Call): unknown {
  const { world, session, params } = call;
  const before = validRefresh(world, params.text('refresh_token'), session.connection.id);
  const subject = world.accounts.byUserId(params.number('subject_id'));
  const isOurs = subject === before.account || subject?.mainClientId === before.account.clientId;
  if (subject === undefined || !isOurs) throw new RpcError(13021, 'forbidden');
  const asked = params.optionalText('scope');
  const scope = asked === undefined ? before.scope : readScope(asked, subject.rights);
  return bind(call, world.tokens.issue(subject, scope, session.connection.id), 'exchange_token');
}

function validRefresh(world: World, text: string, connection: string): Token {
  const token = world.tokens.byRefresh(text);
  const isElsewhere = token?.connection !== undefined && token.connection !== connection;
  if (token === undefined || token.isDead || isElsewhere) throw unauthorized();
  return token;
}

/** A login binds the connection, whatever its scope. */
function bind({ world, session, params }: Call, token: Token, how: string): unknown {
  const connection = session.connection.id;
  session.login = token;
  session.connection.account = token.account.clientId;
  if (token.account.cancelsOnDisconnect) session.cancelsOnDisconnect = true;
  world.journal.record({ kind: 'login', connection, account: token.account.clientId, granted: true, how });
  return authResult(token, params.optionalText('state'));
}

function isSame(given: string, right: string | undefined): boolean {
  if (right === undefined) return false;
  const one = Buffer.from(given);
  const other = Buffer.from(right);
  return one.length === other.length && timingSafeEqual(one, other);
}
