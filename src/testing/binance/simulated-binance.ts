// The simulated Binance spot market: combined and raw streams, the WebSocket API, and the snapshot of a book over HTTP.
// Faithful in what hurts: unknown streams are acknowledged and silent, a sixth message in a second ends the connection.
import type { Connection } from '../kit/connection.js';
import { ExchangeShell, type ShellOptions } from '../kit/exchange-shell.js';
import type { InstrumentTerms, Market } from '../kit/matching/market.js';
import type { MarketChange, MarketTrade, PlacedOrder } from '../kit/matching/trading.js';
import { BinanceApi } from './api.js';
import { spotDialect } from './dialect.js';
import { type BinanceAccountOptions, testKey } from './keys.js';
import { isRaw, rawTopic, streamsOf, symbolOf, topicOn } from './raw-streams.js';
import { dayOf, orderRow, reportOf, shortDayOf } from './rows.js';

export interface BinanceOptions extends ShellOptions {
  /** Default: one account with an HMAC key, `testKey`. */
  readonly accounts?: readonly BinanceAccountOptions[] | undefined;
}

const INSTRUMENTS: readonly InstrumentTerms[] = [
  { symbol: 'BTCUSDT', price: 61_000, tickSize: 0.01, lotSize: 0.00001 },
  { symbol: 'ETHUSDT', price: 2500, tickSize: 0.01, lotSize: 0.0001 },
  { symbol: 'BNBUSDT', price: 590, tickSize: 0.01, lotSize: 0.001 },
];
const MESSAGES_PER_SECOND = 5;

/** A simulated Binance spot market with fault switches. */
export class SimulatedBinance extends ExchangeShell {
  readonly name = 'binance';
  readonly paths = ['/stream', '/ws/*', '/ws-api/v3'];
  protected readonly mainPath = '/stream';
  readonly #api: BinanceApi;
  readonly #messages = new Map<Connection, number[]>();

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: BinanceOptions = {}): Promise<SimulatedBinance> {
    const exchange = new SimulatedBinance(options);
    await exchange.listen();
    return exchange;
  }

  private constructor(options: BinanceOptions) {
    super(options, INSTRUMENTS);
    this.#api = new BinanceApi({
      dialect: spotDialect,
      accounts: options.accounts ?? [testKey],
      markets: this.markets,
      trading: this.trading,
      journal: this.journal,
      now: () => this.clock.milliseconds(),
      listen: (connection, topic) => this.subscribe(connection, topic),
      unlisten: (connection, topic) => void this.unsubscribe(connection, topic),
    });
  }

  /** What a client of each socket connects to. */
  get urls(): { readonly streams: string; readonly api: string } {
    return { streams: this.urlOf('/stream'), api: this.urlOf('/ws-api/v3') };
  }

  /** @internal */
  onOpen(connection: Connection): void {
    const streams = streamsOf(connection);
    if (streams.length > 0) this.#subscribe(connection, streams);
  }

  /** @internal */
  onText(connection: Connection, text: string): void {
    const message = parse(text);
    const method = typeof message?.['method'] === 'string' ? message['method'] : '';
    if (message === undefined || /^[A-Z_]*$/.test(method)) this.#control(connection, method, message);
    else this.#api.answer(connection, method, message);
  }

  /** @internal */
  override onEnd(connection: Connection): void {
    super.onEnd(connection);
    this.#messages.delete(connection);
    this.#api.forget(connection);
  }

  override expireTokens(account: string | undefined): void {
    this.#api.withdraw(account);
  }

  /** @internal */
  announceStop(): void {
    const event = { e: 'serverShutdown', E: this.clock.milliseconds() };
    for (const connection of this.server.connections) {
      const isStream = this.#messages.has(connection);
      const wrapped = isStream ? { stream: '!serverShutdown', data: event } : { event };
      connection.notify(JSON.stringify(isRaw(connection) ? event : wrapped));
    }
  }

  protected orderRow(order: PlacedOrder): Readonly<Record<string, unknown>> {
    return orderRow(order);
  }

  protected marketOf(topic: string): Market | undefined {
    return this.markets.get(symbolOf(topic));
  }

  protected http(path: string, query: URLSearchParams): readonly [number, unknown] {
    if (path !== '/api/v3/depth') return [404, { code: -1000, msg: 'not found' }];
    const market = this.markets.get(query.get('symbol') ?? '');
    if (market === undefined) return [400, { code: -1121, msg: 'Invalid symbol.' }];
    return [200, bookOf(market, Number(query.get('limit') ?? 100))];
  }

  protected onMarket({ market, atMs, trades, levels, orders }: MarketChange): void {
    const name = market.symbol.toLowerCase();
    const send = (stream: string, data: () => unknown, sequence: number) => {
      this.publish(stream, () => ({ stream, data: data() }), sequence);
      this.publish(rawTopic(stream), data, sequence);
    };
    for (const trade of trades) {
      send(`${name}@trade`, () => tradeOf(market, trade, atMs), trade.id);
      send(`${name}@aggTrade`, () => aggregateOf(market, trade, atMs), trade.id);
      send(`${name}@ticker`, () => dayOf(market, trade, atMs), trade.id);
      send(`${name}@miniTicker`, () => shortDayOf(market, trade, atMs), trade.id);
    }
    if (levels.length > 0) {
      const first = market.sequence + 1;
      market.sequence += levels.length;
      const side = (wanted: string) =>
        levels
          .filter((level) => level.side === wanted)
          .map(({ tick, after }) => [market.priceText(tick), market.amountText(after)]);
      const change = () => ({
        e: 'depthUpdate',
        E: atMs,
        s: market.symbol,
        U: first,
        u: market.sequence,
        b: side('bid'),
        a: side('ask'),
      });
      for (const speed of ['', '@100ms', '@1000ms']) {
        send(`${name}@depth${speed}`, change, market.sequence);
        for (const most of [5, 10, 20])
          send(`${name}@depth${most}${speed}`, () => bookOf(market, most), market.sequence);
      }
      send(`${name}@bookTicker`, () => tickerOf(market), market.sequence);
    }
    for (const change of orders) {
      this.publish(
        `user ${change.order.account}`,
        () => ({ subscriptionId: 0, event: reportOf(change, atMs) }),
        change.order.id,
      );
    }
  }

  /** Control messages of the streams. What cannot be read gets the same answer as on the venue. */
  #control(
    connection: Connection,
    method: string,
    message: Readonly<Record<string, unknown>> | undefined,
  ): void {
    if (this.#isTooFast(connection)) return connection.close(1008, 'Too many requests');
    if (message === undefined)
      return connection.notify(
        JSON.stringify({ code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' }),
      );
    const { id, params } = message;
    this.journal.record({ kind: 'request', connection: connection.id, method });
    const interception = connection.intercept(method);
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail') {
      return connection.answer(
        method,
        JSON.stringify({ error: { code: Number(interception.code), msg: interception.message }, id }),
      );
    }
    const streams = Array.isArray(params) ? params.filter((one) => typeof one === 'string') : [];
    if (method === 'SUBSCRIBE') this.#subscribe(connection, streams);
    else if (method === 'UNSUBSCRIBE')
      for (const stream of streams) this.unsubscribe(connection, topicOn(connection, stream));
    else if (method !== 'LIST_SUBSCRIPTIONS') {
      const msg = `Invalid request: unknown variant \`${method}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\``;
      return connection.answer(method, JSON.stringify({ error: { code: 2, msg }, id }));
    }
    connection.answer(method, JSON.stringify({ result: method === 'LIST_SUBSCRIPTIONS' ? [] : null, id }));
  }

  /** Streams that do not exist, or that a fault refuses, are acknowledged like any other and stay silent. */
  #subscribe(connection: Connection, streams: readonly string[]): void {
    const refused = streams.filter((stream) => this.refuses(connection, stream));
    const topics = streams.filter((stream) => !refused.includes(stream));
    for (const stream of topics) this.subscribe(connection, topicOn(connection, stream));
    this.journal.record({ kind: 'subscribed', connection: connection.id, topics, refused });
  }

  #isTooFast(connection: Connection): boolean {
    const now = performance.now();
    const recent = (this.#messages.get(connection) ?? []).filter((at) => now - at < this.clock.scale(1000));
    this.#messages.set(connection, [...recent, now]);
    return recent.length >= MESSAGES_PER_SECOND;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function tradeOf(market: Market, { id, tick, lots, side }: MarketTrade, at: number) {
  const [p, q] = [market.priceText(tick), market.amountText(lots)];
  return { e: 'trade', E: at, s: market.symbol, t: id, p, q, T: at, m: side === 'ask', M: true };
}

function aggregateOf(market: Market, { id, tick, lots, side }: MarketTrade, at: number) {
  const [p, q] = [market.priceText(tick), market.amountText(lots)];
  return {
    e: 'aggTrade',
    E: at,
    s: market.symbol,
    a: id,
    p,
    q,
    f: id,
    l: id,
    T: at,
    m: side === 'ask',
    M: true,
  };
}

function bookOf(market: Market, most: number) {
  return { lastUpdateId: market.sequence, bids: market.depth('bid', most), asks: market.depth('ask', most) };
}

function tickerOf(market: Market) {
  const [[b, B] = ['0', '0'], [a, A] = ['0', '0']] = [market.depth('bid', 1)[0], market.depth('ask', 1)[0]];
  return { u: market.sequence, s: market.symbol, b, B, a, A };
}
