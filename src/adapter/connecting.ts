// How the sockets of one adapter are reached: addresses, connect commands, HTTP calls, machine configuration.
import { openRecorded } from '../client/recorded-connection.js';
import { connectCommand, threadOptions } from '../client/settings.js';
import { checkUrl, defaults } from '../client/options.js';
import type { HeartbeatOptions } from '../client/options.js';
import { BulkheadError } from '../errors.js';
import type { Exchange, HttpCall, Venue } from '../exchanges/exchange.js';
import { fetchJson } from '../fetch-json.js';
import { socketReference } from '../exchanges/index.js';
import { addressOf } from '../recording/address.js';
import type { Recorder } from '../recording/recorder.js';
import { isHeard } from '../telemetry/channels.js';
import { type Threads, threadsFor } from '../threads/index.js';
import type { OpenConnection } from './link.js';
import { LinkBudget, type TellRate } from './link-budget.js';
import type { AdapterLog } from './log.js';
import type { AdapterSettings } from './options.js';
import type { MachineConfig } from './state.js';

/** Added to the deadlines of thread start and handshake, which normally end a connect that takes too long. */
const CONNECT_MARGIN_MS = 5000;

/**
 * What the state machine of one connection is told. Orders go over the first connection to a socket, and what guards them is its
 * business alone: a timer that further ones kept refreshing would outlive it. @throws TypeError, BulkheadError `unsupported`
 */
export function machineConfig(
  exchange: Exchange,
  settings: AdapterSettings,
  isFirst: boolean,
): MachineConfig {
  const { connection } = settings;
  const startTimeoutMs = connection.startTimeoutMs ?? defaults.startTimeoutMs;
  const handshakeTimeoutMs = connection.handshakeTimeoutMs ?? defaults.handshakeTimeoutMs;
  return {
    ...settings,
    credentials:
      exchange.login === undefined && exchange.orders === undefined ? undefined : settings.credentials,
    cancelOnDisconnect: isFirst && settings.cancelOnDisconnect && exchange.safetySwitch !== undefined,
    cancelAllOnReconnect:
      isFirst && settings.cancelAllOnReconnect && exchange.orders?.cancelAll !== undefined,
    exchange,
    hasReconcileHook: isFirst && settings.onReconcile !== undefined && exchange.orders !== undefined,
    hasResumeHook: settings.onResume !== undefined,
    connectTimeoutMs: startTimeoutMs + handshakeTimeoutMs + CONNECT_MARGIN_MS,
  };
}

/** Checks what only the venue can judge. @throws TypeError, BulkheadError `unsupported` */
export function checkCredentials(venue: Venue, settings: AdapterSettings): void {
  const { credentials, cancelOnDisconnect } = settings;
  const exchanges = Object.values(venue.sockets) as unknown as readonly Exchange[];
  if (credentials !== undefined) {
    const logins = exchanges.flatMap(({ login }) => (login === undefined ? [] : [login]));
    const problem =
      venue.validateCredentials === undefined
        ? logins.map((login) => login.validate(credentials)).find((found) => found !== undefined)
        : venue.validateCredentials(credentials);
    if (problem !== undefined) throw new TypeError(`options.credentials: ${problem}`);
  }
  if (settings.cancelAllOnReconnect) checkCancelAll(venue, exchanges, settings);
  if (!cancelOnDisconnect) return;
  if (!exchanges.some(({ safetySwitch }) => safetySwitch !== undefined)) {
    const text = `options.cancelOnDisconnect: ${venue.name} has no such switch on its WebSocket`;
    throw new BulkheadError('unsupported', text, { exchange: venue.name });
  }
  if (credentials === undefined) throw new TypeError('options.cancelOnDisconnect needs options.credentials');
}

function checkCancelAll(
  venue: Venue,
  exchanges: readonly Exchange[],
  { credentials, redundancy }: AdapterSettings,
): void {
  if (redundancy > 1) {
    // The connection that lives on would lose its orders to the restore of the other one.
    throw new TypeError('options.cancelAllOnReconnect does not go together with options.redundancy');
  }
  if (!exchanges.some(({ orders }) => orders?.cancelAll !== undefined)) {
    const text = `options.cancelAllOnReconnect: ${venue.name} cannot cancel all orders over its WebSocket`;
    throw new BulkheadError('unsupported', text, { exchange: venue.name });
  }
  if (credentials === undefined)
    throw new TypeError('options.cancelAllOnReconnect needs options.credentials');
}

export function threadsOf(settings: AdapterSettings): Threads {
  return threadsFor(threadOptions(settings.connection));
}

/** Opens the connections of one socket. */
export function opener(
  exchange: Exchange,
  source: string,
  socket: string,
  settings: AdapterSettings,
  log: AdapterLog,
  recorder: () => Recorder | undefined,
): OpenConnection {
  const threads = threadsOf(settings);
  const reference = socketReference(source, socket);
  const url = socketUrl(exchange, settings);
  const heartbeat: HeartbeatOptions | undefined =
    settings.connection.heartbeat ??
    (exchange.heartbeat === undefined ? undefined : { type: 'custom', moduleUrl: reference });
  const connection = {
    ...settings.connection,
    headers: { ...exchange.headers, ...settings.connection.headers },
    ...(heartbeat === undefined ? {} : { heartbeat }),
  };
  const restUrl = restBase(exchange, settings);
  const delivery = {
    exchange: reference,
    ...(restUrl === undefined ? {} : { restUrl }),
    delivery: settings.delivery,
    topicDelivery: settings.topicDelivery,
    conflate: settings.conflate,
    books: settings.books,
    topicBooks: settings.topicBooks,
    measure: settings.measure,
  };
  const { hangTimeoutMs } = settings.connection;
  const address = addressOf(url);
  return (epoch, handlers) =>
    openRecorded({
      command: connectCommand(
        url,
        epoch,
        connection,
        { ...delivery, tellHeartbeats: isHeard('heartbeat') },
        log.levelNumber,
      ),
      threads,
      handlers,
      ...(hangTimeoutMs === undefined ? {} : { hangTimeoutMs }),
      recording: recorder()?.life({
        name: settings.name ?? exchange.name,
        exchange: source,
        socket,
        epoch,
        address,
      }),
    });
}

/** The socket's part in the rate budgets of the process; undefined where they are switched off. */
export function budgetOf(
  exchange: Exchange,
  settings: AdapterSettings,
  tell: TellRate,
): LinkBudget | undefined {
  const { rateBudget, credentials } = settings;
  if (rateBudget === false) return undefined;
  const [url, restUrl] = [socketUrl(exchange, settings), restBase(exchange, settings)];
  return new LinkBudget({ exchange, url, restUrl, credentials, name: rateBudget, tell });
}

/** Performs HTTP calls on the venue's REST host, or on the host of `options.url` where that is given. */
export function fetcher(
  exchange: Exchange,
  source: string,
  socket: string,
  settings: AdapterSettings,
  recorder: () => Recorder | undefined,
): (call: HttpCall) => Promise<unknown> {
  const subject = { name: settings.name ?? exchange.name, exchange: source, socket };
  return (call) => {
    const listening = recorder();
    return fetchJson(call, {
      url: restUrl(exchange, settings, call.url),
      timeoutMs: settings.stepTimeoutMs,
      heard: listening && ((answer) => listening.called(call, answer, subject)),
    });
  };
}

/** The address of a socket: the network's own, or `options.url`, which without a path takes over the venue's. */
export function socketUrl(exchange: Exchange, settings: Pick<AdapterSettings, 'url' | 'network'>): string {
  const own = onNetwork(exchange, exchange.urls, settings.network);
  if (settings.url === undefined) return own;
  const asked = new URL(checkUrl(settings.url, 'options.url'));
  if (asked.pathname !== '/') return asked.href;
  const { pathname, search } = new URL(own);
  return new URL(pathname + search, asked).href;
}

/** An absolute URL of the exchange's goes to the host of `options.url` as well, where that is given. */
function restUrl(exchange: Exchange, settings: AdapterSettings, url: string): string {
  const base = restBase(exchange, settings);
  if (settings.url === undefined) return new URL(url, base).href;
  const { pathname, search } = new URL(url, base);
  return new URL(pathname + search, base).href;
}

/** Scheme and host of HTTP calls; undefined where the exchange has none. */
function restBase(exchange: Exchange, settings: AdapterSettings): string | undefined {
  if (settings.url === undefined) {
    return exchange.restUrls === undefined
      ? undefined
      : onNetwork(exchange, exchange.restUrls, settings.network);
  }
  const base = new URL(settings.url);
  base.protocol = base.protocol === 'wss:' ? 'https:' : 'http:';
  return base.origin;
}

function onNetwork(
  exchange: Exchange,
  urls: { readonly live: string; readonly test?: string },
  network: 'live' | 'test',
): string {
  const url = urls[network];
  if (url !== undefined) return url;
  throw new BulkheadError('unsupported', `options.network: ${exchange.name} has no ${network} network`, {
    exchange: exchange.name,
  });
}
