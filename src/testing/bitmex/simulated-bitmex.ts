// The simulated BitMEX: tables with partials, acknowledgements that repeat the request, and a dead-man's switch that outlives sockets.
// The venue takes orders over REST only; here tests place them by `place`.
import { createHmac } from 'node:crypto';
import type { Connection } from '../kit/connection.js';
import { ExchangeShell, type ShellOptions } from '../kit/exchange-shell.js';
import type { InstrumentTerms, Market } from '../kit/matching/market.js';
import type { BookSide, LevelChange } from '../kit/matching/order-book.js';
import type { MarketChange, OrderChange, PlacedOrder } from '../kit/matching/trading.js';
import {
  ACCOUNT_NUMBER,
  BOOKS,
  levelRow,
  partialRows,
  quoteRow,
  type Row,
  rowOf,
  windowRow,
} from './rows.js';

/** An API key that the simulated BitMEX knows. */
export interface BitmexAccountOptions {
  readonly apiKey: string;
  readonly secret: string;
}

export interface BitmexOptions extends ShellOptions {
  /** Default: `test-key` with `test-secret`. */
  readonly accounts?: readonly BitmexAccountOptions[] | undefined;
  /** Connections that may be opened before the venue says that there are none left. Default 720. */
  readonly connectionsPerHour?: number | undefined;
}

interface Command {
  readonly op: string;
  readonly args: unknown;
}

const INSTRUMENTS: readonly InstrumentTerms[] = [
  { symbol: 'XBTUSD', price: 61_000, tickSize: 0.5, lotSize: 100 },
  { symbol: 'ETHUSD', price: 2500, tickSize: 0.05, lotSize: 1 },
];
const MARKET_TABLES = ['trade', 'quote', 'orderBook10', ...BOOKS];
const PRIVATE_TABLES = ['order', 'execution', 'position', 'margin', 'wallet'];

/** A simulated BitMEX with fault switches. */
export class SimulatedBitmex extends ExchangeShell {
  readonly name = 'bitmex';
  readonly paths = ['/realtime'];
  protected readonly mainPath = '/realtime';
  readonly #accounts: readonly BitmexAccountOptions[];
  readonly #subscribed = new Map<Connection, Set<string>>();
  readonly #deadMen = new Map<string, NodeJS.Timeout>();
  #connectionsLeft: number;

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: BitmexOptions = {}): Promise<SimulatedBitmex> {
    const exchange = new SimulatedBitmex(options);
    await exchange.listen();
    return exchange;
  }

  private constructor(options: BitmexOptions) {
    super(options, INSTRUMENTS);
    this.#accounts = options.accounts ?? [{ apiKey: 'test-key', secret: 'test-secret' }];
    this.#connectionsLeft = options.connectionsPerHour ?? 720;
  }

  /** What `POST /api/v1/order` would do for a limit order that may rest. @throws TypeError for what is not traded here. */
  place(order: {
    account: string;
    symbol: string;
    side: BookSide;
    price: number;
    amount: number;
    clientId?: string;
  }): PlacedOrder {
    const market = this.markets.get(order.symbol);
    const [tick, lots] = [market?.tickOf(order.price), market?.lotsOf(order.amount)];
    if (market === undefined || tick === undefined || lots === undefined)
      throw new TypeError('no such instrument, tick or lot');
    const { account, side, clientId = '' } = order;
    const placed = this.trading.place({ account, market, side, tick, lots, clientId, inForce: 'rest' });
    if (placed === undefined) throw new TypeError('the order was refused');
    return placed;
  }

  /** @internal */
  onOpen(connection: Connection): void {
    this.#subscribed.set(connection, new Set());
    this.#connectionsLeft = Math.max(0, this.#connectionsLeft - 1);
    const limit = { remaining: this.#connectionsLeft };
    const welcome = {
      info: 'Welcome to the BitMEX Realtime API.',
      version: '2.0.0',
      timestamp: this.#time(),
      docs: 'https://www.bitmex.com/app/wsAPI',
    };
    connection.notify(
      JSON.stringify({ ...welcome, heartbeatEnabled: false, limit, appName: 'ws-feedhandler-simulated' }),
    );
    const key = connection.query.get('api-key');
    if (key === null) return;
    const [expires, signature] = [connection.query.get('api-expires'), connection.query.get('api-signature')];
    const problem = this.#loginProblem(connection, 'the address', [key, Number(expires), signature]);
    if (problem !== undefined) connection.close(1008, problem);
  }

  /** @internal */
  onText(connection: Connection, text: string): void {
    if (text === 'ping') return connection.answer('ping', 'pong');
    const command = readCommand(text);
    if (command === undefined)
      return this.#refuse(connection, { op: '', args: text }, 400, 'Unrecognized request.');
    this.journal.record({ kind: 'request', connection: connection.id, method: command.op });
    const interception = connection.intercept(command.op);
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail')
      return this.#refuse(connection, command, Number(interception.code), interception.message);
    if (command.op === 'authKeyExpires') this.#login(connection, command);
    else if (command.op === 'cancelAllAfter') this.#armDeadMan(connection, command);
    else if (command.op === 'subscribe')
      for (const topic of topicsOf(command)) this.#subscribe(connection, command, topic);
    else if (command.op === 'unsubscribe')
      for (const topic of topicsOf(command)) this.#unsubscribe(connection, command, topic);
    else this.#refuse(connection, command, 400, 'Unrecognized op.');
  }

  /** @internal */
  override onEnd(connection: Connection): void {
    super.onEnd(connection);
    this.#subscribed.delete(connection);
  }

  /** Ends every connection and stops listening; again does no harm. */
  override async close(): Promise<void> {
    for (const timer of this.#deadMen.values()) clearTimeout(timer);
    await super.close();
  }

  /** The venue has no such notice: it just closes. */
  announceStop(): void {}

  protected orderRow(order: PlacedOrder): Row {
    return rowOf(order);
  }

  protected marketOf(topic: string): Market | undefined {
    return this.markets.get(topic.slice(topic.indexOf(':') + 1));
  }

  protected http(path: string): readonly [number, unknown] {
    if (path === '/api/v1/schema/websocketHelp') {
      const subscriptionSubjects = { public: MARKET_TABLES, authenticationRequired: PRIVATE_TABLES };
      return [200, { info: 'See https://www.bitmex.com/app/wsAPI', subscriptionSubjects }];
    }
    return [404, { error: { message: 'Not Found', name: 'HTTPError' } }];
  }

  protected onMarket({ market, atMs, trades, levels, orders }: MarketChange): void {
    const { symbol } = market;
    const timestamp = new Date(atMs).toISOString();
    market.sequence += 1;
    const send = (table: string, action: string, data: () => readonly Row[]) => {
      this.publish(`${table}:${symbol}`, () => ({ table, action, data: data() }), market.sequence);
    };
    if (trades.length > 0) {
      send('trade', 'insert', () =>
        trades.map(({ id, side, tick, lots }) => {
          const trdMatchID = `00000000-006d-1000-0000-${id.toString(16).padStart(12, '0')}`;
          const row = {
            timestamp,
            symbol,
            side: side === 'bid' ? 'Buy' : 'Sell',
            size: market.amount(lots),
            price: market.price(tick),
          };
          return { ...row, tickDirection: 'ZeroPlusTick', trdMatchID, trdType: 'Regular' };
        }),
      );
    }
    if (levels.length > 0) {
      for (const table of BOOKS)
        this.#sendLevels(market, levels, timestamp, (action, rows) => send(table, action, () => rows));
      send('quote', 'insert', () => [quoteRow(market, timestamp)]);
      send('orderBook10', 'update', () => [windowRow(market, timestamp)]);
    }
    for (const change of orders) this.#sendOrder(change, timestamp);
  }

  /** Each action is a frame of its own: what goes, what changes, what comes. */
  #sendLevels(
    market: Market,
    levels: readonly LevelChange[],
    timestamp: string,
    send: (action: string, rows: readonly Row[]) => void,
  ): void {
    const kinds = {
      delete: levels.filter(({ after }) => after === 0),
      update: levels.filter(({ before, after }) => before > 0 && after > 0),
      insert: levels.filter(({ before }) => before === 0),
    };
    for (const [action, own] of Object.entries(kinds)) {
      const rows = own.map(({ side, tick, after }) =>
        levelRow(market, side, tick, action === 'delete' ? undefined : after, timestamp),
      );
      if (rows.length > 0) send(action, rows);
    }
  }

  /** Orders come whole once, then with what changed only. */
  #sendOrder({ order, kind, fill }: OrderChange, timestamp: string): void {
    const { orderID, ordStatus, cumQty, leavesQty, avgPx, text, clOrdID, symbol, side } = rowOf(order);
    const changed = {
      orderID,
      ordStatus,
      cumQty,
      leavesQty,
      avgPx,
      text,
      timestamp,
      account: ACCOUNT_NUMBER,
      symbol,
    };
    const action = kind === 'new' ? 'insert' : 'update';
    const topic = (table: string) => `${table} ${order.account}`;
    this.publish(
      topic('order'),
      () => ({ table: 'order', action, data: [kind === 'new' ? rowOf(order) : changed] }),
      order.id,
    );
    if (fill === undefined) return;
    const { market } = order;
    const trdMatchID = `00000000-006d-1000-0000-${fill.id.toString(16).padStart(12, '0')}`;
    const execution = {
      execID: `e${fill.id}-${order.id}`,
      orderID,
      clOrdID,
      symbol,
      side,
      lastQty: market.amount(fill.lots),
      lastPx: market.price(fill.tick),
      execType: 'Trade',
      trdMatchID,
    };
    const row = {
      ...execution,
      lastLiquidityInd: fill.isMaker ? 'Added' : 'Removed',
      execComm: 0,
      settlCurrency: 'XBt',
      transactTime: timestamp,
      timestamp,
    };
    this.publish(topic('execution'), () => ({ table: 'execution', action: 'insert', data: [row] }), fill.id);
  }

  #login(connection: Connection, command: Command): void {
    const refusal = this.#loginProblem(
      connection,
      command.op,
      Array.isArray(command.args) ? command.args : [],
    );
    if (refusal === undefined)
      return connection.answer(command.op, JSON.stringify({ success: true, request: command }));
    this.#refuse(connection, command, 401, refusal);
    // The old documentation says so: who fails to log in is shown out.
    connection.close(1008, 'authentication failed');
  }

  /** Logs the connection in, or says why not. */
  #loginProblem(connection: Connection, how: string, args: readonly unknown[]): string | undefined {
    const [apiKey, expires, signature] = args;
    const account = this.#accounts.find((one) => one.apiKey === apiKey);
    const right =
      account &&
      createHmac('sha256', account.secret)
        .update(`GET/realtime${String(expires)}`)
        .digest('hex');
    const isLate = !(Number(expires) * 1000 > this.clock.milliseconds());
    const granted = account !== undefined && right === signature && !isLate && typeof expires === 'number';
    this.journal.record({
      kind: 'login',
      connection: connection.id,
      account: String(apiKey),
      granted,
      how,
    });
    if (granted) connection.account = account.apiKey;
    if (granted) return undefined;
    if (account === undefined) return 'Invalid API Key.';
    return isLate ? 'Signature expired.' : 'Signature not valid.';
  }

  /** Account-wide, and nothing that a socket does stops it but a new time. */
  #armDeadMan(connection: Connection, command: Command): void {
    const { account } = connection;
    const ms = Number(Array.isArray(command.args) ? command.args[0] : command.args);
    if (account === undefined) return this.#refuse(connection, command, 401, 'Unauthorized.');
    if (!(ms >= 0)) return this.#refuse(connection, command, 400, 'Invalid timeout.');
    clearTimeout(this.#deadMen.get(account));
    this.#deadMen.delete(account);
    if (ms > 0)
      this.#deadMen.set(
        account,
        setTimeout(() => this.#cancelAll(account), this.clock.scale(ms)),
      );
    const now = this.clock.milliseconds();
    const cancelTime = ms === 0 ? 0 : new Date(now + ms).toISOString();
    connection.answer(
      command.op,
      JSON.stringify({ now: new Date(now).toISOString(), cancelTime, request: command }),
    );
  }

  #cancelAll(account: string): void {
    this.#deadMen.delete(account);
    for (const order of this.trading.ofAccount(account))
      this.trading.cancel(order, 'Canceled: Canceled by cancelAllAfter.');
  }

  #subscribe(connection: Connection, command: Command, topic: string): void {
    const [table = '', symbol] = topic.split(':', 2);
    const own = this.#subscribed.get(connection);
    const isPrivate = PRIVATE_TABLES.includes(table);
    if (isPrivate && connection.account === undefined)
      return this.#refuse(connection, command, 401, 'Unauthorized.');
    const isKnown = isPrivate
      ? symbol === undefined
      : MARKET_TABLES.includes(table) && this.markets.has(symbol ?? '');
    if (!isKnown || this.refuses(connection, topic))
      return this.#refuse(connection, command, 400, 'Unknown or expired symbol.');
    if (own?.has(topic) === true)
      return this.#refuse(
        connection,
        command,
        400,
        `You are already subscribed to this topic: ${topic}${isPrivate ? ':*' : ''}`,
      );
    own?.add(topic);
    this.journal.record({ kind: 'subscribed', connection: connection.id, topics: [topic], refused: [] });
    connection.answer(command.op, JSON.stringify({ success: true, subscribe: topic, request: command }));
    if (connection.isOpen) connection.notify(JSON.stringify(this.#partial(connection, table, symbol)));
    this.subscribe(connection, isPrivate ? `${table} ${connection.account}` : topic);
  }

  #unsubscribe(connection: Connection, command: Command, topic: string): void {
    if (this.#subscribed.get(connection)?.delete(topic) !== true) {
      return this.#refuse(connection, command, 400, `You are not subscribed to this topic: ${topic}`);
    }
    this.unsubscribe(connection, PRIVATE_TABLES.includes(topic) ? `${topic} ${connection.account}` : topic);
    this.journal.record({ kind: 'unsubscribed', connection: connection.id, topics: [topic] });
    connection.answer(command.op, JSON.stringify({ success: true, unsubscribe: topic, request: command }));
  }

  /** What a table begins with; without rows it still means that it is in sync. */
  #partial(connection: Connection, table: string, symbol: string | undefined): Row {
    const market = this.markets.get(symbol ?? '');
    const head = {
      table,
      action: 'partial',
      keys: BOOKS.includes(table) ? ['symbol', 'id', 'side'] : table === 'order' ? ['orderID'] : [],
      types: { symbol: 'symbol' },
    };
    if (market === undefined) {
      const open = this.trading.ofAccount(connection.account ?? '').filter(({ state }) => state === 'open');
      return { ...head, filter: { account: ACCOUNT_NUMBER }, data: table === 'order' ? open.map(rowOf) : [] };
    }
    return { ...head, filter: { symbol }, data: partialRows(table, market, this.#time()) };
  }

  #refuse(connection: Connection, request: Command, status: number, error: string): void {
    this.journal.record({
      kind: 'error-answered',
      connection: connection.id,
      method: request.op,
      code: status,
    });
    const meta = status === 429 ? { retryAfter: 1 } : {};
    connection.answer(request.op, JSON.stringify({ status, error, meta, request }));
  }

  #time(): string {
    return new Date(this.clock.milliseconds()).toISOString();
  }
}

function readCommand(text: string): Command | undefined {
  try {
    const value = JSON.parse(text) as Partial<Command> | null;
    return typeof value?.op === 'string' ? { op: value.op, args: value.args } : undefined;
  } catch {
    return undefined;
  }
}

function topicsOf({ args }: Command): readonly string[] {
  const list: readonly unknown[] = Array.isArray(args) ? args : [args];
  return list.filter((topic): topic is string => typeof topic === 'string');
}
