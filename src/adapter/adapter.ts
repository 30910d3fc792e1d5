// The adapter: what a bot holds in its hand. It opens the sockets a venue needs, sends each call over the right one, and hands on
// what they tell.
import type { Batch } from '../batch/batch.js';
import { monotonicNs } from '../clock.js';
import type { Exchange, Venue } from '../exchanges/exchange.js';
import { type ExchangeName, exchangeNames, isExchangeName, loadVenue } from '../exchanges/index.js';
import type { Gap, GapReason, Order, OrderReference, OrderRequest, Position } from '../market.js';
import type { Lease } from '../threads/index.js';
import { budgetOf, checkCredentials, fetcher, machineConfig, opener, threadsOf } from './connecting.js';
import type { AdapterEventName, AdapterEvents } from './events.js';
import type { LinkCounters, LinkObserver } from './link.js';
import { AdapterLog } from './log.js';
import type { Output, Settlement, StateName, Status, SubscribeReport } from './messages.js';
import { type AdapterOptions, adapterSettings, type AdapterSettings } from './options.js';
import type { CallOptions, CallOutcome, OrderOutcome } from './order-desk.js';
import { Outlet } from './outlet.js';
import { aggregateState, socketStats, socketView, type SocketView } from './overview.js';
import { VenueSocket } from './venue-socket.js';
import { BulkheadError } from '../errors.js';

/** Figures of an adapter's whole life, over all its sockets. */
export interface AdapterStats extends LinkCounters {
  readonly state: StateName;
  /** Sockets in use; each has opened one connection more than it has seen exits while it is connected. */
  readonly sockets: number;
  /** Events of all kinds handed to the bot. */
  readonly events: number;
  readonly gaps: number;
  /** Frames received on the current connections. */
  readonly framesReceived: number;
  /** Frames of the current connections that the thread dropped because the bot was too slow. Each drop is in a gap. */
  readonly framesDropped: number;
  /** Frames of the current connections that could not be understood. */
  readonly undecodable: number;
}

/** What exists only once the exchange's module is loaded. */
interface Core {
  readonly venue: Venue;
  readonly sockets: ReadonlyMap<string, VenueSocket>;
  readonly lease: Lease;
}

/**
 * An exchange that stays connected: each connection lives in a thread of its own, and when that thread ends, for whatever reason, the
 * adapter starts the next and restores login, safety switch and topics before it calls itself READY again.
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
  readonly #log: AdapterLog;
  readonly #outlet: Outlet;
  #core: Core | undefined;
  #loading: Promise<Core> | undefined;
  #closing: Promise<void> | undefined;
  #isConnecting = false;
  #checkEnd: (() => void) | undefined;

  /**
   * @param exchange name of a built-in exchange, or URL of a module whose default export is one.
   * @throws TypeError that names the option that is wrong.
   */
  constructor(exchange: ExchangeName | URL | (string & {}), options: AdapterOptions = {}) {
    this.#source = sourceOf(exchange);
    this.#settings = adapterSettings(options);
    this.name = this.#settings.name ?? (isExchangeName(this.#source) ? this.#source : 'custom');
    this.#log = new AdapterLog(this.#settings.connection.logger, this.name);
    this.#outlet = new Outlet(this.#log);
  }

  /** The state of all sockets together: the one that is furthest from READY. */
  get state(): StateName {
    if (this.#closing !== undefined && this.#core === undefined) return 'closed';
    return aggregateState([...this.#started()].map(({ status }) => status.state));
  }

  /** Each socket that is in use, by itself. */
  get sockets(): readonly SocketView[] {
    return [...this.#started()].map(socketView);
  }

  /** Topics that are wanted, and those that the venue has confirmed on the current connections. */
  get topics(): { readonly wanted: readonly string[]; readonly confirmed: readonly string[] } {
    if (this.#core === undefined) return { wanted: this.#settings.topics, confirmed: [] };
    const ledgers = [...this.#core.sockets.values()].map(({ link }) => link.state.topics);
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
    const core = await this.#load();
    this.#isConnecting = true;
    await Promise.all([...neededSockets(core, this.#settings)].map(connectSocket));
  }

  /**
   * Wants these topics from now on, across every death of the connection. Resolves when the venue has answered each of them; a topic
   * it refuses is in `refused` and does not sink the others. While there is no connection the wish is kept for the next one.
   * @throws TypeError for a topic that is malformed, or private without credentials.
   */
  async subscribe(topics: readonly string[]): Promise<SubscribeReport> {
    const core = await this.#load();
    const groups = this.#groupTopics(core, topics);
    if (this.#isConnecting) this.#connectLate([...groups.keys()]);
    const reports = await Promise.all(
      [...groups].map(([socket, own]) =>
        socket.link.ask((ticket) => ({ type: 'topics-wanted', topics: own, ticket })),
      ),
    );
    const parts = reports.map((report) => unwrap(report) as SubscribeReport);
    return {
      confirmed: parts.flatMap(({ confirmed }) => confirmed),
      refused: parts.flatMap(({ refused }) => refused),
    };
  }

  /** Stops wanting these topics. Resolves when the venue no longer sends them. */
  async unsubscribe(topics: readonly string[]): Promise<void> {
    const groups = this.#groupTopics(await this.#load(), topics);
    const settlements = await Promise.all(
      [...groups].map(([socket, own]) =>
        socket.link.ask((ticket) => ({ type: 'topics-unwanted', topics: own, ticket })),
      ),
    );
    settlements.forEach(unwrap);
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
    const core = await this.#load();
    const name = core.venue.socketOfRequest?.(method) ?? core.venue.orderSocket;
    return this.#socket(core, name, 'requests').desk.request(method, params, options);
  }

  /**
   * Places an order. Always settles, with one of four outcomes; see OrderOutcome. Nothing is ever sent again or kept for later.
   * @throws TypeError for an order that is malformed. @throws BulkheadError `unsupported` where the venue takes no orders this way.
   */
  async sendOrder(order: OrderRequest, options: CallOptions = {}): Promise<OrderOutcome> {
    return (await this.#orders()).sendOrder(order, options);
  }

  /** Changes an open order, where the venue can. Settles like `sendOrder`. */
  async editOrder(
    reference: OrderReference,
    changes: Partial<OrderRequest>,
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

  /** Looks an order up: the way out of an `unknown` outcome. Empty where the venue knows no such order. */
  async lookupOrder(reference: OrderReference): Promise<readonly Order[]> {
    return (await this.#orders()).lookupOrder(reference);
  }

  async openOrders(filter: { readonly symbol?: string } = {}): Promise<readonly Order[]> {
    return (await this.#orders()).openOrders(filter);
  }

  async positions(): Promise<readonly Position[]> {
    return (await this.#orders()).positions();
  }

  on<Name extends AdapterEventName>(name: Name, listener: (...values: AdapterEvents[Name]) => unknown): this {
    this.#outlet.listeners.add(name, listener);
    return this;
  }

  off<Name extends AdapterEventName>(
    name: Name,
    listener: (...values: AdapterEvents[Name]) => unknown,
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
    for (const { link } of this.#started()) link.input({ type: 'reconnect-requested', why });
  }

  /** Kills the threads of the current connections, as a fault would. For drills. */
  terminate(): void {
    for (const { link } of this.#started()) link.connection?.terminate();
  }

  stats(): AdapterStats {
    const { events, gaps } = this.#outlet;
    return { ...socketStats([...this.#started()]), state: this.state, events, gaps };
  }

  /** Closes every connection with a close frame and ends the adapter. Requests on their way end as `unknown`. Twice does no harm. */
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
    const sockets = [...(core?.sockets.values() ?? [])];
    const ended = new Promise<void>((resolve) => {
      this.#checkEnd = () => {
        if (sockets.every(({ status }) => isOver(status))) resolve();
      };
    });
    for (const { link } of sockets) link.input({ type: 'close-requested' });
    this.#checkEnd?.();
    await ended;
    this.#outlet.close();
    for (const { budget } of sockets) budget?.release();
    core?.lease.release();
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
    const sockets = new Map<string, VenueSocket>();
    for (const [name, exchange] of Object.entries(venue.sockets)) {
      sockets.set(name, this.#buildSocket(name, exchange as unknown as Exchange));
    }
    const lease = threadsOf(this.#settings).acquire(this.#source);
    const core = { venue, sockets, lease };
    const groups = this.#groupTopics(core, this.#settings.topics);
    for (const [{ link }, topics] of groups) link.input({ type: 'topics-wanted', topics });
    this.#core = core;
    return core;
  }

  #buildSocket(name: string, exchange: Exchange): VenueSocket {
    const settings = this.#settings;
    const socket: VenueSocket = new VenueSocket({
      name,
      config: machineConfig(exchange, settings),
      open: opener(exchange, this.#source, name, settings, this.#log),
      fetch: fetcher(exchange, settings),
      observer: this.#observe(() => socket),
      budget: budgetOf(exchange, settings),
      freshness: settings.freshness,
      silence: (verdict) => this.#outlet.silence(verdict.kind, verdict),
    });
    return socket;
  }

  #observe(socketOf: () => VenueSocket): LinkObserver {
    const { onReconcile, onResume } = this.#settings;
    return {
      batch: (batch, epoch) => {
        socketOf().sequences.note(batch, epoch);
        return this.#outlet.batch(batch);
      },
      exited: (exit) => this.#outlet.exit(exit),
      hook: (hook, epoch, unknown) => {
        const session = socketOf().restoringSession(epoch);
        return hook === 'reconcile' ? onReconcile?.(unknown, session) : onResume?.(session);
      },
      output: (output) => this.#take(socketOf(), output),
    };
  }

  #take(socket: VenueSocket, output: Output): void {
    switch (output.type) {
      case 'emit-status':
        return this.#enter(socket, output.status);
      case 'emit-gaps':
        return this.#tellGaps(socket, output.reason, output.epoch, output.topics);
      case 'emit-restored':
        return this.#outlet.restored(output.report);
      case 'emit-revoked':
        return void this.#outlet.listeners.emit('revoked', output.topic, output.error);
      case 'emit-control':
        if (output.message.kind === 'private') {
          const { event, receivedAtNs } = output.message;
          socket.sequences.notePrivate(event.topic, receivedAtNs, socket.status.epoch);
        }
        return this.#outlet.control(output.message);
      default:
    }
  }

  #enter(socket: VenueSocket, status: Status): void {
    socket.status = status;
    socket.freshness?.setReady(status.state === 'ready');
    this.#outlet.status({ ...status, socket: socket.name });
    this.#checkEnd?.();
    // One socket that cannot go on leaves the adapter without a part it needs: the others are closed in good order.
    if (status.state === 'failed') void this.close();
  }

  #tellGaps(socket: VenueSocket, reason: GapReason, epoch: number, topics: readonly string[]): void {
    const noticedAtNs = monotonicNs();
    const gaps = topics.map((topic): Gap => {
      const fromSequence = socket.sequences.of(topic, epoch);
      return { topic, reason, epoch, noticedAtNs, ...(fromSequence === undefined ? {} : { fromSequence }) };
    });
    this.#outlet.tellGaps(gaps);
  }

  /** Sockets that a subscribe needs and that were not connected so far. A failure is told by `status` and by the subscribe itself. */
  #connectLate(sockets: readonly VenueSocket[]): void {
    for (const socket of sockets) {
      if (!socket.isStarted) void connectSocket(socket).catch(() => undefined);
    }
  }

  #groupTopics(core: Core, topics: readonly string[]): ReadonlyMap<VenueSocket, string[]> {
    if (!Array.isArray(topics)) throw new TypeError('topics must be an array of strings');
    const groups = new Map<VenueSocket, string[]>();
    for (const topic of topics) {
      const socket = this.#socketOfTopic(core, topic);
      groups.set(socket, [...(groups.get(socket) ?? []), topic]);
    }
    return groups;
  }

  #socketOfTopic({ venue, sockets }: Core, topic: unknown): VenueSocket {
    if (typeof topic !== 'string' || topic === '')
      throw new TypeError('topics must be strings that are not empty');
    const socket = sockets.get(venue.socketOfTopic(topic));
    const problem = socket?.exchange.checkTopic?.(topic);
    if (socket === undefined || problem !== undefined) {
      throw new TypeError(`topic ${JSON.stringify(topic)}: ${problem ?? `${venue.name} has no such topic`}`);
    }
    if (socket.exchange.isPrivate?.(topic) === true && this.#settings.credentials === undefined) {
      throw new TypeError(`topic ${JSON.stringify(topic)} is private: give options.credentials`);
    }
    return socket;
  }

  async #orders(): Promise<VenueSocket['desk']> {
    const core = await this.#load();
    return this.#socket(core, core.venue.orderSocket, 'orders').desk;
  }

  #socket({ venue, sockets }: Core, name: string | undefined, what: string): VenueSocket {
    const socket = name === undefined ? undefined : sockets.get(name);
    if (socket !== undefined) return socket;
    const text = `${venue.name} does not take ${what} over its WebSocket; use its REST interface`;
    throw new BulkheadError('unsupported', text, { exchange: venue.name });
  }

  *#started(): Iterable<VenueSocket> {
    for (const socket of this.#core?.sockets.values() ?? []) if (socket.isStarted) yield socket;
  }
}

/** The sockets to open at the connect: those with topics, those the credentials are for, and one in any case. */
function* neededSockets({ venue, sockets }: Core, settings: AdapterSettings): Iterable<VenueSocket> {
  let found = false;
  for (const socket of sockets.values()) {
    const { login, orders } = socket.exchange;
    const isAccounts =
      venue.accountSockets?.includes(socket.name) ?? (login !== undefined || orders !== undefined);
    const isForAccount = settings.credentials !== undefined && isAccounts;
    if (socket.link.state.topics.wanted.length === 0 && !isForAccount) continue;
    found = true;
    yield socket;
  }
  const [first] = sockets.values();
  if (!found && first !== undefined) yield first;
}

async function connectSocket({ link }: VenueSocket): Promise<void> {
  unwrap(await link.ask((ticket) => ({ type: 'connect-requested', ticket })));
}

function sourceOf(exchange: unknown): string {
  const source = exchange instanceof URL ? exchange.href : exchange;
  if (typeof source !== 'string') throw new TypeError('exchange must be a name or the URL of a module');
  if (isExchangeName(source) || URL.canParse(source)) return source;
  const names = exchangeNames.join(', ');
  throw new TypeError(`there is no exchange ${JSON.stringify(source)}: use ${names}, or the URL of a module`);
}

function unwrap(settlement: Settlement): unknown {
  if (!settlement.ok) throw settlement.error;
  return settlement.value;
}

function isOver({ state }: Status): boolean {
  return state === 'closed' || state === 'failed';
}
