// The simulated Hyperliquid: whole books on one clock, signed posts whose signer is recovered, and a socket that a bad coin kills.
import type { Connection } from '../kit/connection.js';
import { ExchangeShell, type ShellOptions } from '../kit/exchange-shell.js';
import type { InstrumentTerms, Market } from '../kit/matching/market.js';
import type { BookSide } from '../kit/matching/order-book.js';
import type { MarketChange, OrderChange, PlacedOrder } from '../kit/matching/trading.js';
import { HyperliquidActions } from './actions.js';
import { fillRow, orderRow } from './rows.js';

export interface HyperliquidOptions extends ShellOptions {
  /** Addresses that the venue knows as accounts or API wallets, each with the account that it trades for. Default: any address, for itself. */
  readonly wallets?: Readonly<Record<string, string>> | undefined;
  readonly network?: 'live' | 'test' | undefined;
  /** Milliseconds between two pushes of a whole book. Default 500 of the venue's; real ones are 5400, and 540 with `fast`. */
  readonly bookIntervalMs?: number | undefined;
}

type Row = Readonly<Record<string, unknown>>;

const INSTRUMENTS: readonly InstrumentTerms[] = [
  { symbol: 'BTC', price: 84_000, tickSize: 1, lotSize: 0.00001 },
  { symbol: 'ETH', price: 2900, tickSize: 0.1, lotSize: 0.0001 },
  { symbol: 'SOL', price: 128, tickSize: 0.01, lotSize: 0.01 },
];
const SILENCE_MS = 60_000;
const DEFAULTS: Readonly<Record<string, Row>> = { l2Book: { nSigFigs: null, mantissa: null, fast: false } };
const COIN_TYPES = ['l2Book', 'bbo', 'trades', 'activeAssetCtx', 'candle'];
const USER_TYPES = ['orderUpdates', 'userEvents', 'userFills'];

/** A simulated Hyperliquid with fault switches. */
export class SimulatedHyperliquid extends ExchangeShell {
  readonly name = 'hyperliquid';
  readonly paths = ['/ws'];
  protected readonly mainPath = '/ws';
  readonly #actions: HyperliquidActions;
  /** Each subscription of a connection by its JSON. */
  readonly #subscriptions = new Map<Connection, Map<string, string>>();
  readonly #silences = new Map<Connection, NodeJS.Timeout>();
  readonly #books: NodeJS.Timeout;

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: HyperliquidOptions = {}): Promise<SimulatedHyperliquid> {
    const exchange = new SimulatedHyperliquid(options);
    await exchange.listen();
    return exchange;
  }

  private constructor(options: HyperliquidOptions) {
    super(options, INSTRUMENTS);
    const { markets, trading, clock, journal } = this;
    const { wallets, network = 'live' } = options;
    this.#actions = new HyperliquidActions({
      markets: [...markets.values()],
      trading,
      clock,
      journal,
      wallets,
      network,
    });
    this.#books = setInterval(() => this.#pushBooks(), this.clock.scale(options.bookIntervalMs ?? 500));
  }

  /** @internal */
  onOpen(connection: Connection): void {
    this.#subscriptions.set(connection, new Map());
    this.#watchSilence(connection, 0);
  }

  /** @internal */
  onText(connection: Connection, text: string): void {
    const message = parse(text);
    const { method } = message ?? {};
    if (method === 'ping') return connection.answer('ping', '{"channel":"pong"}');
    const subscription = message?.['subscription'];
    const isSubscription = (method === 'subscribe' || method === 'unsubscribe') && isRow(subscription);
    if (
      message === undefined ||
      (!isSubscription && (method !== 'post' || typeof message['id'] !== 'number'))
    ) {
      return this.#error(connection, 'parse', `Error parsing JSON into valid websocket request: ${text}`);
    }
    this.journal.record({ kind: 'request', connection: connection.id, method: String(method) });
    if (method === 'post') return this.#post(connection, message['id'] as number, message['request']);
    const interception = connection.intercept(String(method));
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail') return this.#error(connection, String(method), interception.message);
    if (method === 'subscribe') this.#subscribe(connection, subscription as Row);
    else this.#unsubscribe(connection, subscription as Row);
  }

  /** @internal */
  override onEnd(connection: Connection): void {
    super.onEnd(connection);
    this.#subscriptions.delete(connection);
    clearTimeout(this.#silences.get(connection));
    this.#silences.delete(connection);
  }

  /** Ends every connection and stops listening; again does no harm. */
  override async close(): Promise<void> {
    clearInterval(this.#books);
    this.#actions.close();
    await super.close();
    for (const timer of this.#silences.values()) clearTimeout(timer);
  }

  /** The venue has no such notice: it just closes. */
  announceStop(): void {}

  /** @internal */
  override closeSlowConsumer(connection: Connection): void {
    connection.drop('fin');
  }

  protected orderRow(order: PlacedOrder): Row {
    return { ...orderRow(order), state: order.state };
  }

  protected marketOf(topic: string): Market | undefined {
    const [type = '', coin = ''] = topic.split(' ', 2);
    return COIN_TYPES.includes(type) ? this.markets.get(coin) : undefined;
  }

  protected http(path: string, _query: URLSearchParams, body: string): readonly [number, unknown] {
    const question = parse(body);
    if (path !== '/info' || question === undefined)
      return [422, 'Failed to deserialize the JSON body into the target type'];
    return [200, this.#actions.info(question)];
  }

  protected onMarket({ market, atMs, trades, levels, orders }: MarketChange): void {
    market.sequence += 1;
    const { symbol: coin } = market;
    if (trades.length > 0) {
      const data = () =>
        trades.map(({ id, side, tick, lots }) => {
          const row = {
            coin,
            side: side === 'bid' ? 'B' : 'A',
            px: market.priceText(tick),
            sz: market.amountText(lots),
            time: atMs,
          };
          return { ...row, hash: `0x${'0'.repeat(64)}`, tid: id, users: [ZERO_ADDRESS, ZERO_ADDRESS] };
        });
      this.publish(`trades ${coin}`, () => ({ channel: 'trades', data: data() }), market.sequence);
    }
    if (levels.length > 0) {
      const bbo = () => [levelRows(market, 'bid', 1)[0] ?? null, levelRows(market, 'ask', 1)[0] ?? null];
      this.publish(
        `bbo ${coin}`,
        () => ({ channel: 'bbo', data: { coin, time: atMs, bbo: bbo() } }),
        market.sequence,
      );
    }
    this.publish(`activeAssetCtx ${coin}`, () => contextFrame(market), market.sequence);
    for (const change of orders) this.#tellAccount(change, atMs);
  }

  #tellAccount({ order, kind, fill }: OrderChange, at: number): void {
    const { account: user } = order;
    const status =
      kind === 'new' ? 'open' : kind === 'cancelled' ? (order.reason ?? 'canceled') : order.state;
    const row = kind === 'new' ? orderRow(order, order.lots) : orderRow(order);
    this.publish(
      `orderUpdates ${user}`,
      () => ({ channel: 'orderUpdates', data: [{ order: row, status, statusTimestamp: at }] }),
      order.id,
    );
    if (fill === undefined) return;
    const fills = [fillRow(order, fill, at)];
    this.publish(`userEvents ${user}`, () => ({ channel: 'user', data: { fills } }), fill.id);
    this.publish(`userFills ${user}`, () => ({ channel: 'userFills', data: { user, fills } }), fill.id);
  }

  #subscribe(connection: Connection, subscription: Row): void {
    const topic = this.#topicOf(subscription);
    // A coin that does not exist ends the socket without a word, and with it everything else that was subscribed on it.
    if (topic === undefined || this.refuses(connection, topic)) return connection.drop('fin');
    const full = { ...subscription, ...DEFAULTS[String(subscription['type'])], ...subscription };
    const key = JSON.stringify(full);
    const own = this.#subscriptions.get(connection);
    if (own?.has(key) === true) return this.#error(connection, 'subscribe', `Already subscribed: ${key}`);
    own?.set(key, topic);
    this.journal.record({ kind: 'subscribed', connection: connection.id, topics: [topic], refused: [] });
    connection.answer(
      'subscribe',
      JSON.stringify({ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: full } }),
    );
    this.subscribe(connection, topic);
    this.#greet(connection, topic);
  }

  #unsubscribe(connection: Connection, subscription: Row): void {
    const full = { ...subscription, ...DEFAULTS[String(subscription['type'])], ...subscription };
    const key = JSON.stringify(full);
    const topic = this.#subscriptions.get(connection)?.get(key);
    if (topic === undefined) return this.#error(connection, 'unsubscribe', `Already unsubscribed: ${key}`);
    this.#subscriptions.get(connection)?.delete(key);
    this.unsubscribe(connection, topic);
    this.journal.record({ kind: 'unsubscribed', connection: connection.id, topics: [topic] });
    connection.answer(
      'unsubscribe',
      JSON.stringify({
        channel: 'subscriptionResponse',
        data: { method: 'unsubscribe', subscription: full },
      }),
    );
  }

  /** Undefined for what the venue would not know. */
  #topicOf({ type, coin, user }: Row): string | undefined {
    if (typeof type !== 'string') return undefined;
    if (COIN_TYPES.includes(type))
      return this.markets.has(String(coin)) ? `${type} ${String(coin)}` : undefined;
    if (USER_TYPES.includes(type) && typeof user === 'string') return `${type} ${user.toLowerCase()}`;
    return type === 'allMids' ? 'allMids' : undefined;
  }

  /** The first frame of a topic that has one. */
  #greet(connection: Connection, topic: string): void {
    const [type, subject = ''] = topic.split(' ', 2);
    const market = this.markets.get(subject);
    if (type === 'l2Book' && market !== undefined) connection.notify(JSON.stringify(this.#book(market)));
    if (type === 'userFills')
      connection.notify(
        JSON.stringify({ channel: 'userFills', data: { isSnapshot: true, user: subject, fills: [] } }),
      );
  }

  /** Every book at the same moment, changed or not. */
  #pushBooks(): void {
    for (const market of this.markets.values()) {
      this.publish(`l2Book ${market.symbol}`, () => this.#book(market), market.sequence);
    }
  }

  #book(market: Market): Row {
    const levels = [levelRows(market, 'bid', 20), levelRows(market, 'ask', 20)];
    return { channel: 'l2Book', data: { coin: market.symbol, time: this.clock.milliseconds(), levels } };
  }

  #post(connection: Connection, id: number, request: unknown): void {
    const { type, payload } = isRow(request) ? request : ({} as Row);
    const action = isRow(payload) && isRow(payload['action']) ? String(payload['action']['type']) : '';
    const method = type === 'info' && isRow(payload) ? String(payload['type']) : action;
    const interception = connection.intercept(method);
    if (interception.action === 'swallow') return;
    const answer = (response: Row) =>
      connection.answer(method, JSON.stringify({ channel: 'post', data: { id, response } }));
    if (interception.action === 'fail')
      return answer({ type: 'action', payload: { status: 'err', response: interception.message } });
    if (type === 'info' && isRow(payload))
      return answer({ type, payload: { type: payload['type'], data: this.#actions.info(payload) } });
    if (type !== 'action' || !isRow(payload))
      return answer({ type: 'error', payload: '422 Unprocessable Entity' });
    answer({ type, payload: this.#actions.execute(connection, payload) });
  }

  #error(connection: Connection, method: string, text: string): void {
    this.journal.record({ kind: 'error-answered', connection: connection.id, method, code: 'error' });
    connection.answer(method, JSON.stringify({ channel: 'error', data: text }));
  }

  /** The venue ends a connection on which it has sent nothing for a minute. */
  #watchSilence(connection: Connection, before: number): void {
    const timer = setTimeout(() => {
      if (connection.framesSent === before) connection.drop('fin');
      else this.#watchSilence(connection, connection.framesSent);
    }, this.clock.scale(SILENCE_MS));
    this.#silences.set(connection, timer);
  }
}

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`;

function levelRows(market: Market, side: BookSide, most: number): readonly Row[] {
  const { levels } = market.book.side(side);
  return levels.slice(0, most).map(({ tick, lots, orders }) => ({
    px: market.priceText(tick),
    sz: market.amountText(lots),
    n: orders.length,
  }));
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is known of a contract beside its book; what the simulation does not count is 0. */
function contextFrame(market: Market): Row {
  const [[bid = '0'] = [], [ask = '0'] = []] = [market.depth('bid', 1)[0], market.depth('ask', 1)[0]];
  const midPx = String((Number(bid) + Number(ask)) / 2);
  const prices = { markPx: midPx, midPx, oraclePx: midPx, prevDayPx: midPx, impactPxs: [bid, ask] };
  const ctx = {
    ...prices,
    funding: '0.0',
    openInterest: '0.0',
    premium: '0.0',
    dayNtlVlm: '0.0',
    dayBaseVlm: '0.0',
  };
  return { channel: 'activeAssetCtx', data: { coin: market.symbol, ctx } };
}

function parse(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
