// Performs what the state machine decides: opens connections, sends frames, sets timers, calls hooks. It decides nothing itself.
import { randomBytes } from 'node:crypto';
import type { Connection, ConnectionHandlers } from '../client/connection.js';
import type { Batch } from '../batch/batch.js';
import type { Exit } from '../client/exit.js';
import { monotonicNs } from '../clock.js';
import { BulkheadError, isBulkheadError } from '../errors.js';
import type { HttpCall } from '../exchanges/exchange.js';
import { HttpFailure } from '../http-failure.js';
import type { LinkBudget } from './link-budget.js';
import { step } from './machine.js';
import type { Hook, Input, Output, Settlement, Status, Timer, UnknownRequest } from './messages.js';
import { type Environment, type MachineConfig, MachineState } from './state.js';

/** What a link reports to the adapter that owns it. */
export interface LinkObserver {
  batch(batch: Batch, epoch: number): void | Promise<void>;
  exited(exit: Exit): void;
  hook(hook: Hook, epoch: number, unknown: readonly UnknownRequest[]): unknown;
  output(output: Output): void;
}

/** Opens one connection; the link is told of everything through the handlers. */
export type OpenConnection = (epoch: number, handlers: ConnectionHandlers) => Connection;

export interface LinkOptions {
  readonly config: MachineConfig;
  readonly open: OpenConnection;
  /** Performs an HTTP call and resolves with the JSON of its answer. */
  fetch(call: HttpCall): Promise<unknown>;
  /** Numbers the lives of all links of one socket. */
  nextEpoch(): number;
  readonly observer: LinkObserver;
  /** Left out: connects and frames go out as they come. */
  readonly budget?: LinkBudget | undefined;
}

/** Figures that must stay what they are whatever happens; the demo and the tests read them. */
export interface LinkCounters {
  opens: number;
  exits: number;
  /** Batches or control messages that came for an epoch whose exit had been told. */
  framesAfterExit: number;
  /** Sends that were still unsettled when an exit was told. */
  pendingAfterExit: number;
}

/** Longest delay `setTimeout` takes; beyond it Node fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One socket of an adapter through all its lives. */
export class Link {
  readonly counters: LinkCounters = { opens: 0, exits: 0, framesAfterExit: 0, pendingAfterExit: 0 };
  /** The last transition that was told. */
  status: Status = { state: 'idle', epoch: 0, attempt: 0 };
  readonly #state = new MachineState();
  readonly #config: MachineConfig;
  readonly #open: OpenConnection;
  readonly #fetch: LinkOptions['fetch'];
  readonly #observer: LinkObserver;
  readonly #budget: LinkBudget | undefined;
  readonly #nextEpoch: () => number;
  readonly #timers = new Map<Timer, NodeJS.Timeout>();
  readonly #tickets = new Map<number, (settlement: Settlement) => void>();
  readonly #sends = new Set<Promise<void>>();
  readonly #inputs: Input[] = [];
  #isBusy = false;
  #lastTicket = 0;
  #connection: Connection | undefined;

  constructor(options: LinkOptions) {
    this.#config = options.config;
    this.#open = options.open;
    this.#fetch = options.fetch;
    this.#observer = options.observer;
    this.#budget = options.budget;
    this.#budget?.onHostReturn(() => this.input({ type: 'host-returned' }));
    this.#nextEpoch = () => options.nextEpoch();
  }

  get state(): Readonly<MachineState> {
    return this.#state;
  }

  /** Whether nothing more comes of it. */
  get isOver(): boolean {
    return this.status.state === 'closed' || this.status.state === 'failed';
  }

  /** The connection of the current epoch, while there is one. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Feeds the machine. Inputs that come while it works wait their turn, so a step is never entered twice. */
  input(input: Input): void {
    this.#inputs.push(input);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const output of step(this.#state, this.#config, next, this.#environment()))
          this.#perform(output);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /** Feeds an input that carries a ticket and waits for its settlement. */
  ask(make: (ticket: number) => Input): Promise<Settlement> {
    this.#lastTicket += 1;
    const ticket = this.#lastTicket;
    return new Promise((resolve) => {
      this.#tickets.set(ticket, resolve);
      this.input(make(ticket));
    });
  }

  #perform(output: Output): void {
    switch (output.type) {
      case 'open-client':
        return this.#openClient(output.epoch);
      case 'send-frame':
        return this.#send(output);
      case 'withdraw-frame':
        return this.#budget?.withdrawFrame(output.id);
      case 'withdraw-connect':
        return this.#budget?.withdrawConnect();
      case 'pause-budget':
        return output.what === 'connects'
          ? this.#budget?.pauseConnects(output.ms)
          : this.#budget?.pause(output.ms);
      case 'resize-budget':
        return this.#budget?.resize(output.limits);
      case 'tell-host-return':
        return this.#budget?.tellHostReturn();
      case 'fetch':
        return this.#fetchAnswer(output);
      case 'close-client':
        return this.#current(output.epoch)?.close();
      case 'end-client':
        return this.#current(output.epoch)?.end(output.reason, output.message, output.detail);
      case 'set-timer':
        return this.#setTimer(output.timer, output.at);
      case 'clear-timer':
        return this.#clearTimer(output.timer);
      case 'call-hook':
        return this.#callHook(output.hook, output.epoch, output.unknown);
      case 'settle':
        return this.#settle(output.ticket, output.settlement);
      case 'emit-status':
        this.status = output.status;
        if (this.isOver) this.#budget?.release();
        return this.#observer.output(output);
      default:
        this.#observer.output(output);
    }
  }

  #openClient(epoch: number): void {
    this.counters.opens += 1;
    this.#budget?.startEpoch();
    this.#connection = this.#open(epoch, {
      opened: () => this.input({ type: 'client-opened', epoch }),
      batch: (batch) => (this.#isCurrent(epoch) ? this.#observer.batch(batch, epoch) : undefined),
      control: (messages) => {
        if (!this.#isCurrent(epoch)) return;
        for (const message of messages) this.input({ type: 'control-read', epoch, message });
      },
      callWanted: (call) => this.#budget?.http.take(call) ?? Promise.resolve(),
      calledTooOften: (ms) => this.#budget?.http.pause(ms),
      exit: (exit) => void this.#exited(exit),
    });
  }

  /** Sends are settled before the machine hears of the exit, so that "proved not sent" is known before "unknown" is concluded. */
  async #exited(exit: Exit): Promise<void> {
    await Promise.allSettled([...this.#sends]);
    this.counters.exits += 1;
    this.counters.pendingAfterExit += this.#connection?.pending ?? 0;
    this.#connection = undefined;
    this.#budget?.endEpoch();
    this.#observer.exited(exit);
    this.input({ type: 'client-exited', exit });
  }

  #send(output: Extract<Output, { type: 'send-frame' }>): void {
    const connection = this.#current(output.epoch);
    if (connection === undefined) return;
    const sendBeforeNs = output.sendBeforeMs > 0 ? monotonicNs() + output.sendBeforeMs * 1e6 : 0;
    const go = () => this.#put(connection, output, sendBeforeNs);
    if (this.#budget === undefined) return go();
    const { epoch, id } = output;
    const released = () => {
      this.input({ type: 'frame-released', epoch, id });
      go();
    };
    const refused = () => this.input({ type: 'send-failed', epoch, id, error: rateLimited() });
    const answer = this.#budget.takeFrame(output, connection.counters.get('framesSent'), released, refused);
    if (answer === 'granted') return go();
    if (answer === 'never') return refused();
    this.input({ type: 'frame-held', epoch, id });
  }

  #put(connection: Connection, output: Extract<Output, { type: 'send-frame' }>, sendBeforeNs: number): void {
    const sent: Promise<void> = connection
      .send(output.frame, { sendBeforeNs, isSecret: output.isSecret === true, begins: output.begins })
      .then(
        () => void this.#sends.delete(sent),
        (error: unknown) => {
          this.#sends.delete(sent);
          this.input({
            type: 'send-failed',
            epoch: output.epoch,
            id: output.id,
            error: asBulkheadError(error),
          });
        },
      );
    this.#sends.add(sent);
  }

  /** The answer takes the same way as one that came over the socket. */
  #fetchAnswer({ epoch, id, call }: Extract<Output, { type: 'fetch' }>): void {
    const receivedAtNs = monotonicNs();
    const { http } = this.#budget ?? {};
    const turn = http?.take(call) ?? Promise.resolve();
    turn
      .then(() => this.#fetch(call))
      .then(
        (result) =>
          this.input({ type: 'control-read', epoch, message: { kind: 'reply', id, result, receivedAtNs } }),
        (cause: unknown) => {
          if (cause instanceof HttpFailure && cause.isTooFast) http?.pause(cause.retryAfterMs);
          const error = { code: 'http', message: cause instanceof Error ? cause.message : String(cause) };
          this.input({ type: 'control-read', epoch, message: { kind: 'refusal', id, error, receivedAtNs } });
        },
      );
  }

  #setTimer(timer: Timer, at: number): void {
    this.#clearTimer(timer);
    const delay = Math.max(0, at - monotonicNs() / 1e6);
    const wait = Math.min(delay, MAX_TIMER_MS);
    this.#timers.set(
      timer,
      setTimeout(() => {
        if (wait < delay) return this.#setTimer(timer, at);
        this.#timers.delete(timer);
        this.input({ type: 'timer-fired', timer });
      }, wait),
    );
  }

  #clearTimer(timer: Timer): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.delete(timer);
  }

  #callHook(hook: Hook, epoch: number, unknown: readonly UnknownRequest[]): void {
    Promise.resolve()
      .then(() => this.#observer.hook(hook, epoch, unknown))
      .then(
        () => this.input({ type: 'hook-finished', epoch, hook }),
        (cause: unknown) => {
          const words = cause instanceof Error ? cause.message : String(cause);
          const error = new BulkheadError('hook-failed', `the ${hook} hook failed: ${words}`, { cause });
          this.input({ type: 'hook-finished', epoch, hook, error });
        },
      );
  }

  #settle(ticket: number, settlement: Settlement): void {
    this.#tickets.get(ticket)?.(settlement);
    this.#tickets.delete(ticket);
  }

  #environment(): Environment {
    const budget = this.#budget;
    const own = {
      now: monotonicNs() / 1e6,
      wallMs: Date.now(),
      random: Math.random,
      nonce: () => randomBytes(8).toString('hex'),
      nextEpoch: this.#nextEpoch,
    };
    if (budget === undefined) return own;
    return {
      ...own,
      takeConnect: (isReplacing) =>
        budget.takeConnect(isReplacing, () => this.input({ type: 'connect-granted' })),
      takeAskLimits: () => budget.takeAskLimits(),
    };
  }

  #current(epoch: number): Connection | undefined {
    return epoch === this.#state.epoch ? this.#connection : undefined;
  }

  #isCurrent(epoch: number): boolean {
    if (this.#connection !== undefined && epoch === this.#state.epoch) return true;
    this.counters.framesAfterExit += 1;
    return false;
  }
}

function rateLimited(): BulkheadError {
  const text = 'too much waits for the rate budget already; nothing was sent. Ask less often.';
  return new BulkheadError('rate-limited', text);
}

function asBulkheadError(error: unknown): BulkheadError {
  if (isBulkheadError(error)) return error;
  return new BulkheadError('unknown', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
