// From a request to its answer: finds the method, checks login and credits, runs it, wraps what comes out.
import type { Connection } from '../kit/connection.js';
import { accountMethods } from './account-methods.js';
import type { Account } from './accounts.js';
import { authMethods } from './auth-methods.js';
import { cancelOnDisconnectMethods } from './cancel-on-disconnect.js';
import { parseRequest, type Request } from './envelope.js';
import { marketMethods } from './market-methods.js';
import { type Call, type Method, type Methods, noAnswer, type Right } from './method.js';
import { orderMethods } from './order-methods.js';
import { Parameters } from './parameters.js';
import { RpcError, scopeExceeded, tokenExpired, tooManyRequests, unauthorized } from './rpc-error.js';
import { allows } from './scope.js';
import type { Session } from './session.js';
import { sessionMethods } from './session-methods.js';
import { subscribeMethods } from './subscribe-methods.js';
import type { Token } from './tokens.js';
import type { World } from './world.js';

const methods: Methods = {
  ...sessionMethods,
  ...authMethods,
  ...subscribeMethods,
  ...marketMethods,
  ...orderMethods,
  ...accountMethods,
  ...cancelOnDisconnectMethods,
};

/** What executing a request gave. */
export type Outcome =
  | { readonly kind: 'result'; readonly result: unknown; readonly afterAnswer: readonly (() => void)[] }
  | { readonly kind: 'error'; readonly error: RpcError }
  | { readonly kind: 'silence' };

/** Handles one text frame of a WebSocket. */
export function dispatch(world: World, session: Session, text: string): void {
  const usIn = world.clock.microseconds();
  const { connection } = session;
  let request: Request;
  try {
    request = parseRequest(text);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    connection.answer('', world.envelope.error(undefined, error, usIn));
    return;
  }
  const { id, method } = request;
  const entry = { kind: 'request', connection: connection.id, method } as const;
  world.journal.record(id === undefined ? entry : { ...entry, id });
  const interception = connection.intercept(method);
  if (interception.action === 'swallow') return;
  const outcome: Outcome =
    interception.action === 'fail'
      ? { kind: 'error', error: new RpcError(interception.code, interception.message, interception.data) }
      : execute(world, session, request);
  answer(world, connection, request, outcome, usIn);
}

/** Runs a request for whoever is logged in on the session. */
export function execute(world: World, session: Session, request: Request): Outcome {
  const afterAnswer: (() => void)[] = [];
  try {
    const method = findMethod(request.method);
    if (!request.hasNamedParams) throw new RpcError(-32602, 'Invalid params');
    const params = new Parameters(request.params);
    const token = tokenOf(world, session, params);
    const call = { world, session, params, afterAnswer: (act: () => void) => void afterAnswer.push(act) };
    const result = run(method, call, token);
    return result === noAnswer ? { kind: 'silence' } : { kind: 'result', result, afterAnswer };
  } catch (error) {
    if (error instanceof RpcError) return { kind: 'error', error };
    throw error;
  }
}

function run(method: Method, call: Omit<Call, 'caller'>, token: Token | undefined): unknown {
  const { world, session } = call;
  if (method.right === undefined) {
    const caller = callerOf(world, session, token);
    charge(caller, method);
    return method.run({ ...call, caller });
  }
  const caller = authorize(world, session, method.right, token);
  charge(caller, method);
  return method.run({ ...call, caller });
}

function findMethod(name: string): Method {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new RpcError(-32601, 'Method not found');
  return method;
}

/** The token that came with the request, else the login of the connection. */
function tokenOf(world: World, session: Session, params: Parameters): Token | undefined {
  const text = params.optionalText('access_token');
  return text === undefined ? session.login : world.tokens.byAccess(text);
}

function isUsable(world: World, session: Session, token: Token): boolean {
  const isElsewhere = token.connection !== undefined && token.connection !== session.connection.id;
  return !token.isDead && !isElsewhere && !world.tokens.isExpired(token);
}

function callerOf(world: World, session: Session, token: Token | undefined): Account | undefined {
  return token !== undefined && isUsable(world, session, token) ? token.account : undefined;
}

function authorize(world: World, session: Session, right: Right, token: Token | undefined): Account {
  if (token === undefined || token.isDead) throw unauthorized();
  if (world.tokens.isExpired(token)) throw tokenExpired();
  if (!isUsable(world, session, token)) throw unauthorized();
  if (!allows(token.scope.rights, right)) throw scopeExceeded();
  return token.account;
}

function charge(caller: Account | undefined, method: Method): void {
  if (caller?.credits?.take(method.cost) === false) throw tooManyRequests();
}

function answer(
  world: World,
  connection: Connection,
  request: Request,
  outcome: Outcome,
  usIn: number,
): void {
  const { id, method } = request;
  if (outcome.kind === 'silence') return;
  if (outcome.kind === 'result') {
    connection.answer(method, world.envelope.result(id, outcome.result, usIn));
    for (const act of outcome.afterAnswer) act();
    return;
  }
  const { error } = outcome;
  const isAnonymous = method === 'public/auth' && world.settings.anonymousLoginErrors;
  world.journal.record({ kind: 'error-answered', connection: connection.id, method, code: error.code });
  connection.answer(method, world.envelope.error(isAnonymous ? undefined : id, error, usIn));
  // Running dry ends the session; the documentation does not name a close code.
  if (error.code === 10028) connection.close(1008, 'too_many_requests');
}
