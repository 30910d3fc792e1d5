// Many adapters as one: started together, watched, replaced when they fail, stopped in good order.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Adapter } from '../adapter/adapter.js';
import type { Latencies } from '../adapter/latency-meter.js';
import { Listeners } from '../client/listeners.js';
import { childLogger, type Logger } from '../logger.js';
import { publish } from '../telemetry/channels.js';
import type { FleetMessage } from '../telemetry/messages.js';
import { readFleetConfig } from './config-file.js';
import type { FleetEvents } from './events.js';
import { fleetHealth } from './health.js';
import { type Happening, History, type Transition, type TransitionKind } from './history.js';
import { Member, type MemberHost } from './member.js';
import { memberHealth, memberSnapshot } from './member-snapshot.js';
import { type FleetAdapter, type FleetOptions, fleetSettings, type FleetSettings } from './options.js';
import { pageControl } from './page-control.js';
import { Router } from './router.js';
import { fleetRoutes } from './routes.js';
import { Sampler } from './sampler.js';
import { FleetServer, type ServeOptions } from './server.js';
import type { AdapterSnapshot, FleetSnapshot, FleetState } from './snapshot.js';
import { type StartReport, startReport } from './start-report.js';
import { stopAdapters, type StopOptions, type StopReport } from './stopping.js';

/** What the fleet itself does, and what its channel calls it. */
const fleetEvents: Readonly<Partial<Record<TransitionKind, FleetMessage['event']>>> = {
  added: 'added',
  replaced: 'replaced',
  removed: 'removed',
  restarting: 'restarting',
  'gave-up': 'gave-up',
  fleet: 'state',
};

const eventNames: readonly (keyof FleetEvents)[] = ['transition', 'state', 'adapter', 'gave-up'];

/**
 * Many adapters of one process. Each connection still has a thread of its own and each adapter reconnects by itself; the fleet starts
 * them together, replaces one that fails for good, gives up one that fails too often, tells how all of them are, and stops them.
 *
 * @example
 * const fleet = new Fleet({
 *   adapters: [
 *     { name: 'btc', exchange, topics: [`trades:${bitcoin}`] },
 *     { name: 'eth', exchange, topics: [`trades:${ether}`] },
 *   ],
 *   onAdapter: (adapter, name) => adapter.on('trades', (batch) => strategy.onTrades(name, batch)),
 * });
 * const { ready, failed } = await fleet.start();
 * console.log(fleet.state, fleet.health, fleet.snapshot());
 * await fleet.stop({ cancelAll: true });
 */
export class Fleet {
  readonly name: string;
  readonly #settings: FleetSettings;
  readonly #logger: Logger;
  readonly #members = new Map<string, Member>();
  readonly #listeners = new Listeners<FleetEvents>();
  readonly #history: History;
  readonly #sampler = new Sampler((nowMs) => this.#sample(nowMs));
  readonly #servers = new Set<FleetServer>();
  #startedAtMs: number | null = null;
  #starting: Promise<StartReport> | undefined;
  #stopping: Promise<StopReport> | undefined;
  #isStarting = false;
  #isStopped = false;
  #lastState: FleetState = 'idle';

  /** @throws TypeError that names the option, such as `adapters[3].url`. */
  constructor(options: FleetOptions = {}) {
    this.#settings = fleetSettings(options);
    this.name = this.#settings.name;
    this.#logger = childLogger(this.#settings.logger, { fleet: this.name });
    this.#history = new History(this.#settings.historySize);
    for (const [index, spec] of this.#settings.adapters.entries())
      this.#join(spec, `options.adapters[${index}]`);
  }

  /**
   * A fleet from a configuration file, YAML or JSON; see docs/operations.md. What is given in `more` goes before what the file says.
   * @throws BulkheadError `invalid-config` that names each mistake with its line.
   */
  static async fromFile(path: string | URL, more: FleetOptions = {}): Promise<Fleet> {
    const { options } = await readFleetConfig(path);
    return new Fleet({ ...options, ...more });
  }

  /** The state of all of it, see FleetState. */
  get state(): FleetState {
    if (this.#isStopped) return 'stopped';
    if (this.#stopping !== undefined) return 'stopping';
    if (this.#isStarting) return 'starting';
    if (this.#starting === undefined) return 'idle';
    return [...this.#members.values()].every(({ state }) => state === 'ready') ? 'ready' : 'degraded';
  }

  /** 0 to 100: the mean of its adapters' health, rounded down. */
  get health(): number {
    return fleetHealth([...this.#members.values()].map((one) => memberHealth(one, one.adapter.vitals())));
  }

  /** The adapters by name. One that failed is replaced by another object: look it up here, or listen with `onAdapter`. */
  get adapters(): ReadonlyMap<string, Adapter> {
    return new Map([...this.#members].map(([name, { adapter }]) => [name, adapter]));
  }

  /** The latest transitions, oldest first; as many as `historySize` says. */
  get history(): readonly Transition[] {
    return this.#history.all;
  }

  /** Transitions after one that was seen already, by its number. */
  historySince(number: number): readonly Transition[] {
    return this.#history.since(number);
  }

  /** One adapter, undefined where there is none of this name. */
  get(name: string): Adapter | undefined {
    return this.#members.get(name)?.adapter;
  }

  /** Each adapter as plain JSON. */
  list(): readonly AdapterSnapshot[] {
    return [...this.#members.values()].map(memberSnapshot);
  }

  /**
   * The whole fleet as plain JSON. Built anew with each call; rates and the process's figures are those of
   * the last full second.
   */
  snapshot(): FleetSnapshot {
    const adapters = this.list();
    const count = (state: string): number => adapters.filter((one) => one.state === state).length;
    const sum = (name: 'eventsPerSecond' | 'events' | 'gaps' | 'exits' | 'restores' | 'restarts'): number =>
      adapters.reduce((total, one) => total + one[name], 0);
    return {
      name: this.name,
      state: this.state,
      health: fleetHealth(adapters.map(({ health }) => health)),
      atMs: Date.now(),
      startedAtMs: this.#startedAtMs,
      counts: {
        adapters: adapters.length,
        ready: count('ready'),
        restarting: count('restarting'),
        gaveUp: count('gave-up'),
      },
      totals: {
        eventsPerSecond: sum('eventsPerSecond'),
        events: sum('events'),
        gaps: sum('gaps'),
        exits: sum('exits'),
        restores: sum('restores'),
        restarts: sum('restarts'),
      },
      process: this.#sampler.process,
      adapters,
    };
  }

  /** Listens to an event, see FleetEvents. */
  on<Name extends keyof FleetEvents>(name: Name, listener: (...values: FleetEvents[Name]) => unknown): this {
    if (!eventNames.includes(name))
      throw new TypeError(`there is no event '${String(name)}'; there are ${eventNames.join(', ')}`);
    this.#listeners.add(name, listener);
    return this;
  }

  /** Takes a listener away. */
  off<Name extends keyof FleetEvents>(name: Name, listener: (...values: FleetEvents[Name]) => unknown): this {
    this.#listeners.remove(name, listener);
    return this;
  }

  /**
   * Starts all adapters at once. Resolves when each was READY once or was given up; it never rejects because of one of them.
   * Twice is the same start.
   */
  start(): Promise<StartReport> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /**
   * Adds an adapter and, in a fleet that was started, starts it. Resolves at its READY.
   * @throws TypeError for options that are wrong, or a name that is taken; what the adapter's end was, where it is given up.
   */
  async add(spec: FleetAdapter): Promise<Adapter> {
    this.#assertRunning();
    const member = this.#join(spec, 'spec');
    if (this.#starting === undefined) return member.adapter;
    member.start();
    await member.settled;
    return member.adapter;
  }

  /**
   * Puts a new adapter in the place of another one, with the same options or others: it is READY before the old one is closed. For
   * new options, new keys, or one that was given up.
   * @throws TypeError where there is no such adapter; what the new adapter's connect throws: the old one goes on then.
   */
  async replace(name: string, options?: Omit<FleetAdapter, 'name'>): Promise<Adapter> {
    this.#assertRunning();
    return this.#member(name).replace(options === undefined ? undefined : { ...options, name });
  }

  /** Stops one adapter and takes it out. @throws TypeError where there is none of this name. */
  async remove(name: string, options: StopOptions = {}): Promise<StopReport> {
    const member = this.#member(name);
    this.#members.delete(name);
    member.end();
    const report = await stopAdapters([[name, member.adapter]], options);
    await member.close();
    this.#happened({ kind: 'removed', level: 'info', adapter: name, message: `${name} was removed` });
    return report;
  }

  /** Chooses among adapters that can do the same: these, or all of the fleet. */
  router(names?: readonly string[]): Router {
    for (const name of names ?? []) this.#member(name);
    return new Router(() =>
      [...this.#members.values()]
        .filter(({ name }) => names?.includes(name) ?? true)
        .map((one) => ({
          name: one.name,
          adapter: one.adapter,
          isReady: one.state === 'ready',
          health: memberHealth(one, one.adapter.vitals()),
        })),
    );
  }

  /**
   * Serves the live page at `/`, and `/metrics` (OpenMetrics), `/snapshot.json`, `/history.json?since=N` and `/healthz`, until the fleet
   * stops or the server is closed. On loopback unless `host` says otherwise, which needs a token; read-only unless `control` is set.
   * @throws TypeError where others could reach it and there is no token; the system's error where the port cannot be had.
   */
  async serve(options: ServeOptions = {}): Promise<FleetServer> {
    // Only a bot that is looked at loads the page.
    const { pageRoutes } = await import('../page/routes.js');
    const control = options.control === true ? pageControl(this) : undefined;
    const routes = [...fleetRoutes(this), ...(await pageRoutes(this, { control }))];
    this.#assertRunning();
    const server = new FleetServer(routes, options);
    this.#servers.add(server);
    return server.listen();
  }

  /** Histograms of each adapter's latencies, by name. Of the adapter that is in its place now. */
  latencies(): ReadonlyMap<string, Latencies> {
    const known = [...this.#members].map(
      ([name, { adapter }]) => [name, adapter.vitals().latencies] as const,
    );
    return new Map(known.filter((one): one is readonly [string, Latencies] => one[1] !== undefined));
  }

  /**
   * Ends the fleet: lets no new order out, cancels all orders where asked, closes each connection with a close frame, and terminates
   * what is not closed at the deadline. Never rejects; twice is the same stop.
   */
  stop(options: StopOptions = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(options);
    return this.#stopping;
  }

  /** The same as `stop`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<StartReport> {
    const { startIntervalMs } = this.#settings;
    this.#startedAtMs = Date.now();
    this.#isStarting = true;
    this.#changed();
    this.#sampler.start();
    const members = [...this.#members.values()];
    for (const [index, member] of members.entries()) {
      if (this.#stopping !== undefined) break;
      if (index > 0 && startIntervalMs > 0) await sleep(startIntervalMs);
      member.start();
    }
    const results = await Promise.allSettled(members.map(({ settled }) => settled));
    this.#isStarting = false;
    this.#changed();
    return startReport(members, results);
  }

  async #stop(options: StopOptions): Promise<StopReport> {
    const members = [...this.#members.values()];
    this.#changed();
    for (const member of members) member.end();
    const stopped = await stopAdapters(
      members.map(({ name, adapter }) => [name, adapter] as const),
      options,
    );
    await Promise.all(members.map((member) => member.close()));
    await Promise.all([...this.#servers].map((server) => server.close()));
    this.#sampler.stop();
    this.#isStopped = true;
    this.#changed();
    return stopped;
  }

  #join(spec: FleetAdapter, path: string): Member {
    const { name, exchange } = spec as Partial<FleetAdapter>;
    if (typeof name !== 'string' || name === '')
      throw new TypeError(`${path}.name must be a string that is not empty`);
    if (exchange === undefined) throw new TypeError(`${path}.exchange must be a name or the URL of a module`);
    if (this.#members.has(name))
      throw new TypeError(`${path}.name: there is an adapter ${JSON.stringify(name)} already`);
    const member = named(path, () => new Member(spec, this.#host()));
    this.#members.set(name, member);
    const message = `${name} was added`;
    this.#happened({ kind: 'added', level: 'info', adapter: name, message });
    return member;
  }

  #host(): MemberHost {
    return {
      settings: this.#settings,
      made: (adapter, name) => {
        this.#settings.onAdapter?.(adapter, name);
        void this.#listeners.emit('adapter', adapter, name);
      },
      happened: (happening) => this.#happened(happening),
      gaveUp: ({ name }, error) => {
        void this.#listeners.emit('gave-up', name, error);
        if (this.#settings.onGiveUp === 'stop') void this.stop();
      },
      changed: () => this.#changed(),
    };
  }

  #happened(happening: Happening): void {
    const transition = this.#history.add(happening);
    this.#log(transition);
    this.#publish(transition);
    void this.#listeners.emit('transition', transition);
  }

  /** What adapters do, their own children of the logger have written. */
  #log({ kind, level, message, adapter, reason, delayMs }: Transition): void {
    if (fleetEvents[kind] === undefined) return;
    this.#logger[level]({ adapter, reason, delayMs }, message);
  }

  #publish({ kind, adapter, reason, delayMs, state }: Transition): void {
    const event = fleetEvents[kind];
    if (event === undefined) return;
    publish('fleet', () => ({
      fleet: this.name,
      event,
      ...(adapter === undefined ? {} : { adapter }),
      ...(reason === undefined ? {} : { reason }),
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(state === undefined ? {} : { state }),
    }));
  }

  #changed(): void {
    const { state } = this;
    if (state === this.#lastState) return;
    this.#lastState = state;
    const level = state === 'degraded' ? 'warn' : 'info';
    this.#happened({ kind: 'fleet', level, state, message: `the fleet is ${state}` });
    void this.#listeners.emit('state', state);
  }

  #sample(nowMs: number): void {
    for (const { adapter, rates, tally } of this.#members.values()) {
      rates.sample(nowMs, tally.sums(adapter.stats()).events, adapter.vitals());
    }
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member !== undefined) return member;
    throw new TypeError(`there is no adapter ${JSON.stringify(name)} in the fleet`);
  }

  #assertRunning(): void {
    if (this.#stopping !== undefined) throw new TypeError('the fleet is stopped: create a new one');
  }
}

/** A wrong option is told with its place in the fleet's options. */
function named<Result>(path: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(
      error.message.startsWith('options.')
        ? error.message.replace('options', path)
        : `${path}: ${error.message}`,
      { cause: error },
    );
  }
}
