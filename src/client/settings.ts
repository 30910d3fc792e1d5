// Checked options -> what the thread pool and the worker are told: every default filled in, plain data only.
import { defaultWorkerUrl, type ThreadOptions } from '../threads/index.js';
import { type ConnectionSettings, defaults, type HeartbeatOptions } from './options.js';
import type { ConnectClient, HeartbeatSettings } from './protocol.js';

export type ConnectCommand = Omit<ConnectClient, 'counters'>;

/** What of a command an exchange's adapter decides; a plain client has the defaults of `plainDelivery`. */
export type DeliverySettings = Pick<
  ConnectClient,
  'delivery' | 'topicDelivery' | 'conflate' | 'books' | 'topicBooks'
> &
  Partial<Pick<ConnectClient, 'exchange' | 'restUrl' | 'measure' | 'tellHeartbeats'>>;

export const plainDelivery: DeliverySettings = {
  delivery: 'frames',
  topicDelivery: {},
  conflate: [],
  books: 'changes',
  topicBooks: {},
};

/** The command for one life of the connection. `options` have passed `checkOptions`. */
export function connectCommand(
  url: string,
  epoch: number,
  options: ConnectionSettings,
  delivery: DeliverySettings,
  logLevel: number,
): ConnectCommand {
  return {
    url,
    epoch,
    protocols: options.protocols ?? [],
    headers: options.headers ?? {},
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? defaults.handshakeTimeoutMs,
    closeTimeoutMs: options.closeTimeoutMs ?? defaults.closeTimeoutMs,
    tls: options.tls ?? {},
    ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
    perMessageDeflate: options.perMessageDeflate ?? false,
    maxPayloadBytes: options.maxPayloadBytes ?? defaults.maxPayloadBytes,
    heartbeat: heartbeatSettings(options.heartbeat ?? defaults.heartbeat),
    ...delivery,
    market: { ...defaults.market, ...withoutUndefined(options.market) },
    control: { ...defaults.control, ...withoutUndefined(options.control) },
    progressIntervalMs: progressIntervalMs(options.hangTimeoutMs ?? defaults.hangTimeoutMs),
    logLevel,
  };
}

export function threadOptions(options: ConnectionSettings): ThreadOptions {
  const { resourceLimits, env, execArgv, spares } = options;
  return {
    workerUrl: options.workerUrl === undefined ? defaultWorkerUrl : String(options.workerUrl),
    startTimeoutMs: options.startTimeoutMs ?? defaults.startTimeoutMs,
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
    ...(env === undefined ? {} : { env }),
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(spares === undefined ? {} : { spares }),
  };
}

/** Several signs of progress must fit into the time after which none is a hang. */
function progressIntervalMs(hangTimeoutMs: number): number {
  if (hangTimeoutMs === 0) return defaults.progressIntervalMs;
  return Math.max(1, Math.min(defaults.progressIntervalMs, Math.floor(hangTimeoutMs / 4)));
}

function heartbeatSettings({ type, intervalMs, timeoutMs, moduleUrl }: HeartbeatOptions): HeartbeatSettings {
  if (type === 'disabled') return { type: 'disabled' };
  if (type === 'standard') {
    const standard = defaults.heartbeat;
    const wait = timeoutMs ?? standard.timeoutMs;
    return { type: 'standard', intervalMs: intervalMs ?? standard.intervalMs, timeoutMs: wait };
  }
  return {
    type: 'exchange',
    exchange: moduleUrl === undefined ? type : String(moduleUrl),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(timeoutMs === undefined ? {} : { silenceMs: timeoutMs }),
  };
}

/** An option that is `undefined` counts as left out. */
function withoutUndefined<Value extends object>(
  value: Value | undefined,
): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, entry]) => entry !== undefined)) as never;
}
