// The adapter: what a bot holds in its hand. It wires one exchange, one state machine and the connections it opens, and hands on what
// they tell.
import type { Batch } from '../batch/batch.js';
import { gapBatch } from '../batch/batch.js';
import type { Exit } from '../client/exit.js';
import type { Connection } from '../client/connection.js';
import { monotonicNs } from '../clock.js';
import { BulkheadError } from '../errors.js';
import type { Exchange, Outgoing, RequestContext } from '../exchanges/exchange.js';
import { type ExchangeName, isExchangeName, exchangeNames, loadExchange } from '../exchanges/index.js';
import type {
  Gap,
  GapReason,
  Order,
  OrderReference,
  OrderRequest,
  Position,
  PrivateEvent,
} from '../market.js';
import { BatchQueue } from './batch-queue.js';
import { connectionOpener } from './connection-opener.js';
import { type AdapterEventName, type AdapterEvents, Listeners } from './events.js';
import { LastSequences } from './last-sequences.js';
import { Link, type LinkCounters } from './link.js';
import { AdapterLog } from './log.js';
import type {
  Hook,
  Output,
  RequestSubject,
  RestoreReport,
  Settlement,
  Status,
  SubscribeReport,
  UnknownRequest,
} from './messages.js';
import { type AdapterOptions, type AdapterSettings, adapterSettings } from './options.js';
import { type CallOptions, type CallOutcome, OrderDesk, type OrderOutcome } from './order-desk.js';
import type { RestoringSession } from './restoring-session.js';
import type { MachineConfig } from './state.js';
import type { SharedThreads } from './connection-opener.js';

/** Everything that exists only once the exchange's module is loaded. */
interface Core {
  readonly exchange: Exchange;
  readonly link: Link;
  readonly desk: OrderDesk;
  readonly threads: SharedThreads;
}

/** Figures of an adapter's whole life. */
export interface AdapterStats extends LinkCounters {
  readonly epoch: number;
  readonly state: Status['state'];
  /** Events of all kinds handed to the bot. */
  readonly events: number;
  readonly gaps: number;
  /** Frames the venue has sent on the current connection. */
  readonly framesReceived: number;
  /** Frames that were dropped in the thread because the bot was too slow, on the current connection. */
  readonly framesDropped: number;
  /** Frames of the current connection that could not be understood. */
  readonly undecodable: number;
}

/**
 * An exchange connection that outlives its connections: each one lives in a thread of its own, and when that thread ends, for whatever
 * reason, the adapter starts the next and restores login, safety switch and topics before it calls itself READY again.
 *
 * @example
 * const deribit = new Adapter('deribit', { network: 'test' });
 * deribit.on('trades', (batch) => { for (const trade of batch) console.log(trade.price); });
 * await deribit.connect();
 * await deribit.subscribe(['trades.BTC-PERPETUAL.100ms']);
 */
export class Adapter {
  /** The name in logs and status. */
  readonly name: string;
  readonly #source: string;
  readonly #settings: AdapterSettings;
  readonly #listeners = new Listeners();
  readonly #queues = new Set<BatchQueue>();
  readonly #sequences = new LastSequences();
  readonly #log: AdapterLog;
  #core: Core | undefined;
  #loading: Promise<Core> | undefined;
  #closing: Promise<void> | undefined;
  #finished: (() => void) | undefined;
  #status: Status = { state: 'idle', epoch: 0, attempt: 0 };
  #events = 0;
  #gaps = 0;

  /**
   * @param exchange name of a built-in exchange, or URL of a module whose default export is one.
   * @throws TypeError that names the option that is wrong.
   */
  constructor(exchange: ExchangeName | URL | (string & {}), options: AdapterOptions = {}) {
    this.#source = sourceOf(exchange);
    this.#settings = adapterSettings(options);
    this.name = this.#settings.name ?? (isExchangeName(this.#source) ? this.#source : 'custom');
    this.#log = new AdapterLog(options.logger, this.name);
  }

  get status(): Status {
    return this.#status;
  }

  /** Number of the current connection, 0 before the first. */
  get epoch(): number {
    return this.#status.epoch;
  }

  /** Topics that are wanted, and those that the venue has confirmed on the current connection. */
  get topics(): { readonly wanted: readonly string[]; readonly confirmed: readonly string[] } {
    const topics = this.#core?.link.state.topics;
    return { wanted: topics?.wanted ?? this.#settings.topics, confirmed: topics?.confirmed ?? [] };
  }

  /** The thread of the current connection, undefined while there is none. */
  get threadId(): number | undefined {
    return this.#core?.link.connection?.threadId;
  }

  /**
   * Connects and restores. Resolves at READY, also when that takes several attempts.
   * @throws BulkheadError where trying again cannot help (`login-refused`, `tls-error`, …), after `maxAttempts` (`gave-up`), or when
   * the adapter is closed meanwhile (`closed`).
   * @throws TypeError where the credentials are not what the exchange's login needs.
   */
  async connect(): Promise<RestoreReport | undefined> {
    const { link } = await this.#load();
    const settlement = await link.ask((ticket) => ({ type: 'connect-requested', ticket }));
    return unwrap(settlement) as RestoreReport | undefined;
  }

  /**
   * Wants these topics from now on, across every death of the connection. Resolves when the venue has answered each of them; a topic
   * it refuses is in `refused` and does not sink the others. While there is no connection the wish is kept for the next one.
   * @throws TypeError for a topic that is malformed, or private without credentials.
   */
  async subscribe(topics: readonly string[]): Promise<SubscribeReport> {
    const { link, exchange } = await this.#load();
    this.#checkTopics(exchange, topics);
    return unwrap(await link.ask((ticket) => ({ type: 'topics-wanted', topics, ticket }))) as SubscribeReport;
  }

  /** Stops wanting these topics. Resolves when the venue no longer sends them. */
  async unsubscribe(topics: readonly string[]): Promise<void> {
    const { link } = await this.#load();
    unwrap(await link.ask((ticket) => ({ type: 'topics-unwanted', topics, ticket })));
  }

  /**
   * Any call the venue has. Resolves with its result.
   * @throws BulkheadError `request-rejected` (the venue said no), `not-ready`, `not-sent` or `send-deadline-passed` (proved not to have
   * been sent), `unknown` or `request-timeout` (it may have been executed), `duplicate-request-id`, `unsupported`.
   */
  async request(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    return (await this.#load()).desk.request(method, params, options);
  }

  /**
   * Places an order. Always settles, with one of four outcomes; see OrderOutcome. Nothing is ever sent again or kept for later.
   * @throws TypeError for an order that is malformed. @throws BulkheadError `unsupported` where the venue takes no orders this way.
   */
  async sendOrder(order: OrderRequest, options: CallOptions = {}): Promise<OrderOutcome> {
    return (await this.#load()).desk.sendOrder(order, options);
  }

  /** Changes an open order, where the venue can. Settles like `sendOrder`. */
  async editOrder(
    reference: OrderReference,
    changes: Partial<OrderRequest>,
    options: CallOptions = {},
  ): Promise<CallOutcome<Order | undefined>> {
    return (await this.#load()).desk.editOrder(reference, changes, options);
  }

  /** Cancels one order, named by the venue's id or the bot's own. Settles like `sendOrder`. */
  async cancelOrder(
    reference: OrderReference,
    options: CallOptions = {},
  ): Promise<CallOutcome<Order | undefined>> {
    return (await this.#load()).desk.cancelOrder(reference, options);
  }

  /** Cancels all orders of the account, or of one instrument. The value is how many were hit, where the venue says so. */
  async cancelAll(
    filter: { readonly symbol?: string } = {},
    options: CallOptions = {},
  ): Promise<CallOutcome<number | undefined>> {
    return (await this.#load()).desk.cancelAll(filter, options);
  }

  /** Looks an order up: the way out of an `unknown` outcome. Empty where the venue knows no such order. */
  async lookupOrder(reference: OrderReference): Promise<readonly Order[]> {
    return (await this.#load()).desk.lookupOrder(reference);
  }

  async openOrders(filter: { readonly symbol?: string } = {}): Promise<readonly Order[]> {
    return (await this.#load()).desk.openOrders(filter);
  }

  async positions(): Promise<readonly Position[]> {
    return (await this.#load()).desk.positions();
  }

  on<Name extends AdapterEventName>(name: Name, listener: AdapterEvents[Name]): this {
    this.#listeners.add(name, listener);
    return this;
  }

  off<Name extends AdapterEventName>(name: Name, listener: AdapterEvents[Name]): this {
    this.#listeners.remove(name, listener);
    return this;
  }

  /**
   * Batches for those who pull. A consumer that is slow holds the feed back: the thread collects, then applies its overflow policy and
   * says so with a gap. Gaps, also those between two connections, are in `batch.gaps`. Ends when the adapter is closed.
   */
  events(): AsyncIterableIterator<Batch> {
    const queue: BatchQueue = new BatchQueue(() => this.#queues.delete(queue));
    if (this.#closing === undefined) this.#queues.add(queue);
    else queue.end();
    return queue;
  }

  /** Ends the current connection, so that a new one is made and restored. */
  reconnect(why = 'the application asked for a new connection'): void {
    this.#core?.link.input({ type: 'reconnect-requested', why });
  }

  /** Kills the current connection's thread, as a fault would. For drills. */
  terminate(): void {
    this.#core?.link.connection?.terminate();
  }

  stats(): AdapterStats {
    const link = this.#core?.link;
    const counters = link?.connection?.counters;
    return {
      ...(link?.counters ?? { opens: 0, exits: 0, framesAfterExit: 0, pendingAfterExit: 0 }),
      epoch: this.epoch,
      state: this.#status.state,
      events: this.#events,
      gaps: this.#gaps,
      framesReceived: counters?.get('framesReceived') ?? 0,
      framesDropped: counters?.get('framesDropped') ?? 0,
      undecodable: counters?.get('undecodable') ?? 0,
    };
  }

  /** Closes the connection with a close frame and ends the adapter. Requests on their way end as `unknown`. Twice does no harm. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    // An exchange that does not load has nothing to close; whoever asked for it was told why.
    const core = await this.#loading?.catch(() => undefined);
    if (core !== undefined && !isOver(this.#status)) {
      const finished = new Promise<void>((resolve) => {
        this.#finished = resolve;
      });
      core.link.input({ type: 'close-requested' });
      await finished;
    }
    for (const queue of this.#queues) queue.end();
    await core?.threads.release();
  }

  #load(): Promise<Core> {
    this.#loading ??= this.#build();
    return this.#loading;
  }

  async #build(): Promise<Core> {
    const exchange = await loadExchange(this.#source);
    const config = machineConfig(exchange, this.#settings);
    this.#checkTopics(exchange, this.#settings.topics);
    const { open, threads } = connectionOpener(exchange, this.#source, this.#settings, this.#log);
    const link = new Link(config, open, {
      batch: (batch, epoch) => this.#deliver(batch, epoch),
      exited: (exit) => this.#exited(exit),
      hook: (hook, epoch, unknown) => this.#callHook(hook, epoch, unknown),
      output: (output) => this.#take(output),
    });
    const make =
      (duringRestore: boolean) =>
      (subject: RequestSubject, build: (context: RequestContext) => Outgoing, options: CallOptions) =>
        this.#make(link, subject, build, options, duringRestore);
    const { topics } = this.#settings;
    if (topics.length > 0) link.input({ type: 'topics-wanted', topics, ticket: 0 });
    this.#core = { exchange, link, desk: new OrderDesk(exchange, make(false)), threads };
    return this.#core;
  }

  #make(
    link: Link,
    subject: RequestSubject,
    build: (context: RequestContext) => Outgoing,
    options: CallOptions,
    duringRestore: boolean,
  ): Promise<Settlement> {
    const timeoutMs = positive('timeoutMs', options.timeoutMs ?? this.#settings.requestTimeoutMs);
    const sendBeforeMs =
      options.sendBeforeMs === undefined ? 0 : positive('sendBeforeMs', options.sendBeforeMs);
    const { id } = options;
    return link.ask((ticket) => ({
      type: 'request-made',
      ticket,
      subject,
      build: id === undefined ? build : (context) => build({ ...context, nextId: () => id as number }),
      timeoutMs,
      sendBeforeMs,
      duringRestore,
    }));
  }

  /** Market data on its way to the bot. Returns a promise while a consumer wants the thread to hold back. */
  #deliver(batch: Batch, epoch: number): void | Promise<void> {
    this.#events += batch.length;
    this.#sequences.note(batch, epoch);
    const waits: (Promise<unknown> | undefined)[] = [];
    for (const gap of batch.gaps) this.#tellGap(gap);
    if (batch.trades.length > 0) waits.push(this.#listeners.call('trades', batch.trades));
    if (batch.quotes.length > 0) waits.push(this.#listeners.call('quotes', batch.quotes));
    if (batch.books.length > 0) waits.push(this.#listeners.call('books', batch.books));
    if (batch.messages.length > 0) waits.push(this.#listeners.call('messages', batch.messages));
    if (batch.frames.length > 0) waits.push(this.#listeners.call('frames', batch.frames));
    for (const queue of this.#queues) waits.push(queue.push(batch));
    const pending = waits.filter((wait) => wait !== undefined);
    return pending.length === 0 ? undefined : Promise.allSettled(pending).then(() => undefined);
  }

  #tellGap(gap: Gap): void {
    this.#gaps += 1;
    this.#log.gap(gap);
    void this.#listeners.call('gap', gap);
  }

  #tellGaps(reason: GapReason, epoch: number, topics: readonly string[]): void {
    const noticedAtNs = monotonicNs();
    const gaps = topics.map((topic): Gap => {
      const fromSequence = this.#sequences.of(topic, epoch);
      return { topic, reason, epoch, noticedAtNs, ...(fromSequence === undefined ? {} : { fromSequence }) };
    });
    for (const gap of gaps) this.#tellGap(gap);
    for (const queue of this.#queues) void queue.push(gapBatch(gaps));
  }

  #exited(exit: Exit): void {
    this.#log.exit(exit);
    void this.#listeners.call('exit', exit);
  }

  #take(output: Output): void {
    switch (output.type) {
      case 'emit-status':
        return this.#enter(output.status);
      case 'emit-gaps':
        return this.#tellGaps(output.reason, output.epoch, output.topics);
      case 'emit-restored':
        this.#log.restored(output.report);
        return void this.#listeners.call('restored', output.report);
      case 'emit-revoked':
        return void this.#listeners.call('revoked', output.topic, output.error);
      case 'emit-control':
        return this.#takeControl(output.message);
      default:
    }
  }

  #enter(status: Status): void {
    this.#status = status;
    this.#log.status(status);
    void this.#listeners.call('status', status);
    if (!isOver(status)) return;
    this.#finished?.();
    if (status.state === 'failed') void this.close();
  }

  #takeControl(message: Extract<Output, { type: 'emit-control' }>['message']): void {
    switch (message.kind) {
      case 'private':
        return this.#takePrivate(message.event);
      case 'notice':
        return void this.#listeners.call('notice', message.notice);
      case 'problem':
        this.#log.problem(message.problem, message.sample);
        return void this.#listeners.call('problem', message.problem, message.sample);
      case 'log':
        return this.#log.fromThread(message);
      default:
    }
  }

  #takePrivate(event: PrivateEvent): void {
    this.#events += 1;
    switch (event.kind) {
      case 'order':
        return void this.#listeners.call('order', event.order, event.topic);
      case 'fill':
        return void this.#listeners.call('fill', event.fill, event.topic);
      case 'position':
        return void this.#listeners.call('position', event.position, event.topic);
      case 'balance':
        return void this.#listeners.call('balance', event.balance, event.topic);
      case 'account':
        return void this.#listeners.call('account', event);
    }
  }

  #callHook(hook: Hook, epoch: number, unknown: readonly UnknownRequest[]): unknown {
    const session = this.#restoringSession(epoch);
    return hook === 'reconcile'
      ? this.#settings.onReconcile?.(unknown, session)
      : this.#settings.onResume?.(session);
  }

  #restoringSession(epoch: number): RestoringSession {
    const { exchange, link } = this.#core as Core;
    const desk = new OrderDesk(exchange, (subject, build, options) =>
      this.#make(link, subject, build, options, true),
    );
    return {
      epoch,
      request: (method, params = {}, options = {}) => desk.request(method, params, options),
      lookupOrder: (reference) => desk.lookupOrder(reference),
      openOrders: (filter = {}) => desk.openOrders(filter),
      positions: () => desk.positions(),
      cancelOrder: (reference, options = {}) => desk.cancelOrder(reference, options),
      cancelAll: (filter = {}, options = {}) => desk.cancelAll(filter, options),
    };
  }

  #checkTopics(exchange: Exchange, topics: readonly string[]): void {
    if (!Array.isArray(topics)) throw new TypeError('topics must be an array of strings');
    for (const topic of topics) {
      const problem = typeof topic === 'string' ? exchange.checkTopic?.(topic) : 'must be a string';
      if (problem !== undefined) throw new TypeError(`topic ${JSON.stringify(topic)}: ${problem}`);
      if (exchange.isPrivate?.(topic) !== true || this.#settings.credentials !== undefined) continue;
      throw new TypeError(`topic ${JSON.stringify(topic)} is private: give options.credentials`);
    }
  }
}

function sourceOf(exchange: unknown): string {
  const source = exchange instanceof URL ? exchange.href : exchange;
  if (typeof source !== 'string') throw new TypeError('exchange must be a name or the URL of a module');
  if (isExchangeName(source) || source.startsWith('file:')) return source;
  throw new TypeError(
    `there is no exchange ${JSON.stringify(source)}: use one of ${exchangeNames.join(', ')}, or the URL of a module`,
  );
}

function machineConfig(exchange: Exchange, settings: AdapterSettings): MachineConfig {
  const { credentials } = settings;
  const problem =
    credentials === undefined ? undefined : (exchange.login?.validate(credentials) ?? noLogin(exchange));
  if (problem !== undefined) throw new TypeError(`options.credentials: ${problem}`);
  if (settings.cancelOnDisconnect && exchange.safetySwitch === undefined) {
    throw new BulkheadError(
      'unsupported',
      `options.cancelOnDisconnect: ${exchange.name} has no such switch on its WebSocket.`,
    );
  }
  if (settings.cancelOnDisconnect && credentials === undefined) {
    throw new TypeError('options.cancelOnDisconnect needs options.credentials');
  }
  const connectTimeoutMs = 60_000;
  return {
    ...settings,
    exchange,
    hasReconcileHook: settings.onReconcile !== undefined,
    hasResumeHook: settings.onResume !== undefined,
    connectTimeoutMs,
  };
}

function noLogin(exchange: Exchange): string | undefined {
  return exchange.login === undefined ? `${exchange.name} has no login` : undefined;
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new TypeError(`options.${name} must be a number of milliseconds above 0`);
}

function unwrap(settlement: Settlement): unknown {
  if (!settlement.ok) throw settlement.error;
  return settlement.value;
}

function isOver(status: Status): boolean {
  return status.state === 'closed' || status.state === 'failed';
}
