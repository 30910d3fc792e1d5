// The simulated Coinbase as the server sees it: one count over all frames of a connection, and lists instead of acknowledgements.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../kit/connection.js';
import type { LevelChange } from '../kit/matching/order-book.js';
import { hashOf, Random } from '../kit/random.js';
import type { Simulation, SteppingVenue } from '../kit/simulated-venue.js';
import { type MarketTrade, type PairOptions, SpotMarket } from '../kit/spot-market.js';
import { TopicListeners } from '../kit/topic-listeners.js';
import { WireFrame } from '../kit/wire-frame.js';
import { type CoinbaseAccountOptions, CoinbaseAccounts, type Row } from './tokens.js';

const FIRST_SUBSCRIBE_MS = 5000;
const HEARTBEAT_MS = 1000;
const TRADES_MS = 250;
/** Seconds without any frame after which a connection without heartbeats is closed. */
const IDLE_SECONDS = 75;
const SNAPSHOT_ORDERS = 50;
const PRODUCT_CHANNEL = /^(?:level2|market_trades|ticker|ticker_batch)$/;
const PRIVATE_CHANNEL = /^(?:user|futures_balance_summary)$/;

interface Session {
  sequence: number;
  beats: number;
  idleSeconds: number;
  framesSeen: number;
  firstSubscribe: NodeJS.Timeout | undefined;
}

export class CoinbaseVenue implements SteppingVenue {
  readonly paths = ['/'];
  readonly markets: ReadonlyMap<string, SpotMarket>;
  readonly listeners = new TopicListeners();
  /** Orders of each account as the `user` channel tells them, by order id. */
  readonly orders = new Map<string, Map<string, Row>>();
  readonly #simulation: Simulation;
  readonly #accounts: CoinbaseAccounts;
  readonly #sessions = new Map<Connection, Session>();
  readonly #trades = new Map<string, MarketTrade[]>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(
    simulation: Simulation,
    pairs: readonly PairOptions[],
    accounts: readonly CoinbaseAccountOptions[],
  ) {
    this.#simulation = simulation;
    this.#accounts = new CoinbaseAccounts(accounts);
    this.markets = new Map(
      pairs.map((pair) => [
        pair.symbol,
        new SpotMarket(pair, new Random(simulation.seed ^ hashOf(pair.symbol))),
      ]),
    );
    const { clock } = simulation;
    this.#timers = [
      setInterval(() => this.#flushTrades(), clock.scale(TRADES_MS)),
      setInterval(() => this.#beat(), clock.scale(HEARTBEAT_MS)),
    ];
  }

  onOpen(connection: Connection): void {
    const deadline = this.#simulation.clock.scale(FIRST_SUBSCRIBE_MS);
    const firstSubscribe = setTimeout(() => connection.drop('fin'), deadline);
    this.#sessions.set(connection, { sequence: 0, beats: 0, idleSeconds: 0, framesSeen: 0, firstSubscribe });
  }

  onText(connection: Connection, text: string): void {
    const { type, channel, product_ids: products, jwt } = parse(text);
    const method = String(type);
    this.#simulation.journal.record({ kind: 'request', connection: connection.id, method });
    const interception = connection.intercept(method);
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail') return this.#refuse(connection, method, interception.message);
    if (method !== 'subscribe' && method !== 'unsubscribe')
      return this.#refuse(connection, method, 'unknown type');
    const topics = this.#topicsOf(connection, String(channel), products, jwt);
    if (topics === undefined) return this.#refuse(connection, method, 'authentication failure');
    clearTimeout(this.#sessions.get(connection)?.firstSubscribe);
    this.#change(connection, method, topics);
  }

  onBinary(connection: Connection): void {
    connection.close(1003, 'text only');
  }

  onEnd(connection: Connection): void {
    clearTimeout(this.#sessions.get(connection)?.firstSubscribe);
    this.#sessions.delete(connection);
    this.listeners.removeAll(connection);
  }

  onRequest(_request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(404).end();
  }

  /** Tokens are for one message each: there is nothing to expire. */
  expireTokens(): void {}

  /** The venue announces nothing. */
  announceStop(): void {}

  closeSlowConsumer(connection: Connection): void {
    connection.close(1008, 'slow consumer');
  }

  /** The topic's data stops, and only the next list shows it. */
  revokeTopic(topic: string, connection: Connection): void {
    this.listeners.remove(topic, connection);
  }

  sendMalformed(connection: Connection, text: string | undefined): void {
    connection.notify(text ?? '{"channel":"l2_data","sequ');
  }

  step(): void {
    for (const market of this.markets.values()) {
      if (this.listeners.topics().some((topic) => topic.endsWith(`:${market.symbol}`)))
        this.stepMarket(market);
    }
  }

  stepMarket(market: SpotMarket): void {
    const { side, matches } = market.maker.step();
    const trades = market.record(side, matches);
    const pending = this.#trades.get(market.symbol) ?? [];
    this.#trades.set(market.symbol, [...pending, ...trades]);
    this.#tellBook(market, market.book.takeChanges());
    this.#publish(`ticker:${market.symbol}`, 'ticker', [{ type: 'update', tickers: [tickerRow(market)] }]);
  }

  /** An order of an account came to be or changed, by REST as it were. */
  tellOrder(keyName: string, order: Row): void {
    const orders = this.orders.get(keyName) ?? new Map<string, Row>();
    this.orders.set(keyName, orders);
    orders.set(String(order['order_id']), order);
    const { order_id: orderId, client_order_id: label, status: state } = order;
    const entry = { orderId: String(orderId), label: String(label), state: String(state) };
    this.#simulation.journal.record({ kind: 'order', account: keyName, ...entry });
    for (const connection of this.listeners.of('user')) {
      if (connection.account === keyName)
        this.#tell(connection, 'user', 'user', [{ type: 'update', orders: [order] }]);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { firstSubscribe } of this.#sessions.values()) clearTimeout(firstSubscribe);
  }

  /** Undefined where the channel does not exist or the token is not good: the answer is the same. */
  #topicsOf(
    connection: Connection,
    channel: string,
    products: unknown,
    jwt: unknown,
  ): readonly string[] | undefined {
    if (jwt !== undefined || PRIVATE_CHANNEL.test(channel)) {
      const name = this.#accounts.nameOf(jwt, this.#simulation.clock.milliseconds() / 1000);
      if (name === undefined) return undefined;
      connection.account = name;
    }
    if (channel === 'heartbeats' || channel === 'status' || PRIVATE_CHANNEL.test(channel)) return [channel];
    if (!PRODUCT_CHANNEL.test(channel) || !Array.isArray(products)) return undefined;
    return products.map((product) => `${channel}:${String(product)}`);
  }

  #change(connection: Connection, method: 'subscribe' | 'unsubscribe', topics: readonly string[]): void {
    const { faults } = this.#simulation;
    const isRefused = (topic: string) =>
      faults.find('refuse-topic', connection.id, (fault) => fault.topic === topic) !== undefined;
    const known = topics.filter((topic) => !isRefused(topic) && this.#isKnown(topic));
    const changed = known.filter((topic) =>
      method === 'subscribe'
        ? this.listeners.add(topic, connection)
        : this.listeners.remove(topic, connection),
    );
    const { id } = connection;
    const { journal } = this.#simulation;
    if (method === 'unsubscribe') journal.record({ kind: 'unsubscribed', connection: id, topics: changed });
    else {
      const refused = topics.filter((topic) => !known.includes(topic));
      journal.record({ kind: 'subscribed', connection: id, topics: changed, refused });
    }
    this.#list(connection, method);
    if (method === 'subscribe') for (const topic of changed) this.#greet(connection, topic);
  }

  #isKnown(topic: string): boolean {
    const [, product] = topic.split(':');
    return product === undefined || this.markets.has(product);
  }

  /** All subscriptions of the connection: the only answer there is. */
  #list(connection: Connection, method: string): void {
    const subscriptions: Record<string, string[]> = {};
    for (const topic of this.listeners.topicsOf(connection)) {
      const [channel = '', product = topic] = topic.split(':');
      subscriptions[channel] = [...(subscriptions[channel] ?? []), product];
    }
    connection.answer(method, this.#envelope(connection, 'subscriptions', [{ subscriptions }]));
  }

  #greet(connection: Connection, topic: string): void {
    const [channel, product = ''] = topic.split(':');
    const market = this.markets.get(product);
    if (channel === 'level2' && market !== undefined) {
      const updates = (['bid', 'ask'] as const).flatMap((side) =>
        market.book.side(side).levels.map(({ tick, lots }) => this.#level(market, side, tick, lots)),
      );
      this.#tell(connection, topic, 'l2_data', [{ type: 'snapshot', product_id: product, updates }]);
    } else if (channel === 'market_trades' && market?.lastTrade !== undefined) {
      const trades = [this.#tradeRow(market, market.lastTrade)];
      this.#tell(connection, topic, 'market_trades', [{ type: 'snapshot', trades }]);
    } else if (channel === 'ticker' && market !== undefined) {
      this.#tell(connection, topic, 'ticker', [{ type: 'snapshot', tickers: [tickerRow(market)] }]);
    } else if (channel === 'user') this.#snapshotOrders(connection);
  }

  /** In batches of 50; the first batch with fewer ends it. */
  #snapshotOrders(connection: Connection): void {
    const all = [...(this.orders.get(connection.account ?? '')?.values() ?? [])];
    const open = all.filter((order) => order['status'] === 'OPEN' || order['status'] === 'PENDING');
    for (let start = 0; start <= open.length; start += SNAPSHOT_ORDERS) {
      const orders = open.slice(start, start + SNAPSHOT_ORDERS);
      const positions = { perpetual_futures_positions: [], expiring_futures_positions: [] };
      this.#tell(connection, 'user', 'user', [{ type: 'snapshot', orders, positions }]);
    }
  }

  #tellBook(market: SpotMarket, changes: readonly LevelChange[]): void {
    if (changes.length === 0) return;
    const updates = changes.map(({ side, tick, after }) => this.#level(market, side, tick, after));
    this.#publish(`level2:${market.symbol}`, 'l2_data', [
      { type: 'update', product_id: market.symbol, updates },
    ]);
  }

  #level(market: SpotMarket, side: 'bid' | 'ask', tick: number, lots: number): Row {
    const [price_level, new_quantity] = [market.priceText(tick), market.amountText(lots)];
    return { side: side === 'bid' ? 'bid' : 'offer', event_time: this.#time(), price_level, new_quantity };
  }

  #flushTrades(): void {
    for (const [symbol, trades] of this.#trades) {
      const market = this.markets.get(symbol);
      this.#trades.delete(symbol);
      if (market === undefined || trades.length === 0) continue;
      const rows = trades.map((trade) => this.#tradeRow(market, trade));
      this.#publish(`market_trades:${symbol}`, 'market_trades', [{ type: 'update', trades: rows }]);
    }
  }

  #tradeRow({ symbol }: SpotMarket, { id, side, priceText, amountText }: MarketTrade): Row {
    const word = side === 'bid' ? 'BUY' : 'SELL';
    const amounts = { price: priceText, size: amountText };
    return { trade_id: String(id), product_id: symbol, ...amounts, side: word, time: this.#time() };
  }

  #beat(): void {
    for (const [connection, session] of this.#sessions) {
      session.idleSeconds = connection.framesSent === session.framesSeen ? session.idleSeconds + 1 : 0;
      session.framesSeen = connection.framesSent;
      if (session.idleSeconds >= IDLE_SECONDS) connection.drop('fin');
      else if (this.listeners.of('heartbeats').includes(connection)) {
        session.beats += 1;
        const beat = { current_time: this.#time(), heartbeat_counter: session.beats };
        this.#tell(connection, 'heartbeats', 'heartbeats', [beat]);
      }
    }
  }

  #refuse(connection: Connection, method: string, message: string): void {
    this.#simulation.journal.record({
      kind: 'error-answered',
      connection: connection.id,
      method,
      code: message,
    });
    connection.answer(method, JSON.stringify({ type: 'error', message }));
  }

  #publish(topic: string, channel: string, events: readonly Row[]): void {
    for (const connection of this.listeners.of(topic)) this.#tell(connection, topic, channel, events);
  }

  /** A frame that a fault withholds has had its number: the count shows the hole. */
  #tell(connection: Connection, topic: string, channel: string, events: readonly Row[]): void {
    const sequence = this.#sessions.get(connection)?.sequence ?? 0;
    connection.event(topic, new WireFrame(this.#envelope(connection, channel, events)), sequence);
  }

  #envelope(connection: Connection, channel: string, events: readonly Row[]): string {
    const session = this.#sessions.get(connection);
    const sequence = session?.sequence ?? 0;
    if (session !== undefined) session.sequence += 1;
    return JSON.stringify({
      channel,
      client_id: '',
      timestamp: this.#time(),
      sequence_num: sequence,
      events,
    });
  }

  #time(): string {
    return new Date(this.#simulation.clock.milliseconds()).toISOString().replace('Z', '000Z');
  }
}

function parse(text: string): Row {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Row) : {};
  } catch {
    return {};
  }
}

function tickerRow(market: SpotMarket): Row {
  const { symbol, lastTrade, book } = market;
  const [bid, ask] = [book.bids.best, book.asks.best];
  return {
    type: 'ticker',
    product_id: symbol,
    price: lastTrade?.priceText ?? '0',
    best_bid: bid === undefined ? '' : market.priceText(bid.tick),
    best_bid_quantity: bid === undefined ? '0' : market.amountText(bid.lots),
    best_ask: ask === undefined ? '' : market.priceText(ask.tick),
    best_ask_quantity: ask === undefined ? '0' : market.amountText(ask.lots),
  };
}
