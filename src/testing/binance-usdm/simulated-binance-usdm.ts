// The simulated Binance USD-M futures market: a socket for books, one for other market data, one for the account, one for orders.
// Faithful in what hurts: a stream asked for at the wrong address is acknowledged and silent, and listen keys expire.
import type { IncomingMessage } from 'node:http';
import type { Connection } from '../kit/connection.js';
import { ExchangeShell, type ShellOptions } from '../kit/exchange-shell.js';
import type { InstrumentTerms, Market } from '../kit/matching/market.js';
import type { BookSide } from '../kit/matching/order-book.js';
import type { MarketChange, PlacedOrder } from '../kit/matching/trading.js';
import { BinanceApi } from '../binance/api.js';
import { type BinanceAccountOptions, testKey } from '../binance/keys.js';
import { usdmDialect } from './dialect.js';
import { isRaw, rawTopic, streamsOf, symbolOf, topicOn } from '../binance/raw-streams.js';
import { dayOf, shortDayOf } from '../binance/rows.js';
import { aggregateOf, bookOf, depthOf, orderRow, orderUpdateOf, tickerOf, tradeOf } from './rows.js';

export interface BinanceUsdmOptions extends ShellOptions {
  /** Default: one account with an HMAC key, `testKey`. A key without a secret can listen, and send no orders. */
  readonly accounts?: readonly BinanceAccountOptions[] | undefined;
}

type Row = Readonly<Record<string, unknown>>;

const INSTRUMENTS: readonly InstrumentTerms[] = [
  { symbol: 'BTCUSDT', price: 61_000, tickSize: 0.1, lotSize: 0.001 },
  { symbol: 'ETHUSDT', price: 2500, tickSize: 0.01, lotSize: 0.001 },
];
const [PUBLIC, MARKET, PRIVATE, TRADE] = [
  '/public/stream',
  '/market/stream',
  '/private/ws',
  '/ws-fapi/v1',
] as const;
const MESSAGES_PER_SECOND = 10;
const SPEEDS = ['', '@100ms', '@250ms', '@500ms'];
const LISTEN_KEY = /^[a-z]+-\d+$/;

/** A simulated Binance USD-M futures market with fault switches. */
export class SimulatedBinanceUsdm extends ExchangeShell {
  readonly name = 'binance-usdm';
  readonly paths = [PUBLIC, MARKET, PRIVATE, TRADE, '/public/ws/*', '/market/ws/*'];
  /** Without a path: each socket of the venue has its own. */
  protected readonly mainPath = '';
  readonly #accounts: readonly string[];
  readonly #api: BinanceApi;
  /** Whose account a listen key opens. */
  readonly #listenKeys = new Map<string, string>();
  readonly #messages = new Map<Connection, number[]>();
  #lastKey = 0;

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: BinanceUsdmOptions = {}): Promise<SimulatedBinanceUsdm> {
    const exchange = new SimulatedBinanceUsdm(options);
    await exchange.listen();
    return exchange;
  }

  private constructor(options: BinanceUsdmOptions) {
    super(options, INSTRUMENTS);
    const accounts = options.accounts ?? [testKey];
    this.#accounts = accounts.map(({ apiKey }) => apiKey);
    this.#api = new BinanceApi({
      dialect: usdmDialect,
      accounts,
      markets: this.markets,
      trading: this.trading,
      journal: this.journal,
      now: () => this.clock.milliseconds(),
      // What happens to the account is told on another socket.
      listen: () => {},
      unlisten: () => {},
    });
  }

  /** What `POST /fapi/v1/order` would do for a limit order that may rest. @throws TypeError for what is not traded here. */
  place(order: {
    account: string;
    symbol: string;
    side: BookSide;
    price: number;
    amount: number;
    clientId?: string;
  }): PlacedOrder {
    const { account, side, clientId = '' } = order;
    const market = this.markets.get(order.symbol);
    const [tick, lots] = [market?.tickOf(order.price), market?.lotsOf(order.amount)];
    if (market === undefined || tick === undefined || lots === undefined)
      throw new TypeError('no such instrument, tick or lot');
    const placed = this.trading.place({ account, market, side, tick, lots, clientId, inForce: 'rest' });
    if (placed === undefined) throw new TypeError('the order was refused');
    return placed;
  }

  /** @internal */
  onOpen(connection: Connection): void {
    const streams = streamsOf(connection);
    if (streams.length > 0) this.#open(connection, streams);
  }

  /** @internal */
  onText(connection: Connection, text: string): void {
    const message = parse(text);
    if (connection.path !== TRADE && this.#isTooFast(connection))
      return connection.close(1008, 'Too many requests');
    if (message === undefined)
      return connection.notify(JSON.stringify({ code: 3, msg: 'Invalid JSON: expected value at line 1' }));
    const method = String(message['method']);
    if (connection.path === TRADE) return this.#api.answer(connection, method, message);
    const id = message['id'];
    this.journal.record({ kind: 'request', connection: connection.id, method });
    const interception = connection.intercept(method);
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail') {
      const error = { code: Number(interception.code), msg: interception.message };
      return connection.answer(method, JSON.stringify({ error, id }));
    }
    const params = Array.isArray(message['params']) ? message['params'] : [];
    const streams = params.filter((one): one is string => typeof one === 'string');
    if (method === 'SUBSCRIBE') this.#open(connection, streams);
    else if (method === 'UNSUBSCRIBE')
      for (const stream of streams) this.unsubscribe(connection, this.#topicOf(connection, stream));
    connection.answer(method, JSON.stringify({ result: null, id }));
  }

  /** @internal */
  override onEnd(connection: Connection): void {
    super.onEnd(connection);
    this.#api.forget(connection);
    this.#messages.delete(connection);
  }

  /** Listen keys end, and the account's sockets are told. */
  override expireTokens(account: string | undefined): void {
    for (const [listenKey, owner] of this.#listenKeys) {
      if (account !== undefined && owner !== account) continue;
      const event = { e: 'listenKeyExpired', E: this.clock.milliseconds(), listenKey };
      for (const connection of this.server.connections) {
        if (this.unsubscribe(connection, `user ${owner}`)) connection.notify(JSON.stringify(event));
      }
      this.#listenKeys.delete(listenKey);
    }
  }

  /** @internal */
  announceStop(): void {
    const event = { e: 'serverShutdown', E: this.clock.milliseconds() };
    for (const connection of this.server.connections) {
      const bare = connection.path === PRIVATE ? event : { event };
      const isStream = connection.path === PUBLIC || connection.path === MARKET;
      const wrapped = isStream
        ? { stream: '!serverShutdown', data: event }
        : isRaw(connection)
          ? event
          : bare;
      connection.notify(JSON.stringify(wrapped));
    }
  }

  protected orderRow(order: PlacedOrder): Row {
    return orderRow(order);
  }

  protected marketOf(topic: string): Market | undefined {
    return this.markets.get(symbolOf(topic));
  }

  protected http(
    path: string,
    query: URLSearchParams,
    _body: string,
    headers: IncomingMessage['headers'],
  ): readonly [number, unknown] {
    if (path === '/fapi/v1/listenKey') return this.#listenKeyFor(String(headers['x-mbx-apikey']));
    if (path !== '/fapi/v1/depth') return [404, { code: -1000, msg: 'not found' }];
    const market = this.markets.get(query.get('symbol') ?? '');
    return market === undefined
      ? [400, { code: -1121, msg: 'Invalid symbol.' }]
      : [200, bookOf(market, Number(query.get('limit') ?? 500))];
  }

  protected onMarket({ market, atMs, trades, levels, orders }: MarketChange): void {
    const name = market.symbol.toLowerCase();
    const send = (stream: string, data: () => Row, sequence: number) => {
      this.publish(stream, () => ({ stream, data: data() }), sequence);
      this.publish(rawTopic(stream), data, sequence);
    };
    for (const trade of trades) {
      send(`${name}@aggTrade`, () => aggregateOf(market, trade, atMs), trade.id);
      send(`${name}@trade`, () => tradeOf(market, trade, atMs), trade.id);
      send(`${name}@ticker`, () => dayOf(market, trade, atMs), trade.id);
      send(`${name}@miniTicker`, () => shortDayOf(market, trade, atMs), trade.id);
    }
    if (levels.length > 0) {
      const previous = market.sequence;
      market.sequence += levels.length;
      const update = { e: 'depthUpdate', E: atMs, T: atMs, s: market.symbol, U: previous + 1 };
      const last = { u: market.sequence, pu: previous };
      for (const speed of SPEEDS) {
        send(
          `${name}@depth${speed}`,
          () => ({ ...update, ...last, ...depthOf(market, levels) }),
          market.sequence,
        );
        for (const most of [5, 10, 20])
          send(
            `${name}@depth${most}${speed}`,
            () => ({ ...update, ...last, b: market.depth('bid', most), a: market.depth('ask', most) }),
            market.sequence,
          );
      }
      send(`${name}@bookTicker`, () => tickerOf(market, atMs), market.sequence);
    }
    for (const change of orders)
      this.publish(`user ${change.order.account}`, () => orderUpdateOf(change, atMs), change.order.id);
  }

  /** The same key as long as it lives: asking again lengthens its life. */
  #listenKeyFor(apiKey: string): readonly [number, unknown] {
    const granted = this.#accounts.includes(apiKey);
    this.journal.record({ kind: 'login', connection: 'http', account: apiKey, granted, how: 'listenKey' });
    if (!granted) return [401, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }];
    const known = [...this.#listenKeys].find(([, owner]) => owner === apiKey)?.[0];
    this.#lastKey += 1;
    const listenKey = known ?? `listen-${this.#lastKey}`;
    this.#listenKeys.set(listenKey, apiKey);
    return [200, { listenKey }];
  }

  /** Streams that do not exist here, or that a fault refuses, are acknowledged like any other and stay silent. */
  #open(connection: Connection, streams: readonly string[]): void {
    const topics = streams.filter((one) => this.#isServed(connection, one) && !this.refuses(connection, one));
    for (const stream of topics) {
      const owner = this.#listenKeys.get(stream);
      if (owner !== undefined) connection.account = owner;
      this.subscribe(connection, this.#topicOf(connection, stream));
    }
    const refused = streams.filter((stream) => !topics.includes(stream));
    const names = (list: readonly string[]) => list.map((one) => (LISTEN_KEY.test(one) ? 'userData' : one));
    this.journal.record({
      kind: 'subscribed',
      connection: connection.id,
      topics: names(topics),
      refused: names(refused),
    });
  }

  #isServed({ path }: Connection, stream: string): boolean {
    if (path === PRIVATE) return this.#listenKeys.has(stream);
    return /@(?:bookTicker|trade$|depth)/.test(stream) === path.startsWith('/public/');
  }

  #topicOf(connection: Connection, stream: string): string {
    const owner = this.#listenKeys.get(stream);
    if (owner !== undefined) return `user ${owner}`;
    return connection.path === PRIVATE ? stream : topicOn(connection, stream);
  }

  #isTooFast(connection: Connection): boolean {
    const now = performance.now();
    const recent = (this.#messages.get(connection) ?? []).filter((at) => now - at < this.clock.scale(1000));
    this.#messages.set(connection, [...recent, now]);
    return recent.length >= MESSAGES_PER_SECOND;
  }
}

function parse(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
}
