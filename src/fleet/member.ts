// One place in a fleet: an adapter, and the next one when it fails, until it fails too often.
import { Adapter } from '../adapter/adapter.js';
import type { AdapterOptions } from '../adapter/options.js';
import { backoffMs } from '../client/backoff.js';
import { BulkheadError, isBulkheadError } from '../errors.js';
import type { Happening } from './history.js';
import { Intensity } from './intensity.js';
import type { FleetAdapter, FleetSettings } from './options.js';
import { Rates } from './rates.js';
import type { MemberState } from './snapshot.js';
import { Tally } from './tally.js';

/** What a member asks of its fleet. */
export interface MemberHost {
  readonly settings: FleetSettings;
  /** A new adapter, before it connects. */
  made(adapter: Adapter, name: string): void;
  happened(happening: Happening): void;
  gaveUp(member: Member, error: Error): void;
  /** The state of the member may have changed. */
  changed(): void;
}

/** What trying again cannot mend, or would make worse: a venue that is asked with wrong keys again and again bans. */
const hopeless: ReadonlySet<string> = new Set([
  'login-refused',
  'venue-refused',
  'invalid-exchange',
  'unsupported',
  'missing-dependency',
]);

export class Member {
  readonly name: string;
  readonly exchange: string;
  readonly tally: Tally;
  readonly rates = new Rates();
  readonly intensity: Intensity;
  restarts = 0;
  /** Why it is being restarted or was given up. */
  failure: Error | undefined;
  sinceMs = Date.now();
  readonly #host: MemberHost;
  #spec: FleetAdapter;
  #adapter: Adapter;
  #ownState: 'restarting' | 'gave-up' | undefined;
  #lastState: MemberState = 'idle';
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #settle!: { resolve(): void; reject(error: Error): void };
  /** Resolves at its first READY; rejects when it is given up or stopped before. */
  readonly settled: Promise<void>;

  /** @throws TypeError that names the option that is wrong. */
  constructor(spec: FleetAdapter, host: MemberHost) {
    const { name, exchange } = spec;
    this.name = name;
    this.exchange = String(exchange);
    this.#host = host;
    this.#spec = spec;
    this.intensity = new Intensity(host.settings.restarts);
    this.tally = new Tally((happening) => {
      host.happened({ adapter: name, ...happening });
      this.#noteState();
    });
    this.#adapter = this.#make(spec);
    this.settled = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.settled.catch(() => undefined);
  }

  get adapter(): Adapter {
    return this.#adapter;
  }

  get state(): MemberState {
    return this.#ownState ?? this.#adapter.state;
  }

  /** Connects; what follows is told by events and by `settled`. */
  start(): void {
    this.#run(this.#adapter);
  }

  /**
   * Puts another adapter in its place: it is READY before the old one is closed. A given-up member begins anew.
   * @throws what the new adapter's connect throws; the old one goes on then.
   */
  async replace(spec: FleetAdapter | undefined): Promise<Adapter> {
    const next = this.#make(spec ?? this.#spec);
    this.#prepare(next);
    try {
      await next.connect();
    } catch (error) {
      await next.close();
      throw error;
    }
    const old = this.#adapter;
    this.#spec = spec ?? this.#spec;
    clearTimeout(this.#timer);
    this.tally.keep(old.stats());
    this.#adapter = next;
    this.#watch(next);
    this.#recover();
    this.#host.happened({
      kind: 'replaced',
      level: 'info',
      adapter: this.name,
      message: `${this.name} was replaced by a new adapter`,
    });
    await old.close();
    return next;
  }

  /** Replaces nothing any more: whatever ends from now on stays ended. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#settle.reject(new BulkheadError('closed', `${this.name} was stopped`));
  }

  /** Closes it for good. */
  async close(): Promise<void> {
    this.end();
    await this.#adapter.close();
    this.#noteState();
  }

  #make(spec: FleetAdapter): Adapter {
    const { exchange, ...own } = spec;
    return new Adapter(exchange, withDefaults(this.#host.settings, own));
  }

  #run(adapter: Adapter): void {
    this.#prepare(adapter);
    this.#watch(adapter);
    adapter.connect().then(
      () => adapter === this.#adapter && this.#recover(),
      (error: Error) => this.#failed(adapter, error),
    );
  }

  #prepare(adapter: Adapter): void {
    this.tally.follow(adapter);
    this.#host.made(adapter, this.name);
  }

  /** A failure after the connect is told by the status alone. */
  #watch(adapter: Adapter): void {
    adapter.on('status', ({ state, reason, message }) => {
      if (state !== 'failed') return;
      const text = message ?? 'the adapter failed';
      this.#failed(adapter, new BulkheadError(reason ?? 'crash', text));
    });
  }

  #recover(): void {
    this.#ownState = undefined;
    this.failure = undefined;
    this.#settle.resolve();
    this.#noteState();
  }

  #failed(adapter: Adapter, error: Error): void {
    if (adapter !== this.#adapter || this.#ownState !== undefined || this.#isOver) return;
    this.failure = error;
    this.#ownState = 'restarting';
    void adapter.close();
    const isAllowed = this.intensity.note(performance.now());
    if (!isWorthARestart(error)) return this.#giveUp(error);
    if (!isAllowed) return this.#giveUp(tooMany(this.name, this.#host.settings.restarts, error));
    this.#restartLater(adapter, error);
  }

  #restartLater(old: Adapter, error: Error): void {
    const { settings } = this.#host;
    const delayMs = backoffMs(this.intensity.count(performance.now()), Math.random(), settings.backoff);
    this.restarts += 1;
    this.#host.happened({
      kind: 'restarting',
      level: 'warn',
      adapter: this.name,
      reason: codeOf(error),
      delayMs,
      message: `${this.name} failed and is replaced in ${delayMs} ms: ${error.message}`,
    });
    this.#noteState();
    this.#timer = setTimeout(() => void this.#restart(old), delayMs);
  }

  async #restart(old: Adapter): Promise<void> {
    await old.close();
    if (this.#isOver || this.#adapter !== old) return;
    this.tally.keep(old.stats());
    this.#adapter = this.#make(this.#spec);
    this.#ownState = undefined;
    this.#run(this.#adapter);
    this.#noteState();
  }

  #giveUp(error: Error): void {
    this.failure = error;
    this.#ownState = 'gave-up';
    this.#host.happened({
      kind: 'gave-up',
      level: 'error',
      adapter: this.name,
      reason: codeOf(error),
      message: `${this.name} was given up: ${error.message}`,
    });
    this.#noteState();
    this.#host.gaveUp(this, error);
    this.#settle.reject(error);
  }

  #noteState(): void {
    const { state } = this;
    if (state !== this.#lastState) this.sinceMs = Date.now();
    this.#lastState = state;
    this.#host.changed();
  }
}

/** A failure's code; a mistake in the options is no BulkheadError. */
export function codeOf(error: Error) {
  return isBulkheadError(error) ? error.code : 'wrong-options';
}

function isWorthARestart(error: Error): boolean {
  return isBulkheadError(error) && !hopeless.has(error.code);
}

function tooMany(name: string, { limit, windowMs }: FleetSettings['restarts'], cause: Error): BulkheadError {
  const text = `${name} failed ${limit + 1} times within ${windowMs} ms; the last time: ${cause.message}`;
  return new BulkheadError('too-many-restarts', text, { cause });
}

/** An adapter's own options over those of the fleet. `connection` is merged, so that its parts can differ. */
function withDefaults({ defaults, logger }: FleetSettings, own: AdapterOptions): AdapterOptions {
  const connection = {
    ...(logger === undefined ? {} : { logger }),
    ...defaults.connection,
    ...own.connection,
  };
  return { measure: true, ...defaults, ...own, connection };
}
