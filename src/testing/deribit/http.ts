// The HTTP twin: the same methods as `GET /api/v2/public/…` or as a posted JSON-RPC envelope, without a session.
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../kit/connection.js';
import { isFreshNonce } from './auth-methods.js';
import { execute } from './dispatch.js';
import { parseRequest, type Request } from './envelope.js';
import { invalidCredentials, RpcError } from './rpc-error.js';
import { readScope } from './scope.js';
import { Session } from './session.js';
import type { Token } from './tokens.js';
import type { World } from './world.js';

const prefix = '/api/v2/';
const largestBody = 64 * 1024;
const signatureWindowMs = 60_000;
/** Methods that make sense only where there is a connection. */
const needsConnection = /(subscribe|heartbeat|cancel_on_disconnect|hello|logout)/;

export function answerHttp(world: World, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  });
  request.on('end', () => answer(world, request, response, Buffer.concat(chunks).toString()));
}

function answer(world: World, incoming: IncomingMessage, response: ServerResponse, body: string): void {
  const usIn = world.clock.microseconds();
  let id: number | string | undefined;
  try {
    const request = readRequest(incoming, body);
    id = request.id;
    if (needsConnection.test(request.method)) throw new RpcError(10030, 'must_be_websocket_request');
    const session = new Session({ id: 'http' } as Connection);
    session.login = loginOf(world, incoming, body);
    const outcome = execute(world, session, request);
    if (outcome.kind === 'error') throw outcome.error;
    const result = outcome.kind === 'result' ? outcome.result : null;
    reply(response, 200, world.envelope.result(id, result, usIn));
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    reply(response, statusOf(error), world.envelope.error(id, error, usIn));
  }
}

function readRequest(incoming: IncomingMessage, body: string): Request {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith(prefix)) throw new RpcError(-32601, 'Method not found');
  if (incoming.method === 'POST' && body !== '') return parseRequest(body);
  const params = Object.fromEntries(url.searchParams);
  return { method: url.pathname.slice(prefix.length), params, hasNamedParams: true };
}

/** `Bearer token`, `Basic id:secret` or a signature over the request (`deri-hmac-sha256`). */
function loginOf(world: World, incoming: IncomingMessage, body: string): Token | undefined {
  const [scheme = '', value = ''] = (incoming.headers.authorization ?? '').split(/ (.*)/s);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return world.tokens.byAccess(value);
    case 'basic': {
      const [clientId = '', secret] = Buffer.from(value, 'base64').toString().split(/:(.*)/s);
      const account = world.accounts.byClientId(clientId);
      return account !== undefined && account.clientSecret === secret ? passing(world, clientId) : refused();
    }
    case 'deri-hmac-sha256':
      return isSigned(world, incoming, value, body) ? passing(world, partsOf(value)['id'] ?? '') : refused();
    default:
      return undefined;
  }
}

function isSigned(world: World, incoming: IncomingMessage, value: string, body: string): boolean {
  const { id = '', ts = '', sig = '', nonce = '' } = partsOf(value);
  const account = world.accounts.byClientId(id);
  const now = world.clock.milliseconds();
  if (account === undefined || !(Math.abs(now - Number(ts)) <= signatureWindowMs)) return false;
  const text = `${ts}\n${nonce}\n${incoming.method}\n${incoming.url}\n${body}\n`;
  const right = createHmac('sha256', account.clientSecret).update(text).digest('hex');
  return sig === right && isFreshNonce(account, nonce, now);
}

function partsOf(value: string): Readonly<Record<string, string>> {
  return Object.fromEntries(value.split(',').map((part) => part.trim().split(/=(.*)/s).slice(0, 2)));
}

/** A login for one request, known to nobody else. */
function passing(world: World, clientId: string): Token | undefined {
  const account = world.accounts.byClientId(clientId);
  if (account === undefined) return undefined;
  return {
    accessToken: '',
    refreshToken: '',
    account,
    scope: readScope(undefined, account.rights),
    lifetimeSeconds: 1,
    connection: 'http',
    expiresAtSeconds: Number.POSITIVE_INFINITY,
    isDead: false,
  };
}

function refused(): never {
  throw invalidCredentials();
}

function statusOf(error: RpcError): number {
  if (error.code === 13009 || error.code === 13004) return 401;
  return error.code === 10028 ? 429 : 400;
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(text);
}
