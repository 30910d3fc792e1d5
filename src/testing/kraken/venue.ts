// The simulated Kraken as the server sees it: connections that come, ask and go, and the frames that follow.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../kit/connection.js';
import { hashOf, Random } from '../kit/random.js';
import type { Simulation, SteppingVenue } from '../kit/simulated-venue.js';
import { type MarketTrade, type PairOptions, SpotMarket } from '../kit/spot-market.js';
import { TopicListeners } from '../kit/topic-listeners.js';
import { type KrakenAccount, type KrakenAccountOptions, KrakenAccounts } from './accounts.js';
import { BookWindow } from './book-window.js';
import { type KrakenWorld, Refusal, tradingMethods } from './methods.js';
import { KrakenTrading, type Row, type TradingListener } from './trading.js';

const PUBLIC = 'Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com';
const PRIVATE = 'Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com';
const HEARTBEAT_MS = 1000;
const DEPTHS = [10, 25, 100, 500, 1000];

interface Session {
  /** The one host stands for both of the real ones: the first request decides which of them this connection is on. */
  isPrivate: boolean | undefined;
  heartbeat: NodeJS.Timeout | undefined;
  sequence: number;
  framesSeen: number;
}

export class KrakenVenue implements SteppingVenue, TradingListener {
  readonly paths = ['/v2', '/'];
  readonly accounts: KrakenAccounts;
  readonly world: KrakenWorld;
  readonly listeners = new TopicListeners();
  readonly #simulation: Simulation;
  readonly #sessions = new Map<Connection, Session>();
  readonly #windows = new Map<string, BookWindow>();
  #isWrongNext: string | undefined;

  constructor(
    simulation: Simulation,
    pairs: readonly PairOptions[],
    accounts: readonly KrakenAccountOptions[],
  ) {
    this.#simulation = simulation;
    this.accounts = new KrakenAccounts(accounts, simulation);
    const markets = pairs.map((pair) => {
      const random = new Random(simulation.seed ^ hashOf(pair.symbol));
      return [pair.symbol, new SpotMarket(pair, random)] as const;
    });
    this.world = { simulation, markets: new Map(markets), trading: new KrakenTrading(simulation, this) };
  }

  onOpen(connection: Connection): void {
    this.#sessions.set(connection, {
      isPrivate: undefined,
      heartbeat: undefined,
      sequence: 0,
      framesSeen: 0,
    });
    this.#status(connection, 'online');
  }

  onText(connection: Connection, text: string): void {
    const request = parse(text);
    const { method, req_id: id, params } = request ?? {};
    if (typeof method !== 'string')
      return this.#answer(connection, '', { success: false, error: 'Malformed request' });
    const entry = { kind: 'request', connection: connection.id, method } as const;
    this.#simulation.journal.record(typeof id === 'number' ? { ...entry, id } : entry);
    const interception = connection.intercept(method);
    if (interception.action === 'swallow') return;
    const reply = (body: Row) =>
      this.#answer(connection, method, { method, ...body, ...(id === undefined ? {} : { req_id: id }) });
    if (interception.action === 'fail') return reply({ success: false, error: interception.message });
    this.#handle(connection, method, isRow(params) ? params : {}, reply);
  }

  onBinary(connection: Connection): void {
    connection.close(1003, 'text only');
  }

  onEnd(connection: Connection): void {
    clearInterval(this.#sessions.get(connection)?.heartbeat);
    this.#sessions.delete(connection);
    this.listeners.removeAll(connection);
  }

  /** The one call of the REST interface that the sockets need. */
  onRequest(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'api-key': key, 'api-sign': signature } = request.headers;
      const isToken = request.method === 'POST' && request.url === '/0/private/GetWebSocketsToken';
      const body = Buffer.concat(chunks).toString();
      const answer = isToken
        ? this.accounts.tokenAnswer(String(key), String(signature), body)
        : { error: ['EGeneral:Unknown method'] };
      if (isToken) {
        const granted = 'result' in answer;
        const entry = { kind: 'login', connection: 'http', how: 'GetWebSocketsToken' } as const;
        this.#simulation.journal.record({ ...entry, account: String(key), granted });
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }

  expireTokens(account: string | undefined): void {
    this.accounts.expireTokens(account);
  }

  announceStop(): void {
    for (const connection of this.#sessions.keys()) this.#status(connection, 'maintenance');
  }

  closeSlowConsumer(connection: Connection): void {
    connection.close(1008, 'slow consumer');
  }

  revokeTopic(topic: string, connection: Connection): void {
    this.listeners.remove(topic, connection);
  }

  sendMalformed(connection: Connection, text: string | undefined): void {
    connection.notify(text ?? '{"channel":"book","type":"upd');
  }

  /** The next book frame of a topic carries a checksum that is wrong. */
  spoilChecksum(topic: string): void {
    this.#isWrongNext = topic;
  }

  step(): void {
    for (const market of this.world.markets.values()) {
      const { symbol } = market;
      const isHeard = this.listeners.topics().some((topic) => topic.endsWith(`:${symbol}`));
      if (isHeard) this.stepMarket(market);
    }
  }

  stepMarket(market: SpotMarket): void {
    const { side, matches } = market.maker.step();
    this.world.trading.trade(market, side, matches);
  }

  close(): void {
    for (const { heartbeat } of this.#sessions.values()) clearInterval(heartbeat);
    for (const account of this.accounts.all()) clearTimeout(account.deadMan);
  }

  onMarket(market: SpotMarket, trades: readonly MarketTrade[]): void {
    const { symbol } = market;
    // The windows below find the changes themselves; left alone, the book would go on collecting them.
    market.book.takeChanges();
    if (trades.length > 0)
      this.listeners.publish(`trade:${symbol}`, tradeFrame(symbol, trades, this.#time()));
    this.listeners.publish(`ticker:${symbol}`, tickerFrame('update', market, this.#time()));
    for (const depth of DEPTHS) {
      const topic = bookTopic(depth, symbol);
      const frame = this.#windows.get(topic)?.update(this.#time());
      if (frame !== undefined) this.listeners.publish(topic, this.#spoiled(topic, frame));
    }
  }

  onExecutions(account: KrakenAccount, rows: readonly Row[]): void {
    for (const connection of this.listeners.of('executions')) {
      if (connection.account === account.apiKey) this.#executions(connection, 'update', rows);
    }
  }

  #handle(connection: Connection, method: string, params: Row, reply: (body: Row) => void): void {
    if (method === 'ping') return reply({ method: 'pong' });
    if (method === 'subscribe' || method === 'unsubscribe')
      return this.#topics(connection, method, params, reply);
    const run = Object.hasOwn(tradingMethods, method) ? tradingMethods[method] : undefined;
    const account = this.accounts.byToken(params['token']);
    try {
      if (run === undefined) throw new Refusal('EGeneral:Unknown method');
      this.#claim(connection, true);
      if (account === undefined) throw new Refusal('ESession:Invalid session');
      connection.account = account.apiKey;
      for (const result of run(this.world, account, params)) reply({ success: true, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#simulation.journal.record({
        kind: 'error-answered',
        connection: connection.id,
        method,
        code: error.message,
      });
      reply({ success: false, error: error.message });
    }
  }

  #claim(connection: Connection, isPrivate: boolean): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    session.isPrivate ??= isPrivate;
    if (session.isPrivate !== isPrivate) throw new Refusal(isPrivate ? PRIVATE : PUBLIC);
  }

  /** One answer for each symbol. */
  #topics(
    connection: Connection,
    method: 'subscribe' | 'unsubscribe',
    params: Row,
    reply: (body: Row) => void,
  ): void {
    const channel = String(params['channel']);
    const symbols = Array.isArray(params['symbol']) ? params['symbol'].map(String) : [undefined];
    for (const symbol of symbols) {
      const named = symbol === undefined ? {} : { symbol };
      try {
        const result = this.#topic(connection, method, { ...params, channel, ...named });
        reply({ success: true, result });
        if (method === 'subscribe') this.#greet(connection, channel, symbol, params);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const isSession = error.message.startsWith('ESession');
        reply({
          success: false,
          error: error.message,
          ...(isSession ? { channel, status: 'error' } : named),
        });
      }
    }
  }

  #topic(connection: Connection, method: 'subscribe' | 'unsubscribe', params: Row): Row {
    const { channel, symbol, depth = 10, token } = params;
    const isPrivate = channel === 'executions' || channel === 'balances';
    this.#claim(connection, isPrivate);
    const account = isPrivate ? this.accounts.byToken(token) : undefined;
    if (isPrivate && account === undefined) throw new Refusal('ESession:Invalid session');
    if (account !== undefined) connection.account = account.apiKey;
    const known =
      isPrivate ||
      (this.world.markets.has(String(symbol)) && /^(?:trade|ticker|book)$/.test(String(channel)));
    const topic = isPrivate ? String(channel) : topicName(String(channel), String(symbol), Number(depth));
    const isRefused = this.#simulation.faults.find(
      'refuse-topic',
      connection.id,
      (fault) => fault.topic === topic,
    );
    if (!known || isRefused !== undefined) throw new Refusal(`Currency pair not supported ${String(symbol)}`);
    const result = {
      channel,
      ...(isPrivate ? {} : { symbol }),
      ...(channel === 'book' ? { depth } : {}),
      snapshot: true,
    };
    return method === 'subscribe'
      ? this.#join(connection, topic, result)
      : this.#leave(connection, topic, result);
  }

  #join(connection: Connection, topic: string, result: Row): Row {
    const isSame = (other: string) =>
      other.startsWith('book') && other.endsWith(`:${String(result['symbol'])}`);
    const mine = this.listeners.topicsOf(connection);
    const isTaken = topic.startsWith('book') ? mine.some(isSame) : mine.includes(topic);
    if (isTaken) throw new Refusal('Already subscribed');
    this.#beat(connection);
    this.#simulation.journal.record({
      kind: 'subscribed',
      connection: connection.id,
      topics: [topic],
      refused: [],
    });
    return result;
  }

  #leave(connection: Connection, topic: string, result: Row): Row {
    if (!this.listeners.remove(topic, connection)) throw new Refusal('Subscription Not Found');
    this.#simulation.journal.record({ kind: 'unsubscribed', connection: connection.id, topics: [topic] });
    return result;
  }

  /** What a subscription starts with; only then does the connection listen. */
  #greet(connection: Connection, channel: string, symbol: string | undefined, params: Row): void {
    const market = this.world.markets.get(symbol ?? '');
    const topic = symbol === undefined ? channel : topicName(channel, symbol, Number(params['depth'] ?? 10));
    if (channel === 'executions') this.#snapshotOrders(connection);
    else if (channel === 'balances') {
      const data = [{ asset: 'USD', asset_class: 'currency', balance: 100_000 }];
      this.listeners.send(
        topic,
        connection,
        JSON.stringify({ channel, type: 'snapshot', data, sequence: 1 }),
      );
    } else if (market !== undefined && channel === 'book') {
      const window = this.#windows.get(topic) ?? new BookWindow(market, Number(params['depth'] ?? 10));
      this.#windows.set(topic, window);
      this.listeners.send(topic, connection, this.#spoiled(topic, window.snapshot(this.#time())));
    } else if (market !== undefined && channel === 'ticker') {
      this.listeners.send(topic, connection, tickerFrame('snapshot', market, this.#time()));
    }
    this.listeners.add(topic, connection);
  }

  #snapshotOrders(connection: Connection): void {
    const account = this.accounts.get(connection.account ?? '');
    const rows = account?.openOrders.map((order) => ({
      ...this.world.trading.whole(order),
      exec_type: order.status,
    }));
    this.#executions(connection, 'snapshot', rows ?? []);
  }

  #executions(connection: Connection, type: string, data: readonly Row[]): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    session.sequence += 1;
    const frame = { channel: 'executions', type, data, sequence: session.sequence };
    this.listeners.send('executions', connection, JSON.stringify(frame));
  }

  /** A frame a second when nothing else flows, from the first subscription on. */
  #beat(connection: Connection): void {
    const session = this.#sessions.get(connection);
    if (session === undefined || session.heartbeat !== undefined) return;
    session.heartbeat = setInterval(() => {
      if (connection.framesSent === session.framesSeen) connection.notify('{"channel":"heartbeat"}');
      session.framesSeen = connection.framesSent;
    }, this.#simulation.clock.scale(HEARTBEAT_MS));
  }

  #status(connection: Connection, system: string): void {
    const data = `{"version":"2.0.10","system":"${system}","api_version":"v2","connection_id":18125794168470749634}`;
    connection.notify(`{"channel":"status","type":"update","data":[${data}]}`);
  }

  #answer(connection: Connection, method: string, body: Row): void {
    const time = this.#time();
    connection.answer(method, JSON.stringify({ ...body, time_in: time, time_out: time }));
  }

  #spoiled(topic: string, frame: string): string {
    if (this.#isWrongNext !== topic) return frame;
    this.#isWrongNext = undefined;
    return frame.replace(/"checksum":\d+/, '"checksum":1');
  }

  #time(): string {
    return new Date(this.#simulation.clock.milliseconds()).toISOString().replace('Z', '000Z');
  }
}

function parse(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const bookTopic = (depth: number, symbol: string): string =>
  depth === 10 ? `book:${symbol}` : `book-${depth}:${symbol}`;
const topicName = (channel: string, symbol: string, depth: number): string =>
  channel === 'book' ? bookTopic(depth, symbol) : `${channel}:${symbol}`;

function tradeFrame(symbol: string, trades: readonly MarketTrade[], time: string): string {
  const rows = trades.map(({ side, priceText, amountText, id }) => {
    const word = side === 'bid' ? 'buy' : 'sell';
    return `{"symbol":"${symbol}","side":"${word}","price":${priceText},"qty":${amountText},"ord_type":"limit","trade_id":${id},"timestamp":"${time}"}`;
  });
  return `{"channel":"trade","type":"update","data":[${rows.join()}]}`;
}

function tickerFrame(type: string, market: SpotMarket, time: string): string {
  const { symbol, book, lastTrade } = market;
  const side = (name: string, best: { readonly tick: number; readonly lots: number } | undefined): string =>
    best === undefined
      ? `"${name}":null,"${name}_qty":0`
      : `"${name}":${market.priceText(best.tick)},"${name}_qty":${market.amountText(best.lots)}`;
  const last = lastTrade?.priceText ?? '0';
  return `{"channel":"ticker","type":"${type}","data":[{"symbol":"${symbol}",${side('bid', book.bids.best)},${side('ask', book.asks.best)},"last":${last},"timestamp":"${time}"}]}`;
}
