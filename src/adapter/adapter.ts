// The adapter: what a bot holds in its hand. It opens the sockets a venue needs, sends each call over the right one, and hands on
// what they tell.
import type { Batch } from '../batch/batch.js';
import { BulkheadError } from '../errors.js';
import type { Exchange } from '../exchanges/exchange.js';
import { type ExchangeName, isExchangeName, loadVenue } from '../exchanges/index.js';
import type { EditFieldsOf, OrderFieldsOf } from '../exchanges/venue-types.js';
import type { Order, OrderReference, OrderRequest, Position } from '../market.js';
import type { RecordingStats } from '../recording/recorder.js';
import type { Lease } from '../threads/index.js';
import { type AdapterRecording, beginRecording, tellingSecrets } from './adapter-recording.js';
import { budgetOf, checkCredentials, fetcher, machineConfig, opener, threadsOf } from './connecting.js';
import { type AdapterEventName, type AdapterEvents, checkEventName } from './events.js';
import { LatencyMeter } from './latency-meter.js';
import { observerOf } from './observing.js';
import { sourceOf } from './source.js';
import { AdapterLog } from './log.js';
import type { StateName, Status, SubscribeReport } from './messages.js';
import { type AdapterOptions, adapterSettings, type AdapterSettings } from './options.js';
import type { CallOptions, CallOutcome, OrderOutcome } from './order-desk.js';
import { Outlet } from './outlet.js';
import { type AdapterStats, aggregateState, socketStats, socketView, type SocketView } from './overview.js';
import type { RotationReport } from './rotation.js';
import { ownTopicSettings } from './own-topic.js';
import { Sockets } from './sockets.js';
import { AdapterTelemetry } from './telemetry.js';
import { VenueSocket } from './venue-socket.js';
import { type AdapterVitals, adapterVitals } from './vitals.js';

/** What exists only once the exchange's module is loaded. */
interface Core {
  readonly sockets: Sockets;
  readonly lease: Lease;
}

/**
 * An exchange that stays connected: each connection lives in a thread of its own, and when that thread ends, for whatever reason, the
 * adapter starts the next and restores login, safety switch and topics before it calls itself READY again.
 *
 * @example
 * const adapter = new Adapter(exchange, { network: 'test' });
 * adapter.on('trades', (batch) => { for (const trade of batch) console.log(trade.price); });
 * await adapter.connect();
 * await adapter.subscribe([`trades:${symbol}`]);
 *
 * @typeParam Name - the built-in exchange that was named: it types the credentials and the fields of orders that are the venue's own.
 */
export class Adapter<out Name extends string = string> {
  /** The name in logs and status. */
  readonly name: string;
  readonly #source: string;
  readonly #settings: AdapterSettings;
  readonly #log: AdapterLog;
  readonly #outlet: Outlet;
  readonly #meter: LatencyMeter | undefined;
  readonly #telemetry: AdapterTelemetry;
  #recording: AdapterRecording | undefined;
  #core: Core | undefined;
  #loading: Promise<Core> | undefined;
  #closing: Promise<void> | undefined;
  #isConnecting = false;
  #isHalted = false;
  #checkEnd: (() => void) | undefined;

  /**
   * @param exchange name of a built-in exchange, or URL of a module whose default export is one.
   * @throws TypeError that names the option that is wrong.
   */
  constructor(exchange: Name | ExchangeName | URL, options: AdapterOptions<Name> = {}) {
    this.#source = sourceOf(exchange);
    this.#settings = adapterSettings(options);
    const exchangeName = isExchangeName(this.#source) ? this.#source : 'custom';
    this.name = this.#settings.name ?? exchangeName;
    this.#log = new AdapterLog(this.#settings.connection.logger, this.name);
    this.#telemetry = new AdapterTelemetry({ adapter: this.name, exchange: exchangeName });
    this.#meter = this.#settings.measure ? new LatencyMeter() : undefined;
    this.#outlet = new Outlet(this.#log, this.#telemetry, this.#meter);
  }

  /** The state of all sockets together: the one that is furthest from READY. */
  get state(): StateName {
    if (this.#closing !== undefined && this.#core === undefined) return 'closed';
    return aggregateState(this.#started.map(({ status }) => status.state));
  }

  /** Each connection that is in use, by itself: sockets of the venue, and further connections to them where topics need more than one. */
  get sockets(): readonly SocketView[] {
    return this.#started.map(socketView);
  }

  /** Topics that are wanted, and those that the venue has confirmed on the current connections. */
  get topics(): { readonly wanted: readonly string[]; readonly confirmed: readonly string[] } {
    if (this.#core === undefined) return { wanted: this.#settings.topics, confirmed: [] };
    const ledgers = this.#core.sockets.all.map(({ link }) => link.state.topics);
    return {
      wanted: ledgers.flatMap(({ wanted }) => wanted),
      confirmed: ledgers.flatMap(({ confirmed }) => confirmed),
    };
  }

  /**
   * Connects and restores. Resolves at READY, also when that takes several attempts.
   * @throws BulkheadError where trying again cannot help (`login-refused`, `tls-error`, …), after `maxAttempts` (`gave-up`), or when
   * the adapter is closed meanwhile (`closed`).
   * @throws TypeError where the credentials are not what the exchange's login needs.
   */
  async connect(): Promise<void> {
    const { sockets } = await this.#load();
    this.#isConnecting = true;
    await Promise.all(sockets.needed.map((socket) => socket.connect()));
  }

  /**
   * Wants these topics from now on, across every death of the connection. Topics are the venue's own words, or the common form
   * `trades:SYMBOL`, `quotes:SYMBOL`, `book:SYMBOL`. Resolves when the venue has answered each of them; a topic
   * it refuses is in `refused` and does not sink the others. While there is no connection the wish is kept for the next one. Topics
   * beyond what the venue lets one connection hold go to further connections, which then belong to this adapter like the first.
   * @throws TypeError for a topic that is malformed, or private without credentials.
   */
  async subscribe(topics: readonly string[]): Promise<SubscribeReport> {
    const { sockets } = await this.#load();
    const groups = sockets.place(topics);
    if (this.#isConnecting) this.#connectLate([...groups.keys()]);
    const parts = await Promise.all([...groups].map(([socket, own]) => socket.subscribe(own)));
    return {
      confirmed: parts.flatMap(({ confirmed }) => confirmed),
      refused: parts.flatMap(({ refused }) => refused),
    };
  }

  /** Stops wanting these topics. Resolves when the venue no longer sends them. */
  async unsubscribe(topics: readonly string[]): Promise<void> {
    const { sockets } = await this.#load();
    const given = [...sockets.held(topics)].map(async ([socket, own]) => {
      await socket.unsubscribe(own);
      sockets.release(socket, own);
    });
    await Promise.all(given);
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
    const { sockets } = await this.#load();
    return sockets.ofRequest(method).desk.request(method, params, options);
  }

  /**
   * Places an order. Always settles, with one of four outcomes; see OrderOutcome. Nothing is ever sent again or kept for later.
   * @throws TypeError for an order that is malformed. @throws BulkheadError `unsupported` where the venue takes no orders this way.
   */
  async sendOrder(
    order: OrderRequest<OrderFieldsOf<Name>>,
    options: CallOptions = {},
  ): Promise<OrderOutcome> {
    return (await this.#orders()).sendOrder(order, options);
  }

  /** Changes an open order, where the venue can. Settles like `sendOrder`. */
  async editOrder(
    reference: OrderReference,
    changes: Partial<OrderRequest<EditFieldsOf<Name>>>,
    options: CallOptions = {},
  ): Promise<CallOutcome<Order | undefined>> {
    return (await this.#orders()).editOrder(reference, changes, options);
  }

  /** Cancels one order, named by the venue's id or the bot's own. Settles like `sendOrder`. */
  async cancelOrder(
    reference: OrderReference,
    options: CallOptions = {},
  ): Promise<CallOutcome<Order | undefined>> {
    return (await this.#orders()).cancelOrder(reference, options);
  }

  /** Cancels all orders of the account, or of one instrument. The value is how many were hit, where the venue says so. */
  async cancelAll(
    filter: { readonly symbol?: string } = {},
    options: CallOptions = {},
  ): Promise<CallOutcome<number | undefined>> {
    return (await this.#orders()).cancelAll(filter, options);
  }

  /** Lets no new order and no change of one out any more: they end as `not-sent` (`orders-halted`). Cancels and questions go on. */
  haltOrders(): void {
    this.#isHalted = true;
    for (const { desk } of this.#core?.sockets.all ?? []) desk.halt();
  }

  /** Whether `cancelAll` can be asked: the venue takes it over its WebSocket, and there are credentials. False before the connect. */
  get canCancelAll(): boolean {
    return this.#core?.sockets.canCancelAll === true;
  }

  /** Looks an order up: the way out of an `unknown` outcome. Empty where the venue knows no such order. */
  async lookupOrder(reference: OrderReference): Promise<readonly Order[]> {
    return (await this.#orders()).lookupOrder(reference);
  }

  /** The open orders of the account, or of one instrument. @throws BulkheadError as `request` does. */
  async openOrders(filter: { readonly symbol?: string } = {}): Promise<readonly Order[]> {
    return (await this.#orders()).openOrders(filter);
  }

  /** The positions of the account. @throws BulkheadError as `request` does. */
  async positions(): Promise<readonly Position[]> {
    return (await this.#orders()).positions();
  }

  /** Listens to an event, see AdapterEvents. A listener is called each time, in the order of registration. */
  on<Event extends AdapterEventName>(
    name: Event,
    listener: (...values: AdapterEvents[Event]) => unknown,
  ): this {
    checkEventName(name);
    this.#outlet.listeners.add(name, listener);
    return this;
  }

  /** Listens to the next event of a name, once. `off` takes the listener away before that. */
  once<Event extends AdapterEventName>(
    name: Event,
    listener: (...values: AdapterEvents[Event]) => unknown,
  ): this {
    checkEventName(name);
    this.#outlet.listeners.once(name, listener);
    return this;
  }

  /** Takes a listener away. */
  off<Event extends AdapterEventName>(
    name: Event,
    listener: (...values: AdapterEvents[Event]) => unknown,
  ): this {
    this.#outlet.listeners.remove(name, listener);
    return this;
  }

  /**
   * Batches for those who pull. A consumer that is slow holds the feed back: the thread collects, then applies its overflow policy and
   * says so with a gap. Gaps, also those between two connections, are in `batch.gaps`. Ends when the adapter is closed.
   */
  events(): AsyncIterableIterator<Batch> {
    return this.#outlet.pull();
  }

  /** Ends the current connections, so that new ones are made and restored. */
  reconnect(why = 'the application asked for a new connection'): void {
    for (const socket of this.#started) socket.reconnect(why);
  }

  /**
   * Replaces every connection by a new one without a pause: the new one is READY before the old one is closed. New requests go over
   * the new one, those on their way finish on the old one within `requestTimeoutMs`. Events that both bring are told once. With
   * `cancelOnDisconnect` see `rotation.openOrders` for what becomes of open orders. One report for each connection replaced.
   * @throws BulkheadError `rotation-failed` where a new one does not become READY; its old one goes on.
   */
  async rotate(): Promise<readonly RotationReport[]> {
    const reports = await Promise.all(this.#started.map((socket) => socket.rotate()));
    return reports.flat();
  }

  /** Kills the threads of the current connections, as a fault would. For drills. */
  terminate(): void {
    for (const socket of this.#started) socket.terminate();
  }

  /** Figures of the whole life, over all sockets. */
  stats(): AdapterStats {
    const { events, gaps } = this.#outlet;
    return { ...socketStats(this.#started), state: this.state, events, gaps };
  }

  /** What the threads tell about themselves, and latencies; see the option `measure`. Read from shared memory: it asks nothing of them. */
  vitals(): AdapterVitals {
    return adapterVitals(this.#started, this.#meter);
  }

  /** Figures of the recording, with the option `record`; shared by all that record to the same place. */
  get recording(): RecordingStats | undefined {
    return this.#recording?.recorder.stats();
  }

  /** Closes every connection with a close frame and ends the adapter. Requests on their way end as `unknown`. Twice does no harm. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    // An exchange that does not load has nothing to close; whoever asked for it was told why.
    const core = await this.#loading?.catch(() => undefined);
    const ended = new Promise<void>((resolve) => {
      this.#checkEnd = () => {
        if (core?.sockets.all.every(({ isOver }) => isOver) !== false) resolve();
      };
    });
    core?.sockets.close();
    this.#checkEnd?.();
    await ended;
    this.#outlet.close();
    core?.lease.release();
    await this.#recording?.release();
  }

  #load(): Promise<Core> {
    if (this.#closing !== undefined && this.#loading === undefined) {
      return Promise.reject(
        new BulkheadError('closed', 'the adapter is closed. Create a new one to connect again.'),
      );
    }
    this.#loading ??= this.#build();
    return this.#loading;
  }

  async #build(): Promise<Core> {
    const venue = await loadVenue(this.#source);
    checkCredentials(venue, this.#settings);
    const { credentials, topicsPerConnection, topics } = this.#settings;
    const sockets = new Sockets({
      venue,
      hasCredentials: credentials !== undefined,
      topicsPerConnection,
      open: (key, exchange, number) =>
        this.#openSocket(key, exchange, number, ownTopicSettings(venue, this.#settings)),
    });
    for (const [socket, own] of sockets.place(topics)) socket.want(own);
    if (this.#settings.record !== undefined) await this.#record();
    // Last, because nobody would release the lease of an adapter whose options turn out to be wrong.
    const lease = threadsOf(this.#settings).acquire(this.#source);
    this.#core = { sockets, lease };
    if (this.#isHalted) this.haltOrders();
    return this.#core;
  }

  async #record(): Promise<void> {
    const recording = await beginRecording(this.#settings, this.name, this.#log);
    if (recording === undefined) return;
    this.#recording = recording;
    this.#outlet.listeners.add('gap', recording.gap);
  }

  #openSocket(key: string, exchange: Exchange, number: number, settings: AdapterSettings): VenueSocket {
    const name = number === 1 ? key : `${key}-${number}`;
    const telemetry = this.#telemetry.ofSocket(name);
    const recorder = () => this.#recording?.recorder;
    const told = settings.record === undefined ? exchange : tellingSecrets(exchange, recorder);
    const socket: VenueSocket = new VenueSocket({
      name,
      config: machineConfig(told, settings, number === 1),
      redundancy: settings.redundancy,
      rotation: settings.rotation,
      open: opener(exchange, this.#source, key, settings, this.#log, recorder),
      fetch: fetcher(exchange, this.#source, key, settings, recorder),
      observer: observerOf(this.#outlet, settings, {
        status: (status) => this.#enter(socket, status),
        changed: () => this.#checkEnd?.(),
      }),
      budget: () => budgetOf(exchange, settings, (what, event, ms) => telemetry.rate(what, event, ms)),
      telemetry,
      freshness: settings.freshness,
      books: settings,
    });
    return socket;
  }

  #enter(socket: VenueSocket, status: Status): void {
    this.#outlet.status({ ...status, socket: socket.name });
    // One socket that cannot go on leaves the adapter without a part it needs: the others are closed in good order.
    if (status.state === 'failed') void this.close();
  }

  /** Sockets that a subscribe needs and that were not connected so far. A failure is told by `status` and by the subscribe itself. */
  #connectLate(sockets: readonly VenueSocket[]): void {
    for (const socket of sockets) {
      if (!socket.isStarted) void socket.connect().catch(() => undefined);
    }
  }

  async #orders(): Promise<VenueSocket['desk']> {
    return (await this.#load()).sockets.ofOrders().desk;
  }

  get #started(): readonly VenueSocket[] {
    return this.#core?.sockets.started ?? [];
  }
}
