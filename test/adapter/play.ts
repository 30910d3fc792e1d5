// Plays a state machine's life without a thread, a socket or a sleep: a toy exchange, a clock that is set by hand, and words for what
// the machine did.
import { type Environment, MachineState, type MachineConfig } from '../../src/adapter/state.js';
import type { Input, Output, Settlement, Timer } from '../../src/adapter/messages.js';
import { step } from '../../src/adapter/machine.js';
import type { ControlMessage } from '../../src/client/protocol.js';
import type { Exit } from '../../src/client/exit.js';
import { BulkheadError, exits, type ExitReason } from '../../src/errors.js';
import { defineExchange, type Outgoing, type RequestContext } from '../../src/exchanges/exchange.js';

/** A venue that says what it is asked in plain words: `login#1`, `subscribe#2:a,b`. */
export const toy = defineExchange<string>({
  name: 'toy',
  documentation: 'https://example.test/',
  urls: { live: 'wss://example.test/' },
  login: {
    validate: () => undefined,
    request: (_credentials, context) => words('login', context),
    read: (result) =>
      typeof result === 'string'
        ? result
        : { lifetimeMs: Number(result), granted: [], secrets: { token: 'hidden' } },
    refresh: (_session, _credentials, context) => words('refresh', context),
  },
  safetySwitch: {
    kind: 'connection',
    arm: (context) => [
      {
        name: 'arm',
        ...words('arm', context),
        check: (result) => (result === 'ok' ? undefined : 'not armed'),
      },
      {
        name: 'verify',
        ...words('verify', context),
        check: (result) => (result === true ? undefined : 'still off'),
      },
    ],
  },
  subscribe: (topics, context) => [{ ...words('subscribe', context, topics.join(',')), topics }],
  unsubscribe: (topics, context) => [{ ...words('unsubscribe', context, topics.join(',')), topics }],
  readSubscribed: (topics, result) => ({
    confirmed: topics.filter((topic) => (result as string[]).includes(topic)),
    refused: topics
      .filter((topic) => !(result as string[]).includes(topic))
      .map((topic) => ({ topic, error: { code: 'unknown-topic', message: 'no such topic' } })),
  }),
  classify: (error) => {
    if (error.code === 'bad-key') return 'fatal-login';
    if (error.code === 'busy' || error.code === 'no') return 'retry';
    if (error.code === 'unsure') return 'unknown';
    if (error.code === 'session-over') return 'login';
    return error.code === 'banned' ? 'banned' : 'reject';
  },
  decode: () => undefined,
  maxRequestBytes: 1_000,
});

export function words(verb: string, context: RequestContext, rest = ''): Outgoing {
  const id = context.nextId();
  return { id, frame: `${verb}#${id}${rest === '' ? '' : `:${rest}`}` };
}

export const defaults: MachineConfig = {
  exchange: toy,
  credentials: undefined,
  network: 'live',
  cancelOnDisconnect: false,
  cancelAllOnReconnect: false,
  hasReconcileHook: false,
  hasResumeHook: false,
  backoff: { baseMs: 100, capMs: 1_000 },
  readyHoldMs: 30_000,
  maxAttempts: Number.POSITIVE_INFINITY,
  connectTimeoutMs: 30_000,
  stepTimeoutMs: 10_000,
  hookTimeoutMs: 60_000,
  requestTimeoutMs: 5_000,
  refreshAt: 0.8,
};

export class Play {
  readonly state = new MachineState();
  readonly outputs: Output[] = [];
  readonly settled = new Map<number, Settlement>();
  readonly timers = new Map<Timer, number>();
  now = 1_000;
  random = 0.5;
  /** The socket's count of lives; another link of it may have taken some. */
  lastEpoch = 0;
  readonly #config: MachineConfig;
  readonly #environment: Partial<Environment>;
  #lastTicket = 0;

  constructor(config: Partial<MachineConfig> = {}, environment: Partial<Environment> = {}) {
    this.#environment = environment;
    this.#config = { ...defaults, ...config };
  }

  /** Takes one input and returns what the machine did about it. */
  input(input: Input): readonly Output[] {
    const environment = {
      now: this.now,
      wallMs: this.now,
      random: () => this.random,
      nonce: () => 'nonce',
      nextEpoch: () => {
        this.lastEpoch += 1;
        return this.lastEpoch;
      },
      ...this.#environment,
    };
    const outputs = step(this.state, this.#config, input, environment);
    for (const output of outputs) this.#note(output);
    this.outputs.push(...outputs);
    return outputs;
  }

  connect(): number {
    const ticket = this.#ticket();
    this.input({ type: 'connect-requested', ticket });
    return ticket;
  }

  subscribe(...topics: string[]): number {
    const ticket = this.#ticket();
    this.input({ type: 'topics-wanted', topics, ticket });
    return ticket;
  }

  unsubscribe(...topics: string[]): number {
    const ticket = this.#ticket();
    this.input({ type: 'topics-unwanted', topics, ticket });
    return ticket;
  }

  /** The calls in doubt that the last hook was given. */
  get shownToHook(): readonly string[] | undefined {
    return this.all('call-hook')
      .at(-1)
      ?.unknown.map(({ call }) => call);
  }

  call(
    call: string,
    options: { timeoutMs?: number; sendBeforeMs?: number; duringRestore?: boolean; id?: number } = {},
  ): number {
    const ticket = this.#ticket();
    this.input({
      type: 'request-made',
      ticket,
      subject: { call, clientOrderId: `client-${ticket}` },
      build: (context) => {
        const outgoing = words(call, context);
        return options.id === undefined ? outgoing : { ...outgoing, id: options.id };
      },
      timeoutMs: options.timeoutMs ?? 5_000,
      sendBeforeMs: options.sendBeforeMs ?? 0,
      duringRestore: options.duringRestore ?? false,
    });
    return ticket;
  }

  open(): void {
    this.input({ type: 'client-opened', epoch: this.state.epoch });
  }

  control(message: ControlMessage, epoch = this.state.epoch): void {
    this.input({ type: 'control-read', epoch, message });
  }

  reply(id: number, result: unknown): void {
    this.control({ kind: 'reply', id, result, receivedAtNs: 0 });
  }

  refuse(id: number | undefined, code: string): void {
    this.control({ kind: 'refusal', id, error: { code, message: code }, receivedAtNs: 0 });
  }

  exit(code: ExitReason = 'socket-closed', epoch = this.state.epoch, detail: Exit['detail'] = {}): void {
    const error = new BulkheadError(code, code);
    const { retryable, exitCode } = exits[code];
    const exit = {
      epoch,
      code,
      exitCode,
      reason: code,
      detail,
      retryable,
      wasReady: true,
      lastSequence: 0,
      error,
    };
    this.input({ type: 'client-exited', exit });
  }

  /** Lets time pass up to the next timer, or to the named one, and lets it go off. */
  fire(timer: Timer): void {
    const at = this.timers.get(timer);
    if (at === undefined) throw new Error(`timer ${timer} is not set`);
    this.timers.delete(timer);
    this.now = Math.max(this.now, at);
    this.input({ type: 'timer-fired', timer });
  }

  /** A connection without a login whose topics are all confirmed. */
  becomeReady(): void {
    if (this.state.phase.name === 'idle') this.connect();
    this.open();
    for (const frame of this.sent().filter((text) => text.startsWith('subscribe'))) {
      const id = idOf(frame);
      if (this.state.requests.has(id)) this.reply(id, topicsOf(frame));
    }
  }

  /** Frames sent in this epoch, in order. */
  sent(epoch = this.state.epoch): readonly string[] {
    return this.outputs.flatMap((output) =>
      output.type === 'send-frame' && output.epoch === epoch ? [output.frame] : [],
    );
  }

  count(type: Output['type']): number {
    return this.outputs.filter((output) => output.type === type).length;
  }

  all<T extends Output['type']>(type: T): readonly Extract<Output, { type: T }>[] {
    return this.outputs.filter((output): output is Extract<Output, { type: T }> => output.type === type);
  }

  get phase(): string {
    const { phase } = this.state;
    return phase.name === 'restoring' ? `restoring ${phase.step}` : phase.name;
  }

  #ticket(): number {
    this.#lastTicket += 1;
    return this.#lastTicket;
  }

  #note(output: Output): void {
    if (output.type === 'set-timer') this.timers.set(output.timer, output.at);
    if (output.type === 'clear-timer') this.timers.delete(output.timer);
    if (output.type !== 'settle') return;
    if (this.settled.has(output.ticket)) throw new Error(`ticket ${output.ticket} was settled twice`);
    this.settled.set(output.ticket, output.settlement);
  }
}

export function idOf(frame: string): number {
  return Number(/#(\d+)/.exec(frame)?.[1]);
}

export function topicsOf(frame: string): readonly string[] {
  return frame.split(':')[1]?.split(',') ?? [];
}
