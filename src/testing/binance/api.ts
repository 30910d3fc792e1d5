// The WebSocket API of the simulated Binance, spot and futures: sessions, signatures, the time window, orders, the user data stream.
import type { Connection } from '../kit/connection.js';
import type { Journal } from '../kit/journal.js';
import type { Market } from '../kit/matching/market.js';
import type { OrderTerms, PlacedOrder, Trading } from '../kit/matching/trading.js';
import { type BinanceAccountOptions, isSignedBy, mayLogOn } from './keys.js';

type Params = Readonly<Record<string, unknown>>;

export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly isAddressed: boolean;

  constructor(status: number, code: number, message: string, isAddressed = true) {
    super(message);
    this.status = status;
    this.code = code;
    this.isAddressed = isAddressed;
  }
}

/** What one of the two markets has of its own. */
export interface BinanceApiDialect {
  orderRow(order: PlacedOrder): Params;
  /** The order in the answer to its cancel. Left out: as in any other. */
  cancelledRow?(order: PlacedOrder): Params;
  /** Methods on behalf of an account, beside those that both have. */
  readonly methods: Readonly<Record<string, (api: BinanceApi, account: string, params: Params) => unknown>>;
  /** The time in force of an order that takes nothing, where it is one and not a type. */
  readonly postOnly?: string;
}

export interface BinanceApiParts {
  readonly dialect: BinanceApiDialect;
  readonly accounts: readonly BinanceAccountOptions[];
  readonly markets: ReadonlyMap<string, Market>;
  readonly trading: Trading;
  readonly journal: Journal;
  now(): number;
  listen(connection: Connection, topic: string): void;
  unlisten(connection: Connection, topic: string): void;
}

const LARGEST_WINDOW_MS = 60_000;
const DEFAULT_WINDOW_MS = 5000;
const AHEAD_MS = 1000;
const IN_FORCE: Readonly<Record<string, OrderTerms['inForce']>> = {
  GTC: 'rest',
  IOC: 'immediate',
  FOK: 'all-or-none',
};

export class BinanceApi {
  readonly #parts: BinanceApiParts;
  readonly #sessions = new Map<Connection, string>();
  readonly #withdrawn = new Set<Connection>();

  constructor(parts: BinanceApiParts) {
    this.#parts = parts;
  }

  get trading(): Trading {
    return this.#parts.trading;
  }

  get markets(): ReadonlyMap<string, Market> {
    return this.#parts.markets;
  }

  now(): number {
    return this.#parts.now();
  }

  /** Executes a call and answers it, unless a fault has other plans. */
  answer(connection: Connection, method: string, message: Params): void {
    const { id } = message;
    const { journal } = this.#parts;
    journal.record({ kind: 'request', connection: connection.id, method });
    const interception = connection.intercept(method);
    if (interception.action === 'swallow') return;
    const answer = (body: object) => connection.answer(method, JSON.stringify({ id, ...body }));
    try {
      if (interception.action === 'fail')
        throw new ApiError(400, Number(interception.code), interception.message);
      const params = message['params'] as Params | undefined;
      answer({ status: 200, result: this.execute(connection, method, params ?? {}), rateLimits: [] });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      journal.record({ kind: 'error-answered', connection: connection.id, method, code: error.code });
      const body = { status: error.status, error: { code: error.code, msg: error.message } };
      // A key that was withdrawn is told without the id of the request.
      answer(error.isAddressed ? body : { ...body, id: null });
    }
  }

  forget(connection: Connection): void {
    this.#sessions.delete(connection);
    this.#withdrawn.delete(connection);
  }

  /** The sessions of a key (or of all) end, and the next request of each is told so. */
  withdraw(apiKey: string | undefined): void {
    for (const [connection, own] of this.#sessions) {
      if (apiKey !== undefined && own !== apiKey) continue;
      this.#sessions.delete(connection);
      this.#withdrawn.add(connection);
    }
  }

  /** @throws ApiError */
  execute(connection: Connection, method: string, params: Params): unknown {
    if (this.#withdrawn.delete(connection)) {
      throw new ApiError(401, -2015, 'Invalid API-key, IP, or permissions for action.', false);
    }
    switch (method) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: this.#parts.now() };
      case 'session.logon':
        return this.#logOn(connection, params);
      case 'session.status':
        return this.#status(this.#sessions.get(connection) ?? null);
      case 'session.logout':
        this.#sessions.delete(connection);
        return this.#status(null);
      case 'userDataStream.subscribe':
        return this.#openStream(connection, this.#sessions.get(connection));
      case 'userDataStream.unsubscribe':
        for (const { apiKey } of this.#parts.accounts) this.#parts.unlisten(connection, `user ${apiKey}`);
        return {};
      default:
        return this.#executeSigned(connection, method, params, this.#accountOf(connection, params));
    }
  }

  #executeSigned(connection: Connection, method: string, params: Params, account: string): unknown {
    switch (method) {
      case 'userDataStream.subscribe.signature':
        return this.#openStream(connection, account);
      case 'order.place':
        return this.#place(connection, account, params);
      case 'order.cancel':
        return this.#cancel(account, params);
      case 'order.status':
        return this.#parts.dialect.orderRow(this.find(account, params, -2013, 'Order does not exist.'));
      default: {
        const own = this.#parts.dialect.methods[method];
        if (own === undefined) throw new ApiError(400, -1000, `Unknown method: ${method}`);
        return own(this, account, params);
      }
    }
  }

  #logOn(connection: Connection, params: Params): unknown {
    const account = this.#parts.accounts.find(({ apiKey }) => apiKey === params['apiKey']);
    const granted = account !== undefined && mayLogOn(account) && isSignedBy(account, params);
    const entry = {
      kind: 'login',
      connection: connection.id,
      account: String(params['apiKey']),
      how: 'session.logon',
    } as const;
    this.#parts.journal.record({ ...entry, granted });
    if (account === undefined)
      throw new ApiError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
    if (!mayLogOn(account)) throw new ApiError(400, -4056, 'HMAC_SHA256 API key is not supported.');
    if (!granted) throw new ApiError(401, -1022, 'Signature for this request is not valid.');
    this.#checkTime(params);
    this.#sessions.set(connection, account.apiKey);
    connection.account = account.apiKey;
    return this.#status(account.apiKey);
  }

  #status(apiKey: string | null): unknown {
    const now = this.#parts.now();
    const authorizedSince = apiKey === null ? null : now;
    return {
      apiKey,
      authorizedSince,
      connectedSince: now,
      returnRateLimits: true,
      serverTime: now,
      userDataStream: false,
    };
  }

  #openStream(connection: Connection, account: string | undefined): unknown {
    if (account === undefined)
      throw new ApiError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
    this.#parts.listen(connection, `user ${account}`);
    this.#parts.journal.record({
      kind: 'subscribed',
      connection: connection.id,
      topics: ['userData'],
      refused: [],
    });
    return { subscriptionId: 0 };
  }

  /** Who asks: by the signature of this request, else by the session. */
  #accountOf(connection: Connection, params: Params): string {
    this.#checkTime(params);
    const session = this.#sessions.get(connection);
    if (params['apiKey'] === undefined && session !== undefined) return session;
    const account = this.#parts.accounts.find(({ apiKey }) => apiKey === params['apiKey']);
    if (account === undefined)
      throw new ApiError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
    if (!isSignedBy(account, params))
      throw new ApiError(401, -1022, 'Signature for this request is not valid.');
    connection.account = account.apiKey;
    return account.apiKey;
  }

  #checkTime({ timestamp, recvWindow = DEFAULT_WINDOW_MS }: Params): void {
    const now = this.#parts.now();
    const window = Math.min(LARGEST_WINDOW_MS, Number(recvWindow));
    if (typeof timestamp !== 'number') {
      throw new ApiError(
        400,
        -1102,
        "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.",
      );
    }
    if (timestamp >= now + AHEAD_MS) {
      throw new ApiError(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    }
    if (now - timestamp > window)
      throw new ApiError(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
  }

  #place(connection: Connection, account: string, params: Params): unknown {
    const { market, terms } = this.#terms(account, params);
    const entry = {
      kind: 'order-received',
      connection: connection.id,
      account,
      label: terms.clientId,
    } as const;
    this.#parts.journal.record({ ...entry, instrument: market.symbol });
    const isTwice = this.#parts.trading
      .ofAccount(account)
      .some(({ clientId, state }) => clientId === terms.clientId && state === 'open');
    if (isTwice) throw new ApiError(400, -2010, 'Duplicate order sent.');
    const order = this.#parts.trading.place(terms);
    if (order === undefined) throw new ApiError(400, -2010, 'Order would immediately match and take.');
    const { symbol, orderId, orderListId, clientOrderId, transactTime, ...rest } =
      this.#parts.dialect.orderRow(order);
    const acknowledgement = { symbol, orderId, orderListId, clientOrderId, transactTime };
    return params['newOrderRespType'] === 'ACK' ? acknowledgement : { ...acknowledgement, ...rest };
  }

  #terms(account: string, params: Params): { readonly market: Market; readonly terms: OrderTerms } {
    const market = this.#parts.markets.get(String(params['symbol']));
    if (market === undefined) throw new ApiError(400, -1121, 'Invalid symbol.');
    const { side, type, price, quantity, timeInForce = 'GTC', newClientOrderId } = params;
    if (side !== 'BUY' && side !== 'SELL') throw new ApiError(400, -1117, 'Invalid side.');
    const isMarket = type === 'MARKET';
    if (!isMarket && type !== 'LIMIT' && type !== 'LIMIT_MAKER')
      throw new ApiError(400, -1116, 'Invalid orderType.');
    const lots = market.lotsOf(Number(quantity));
    const tick = isMarket ? undefined : market.tickOf(Number(price));
    if (lots === undefined || lots <= 0) throw new ApiError(400, -1013, 'Filter failure: LOT_SIZE');
    if (!isMarket && (tick === undefined || tick <= 0))
      throw new ApiError(400, -1013, 'Filter failure: PRICE_FILTER');
    const isPost = type === 'LIMIT_MAKER' || timeInForce === this.#parts.dialect.postOnly;
    const inForce = isPost ? 'post' : isMarket ? 'immediate' : IN_FORCE[String(timeInForce)];
    if (inForce === undefined) throw new ApiError(400, -1115, 'Invalid timeInForce.');
    const clientId =
      typeof newClientOrderId === 'string' ? newClientOrderId : `auto${this.#parts.trading.orders.size}`;
    return {
      market,
      terms: { account, clientId, market, side: side === 'BUY' ? 'bid' : 'ask', tick, lots, inForce },
    };
  }

  #cancel(account: string, params: Params): unknown {
    const order = this.find(account, params, -2011, 'Unknown order sent.');
    if (!this.#parts.trading.cancel(order)) throw new ApiError(400, -2011, 'Unknown order sent.');
    return this.#parts.dialect.cancelledRow?.(order) ?? this.#parts.dialect.orderRow(order);
  }

  /** Open orders of an account, or of one of its symbols. */
  open(account: string, { symbol }: Params): readonly PlacedOrder[] {
    const own = this.#parts.trading.ofAccount(account).filter(({ state }) => state === 'open');
    return own.filter(({ market }) => symbol === undefined || market.symbol === symbol);
  }

  /** @throws ApiError with this code where there is no such order. */
  find(account: string, params: Params, code: number, message: string): PlacedOrder {
    const { symbol, orderId, origClientOrderId } = params;
    const own = this.#parts.trading.ofAccount(account).filter(({ market }) => market.symbol === symbol);
    const order = own.findLast(({ id, clientId }) =>
      orderId === undefined ? clientId === origClientOrderId : id === orderId,
    );
    if (order === undefined) throw new ApiError(400, code, message);
    return order;
  }
}
