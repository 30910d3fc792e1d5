// Accounts of the simulated Kraken: API keys, the tokens made with them, and orders.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Simulation } from '../kit/simulated-venue.js';
import type { SpotMarket } from '../kit/spot-market.js';

/** An API key that the simulated Kraken knows. */
export interface KrakenAccountOptions {
  readonly apiKey: string;
  /** Base64. */
  readonly privateKey: string;
}

/** The account that exists when no other was asked for. */
export const krakenTestAccount: KrakenAccountOptions = { apiKey: 'test-key', privateKey: 'dGVzdC1zZWNyZXQ=' };

export type KrakenStatus = 'pending_new' | 'new' | 'partially_filled' | 'filled' | 'canceled';

export interface KrakenOrder {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly market: SpotMarket;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  /** Undefined: at any price. */
  readonly tick: number | undefined;
  lots: number;
  filledLots: number;
  cost: number;
  status: KrakenStatus;
  readonly account: KrakenAccount;
}

export class KrakenAccount {
  readonly apiKey: string;
  readonly privateKey: string;
  readonly orders = new Map<string, KrakenOrder>();
  lastNonce = 0;
  deadMan: NodeJS.Timeout | undefined;

  constructor({ apiKey, privateKey }: KrakenAccountOptions) {
    this.apiKey = apiKey;
    this.privateKey = privateKey;
  }

  get openOrders(): readonly KrakenOrder[] {
    return [...this.orders.values()].filter(({ status }) => status !== 'filled' && status !== 'canceled');
  }

  /** By the venue's id or by the client's own. */
  find(orderId: string | undefined, clientOrderId: string | undefined): KrakenOrder | undefined {
    if (orderId !== undefined) return this.orders.get(orderId);
    return [...this.orders.values()].findLast((order) => order.clientOrderId === clientOrderId);
  }
}

const TOKEN_PATH = '/0/private/GetWebSocketsToken';
const TOKEN_SECONDS = 900;

export class KrakenAccounts {
  readonly #byKey: ReadonlyMap<string, KrakenAccount>;
  readonly #tokens = new Map<string, { readonly account: KrakenAccount; readonly expiresAt: number }>();
  readonly #simulation: Simulation;

  constructor(accounts: readonly KrakenAccountOptions[], simulation: Simulation) {
    this.#byKey = new Map(accounts.map((options) => [options.apiKey, new KrakenAccount(options)]));
    this.#simulation = simulation;
  }

  all(): readonly KrakenAccount[] {
    return [...this.#byKey.values()];
  }

  get(apiKey: string): KrakenAccount | undefined {
    return this.#byKey.get(apiKey);
  }

  /** Whose token it is, as long as it is good. */
  byToken(token: unknown): KrakenAccount | undefined {
    const entry = this.#tokens.get(String(token));
    if (entry === undefined || entry.expiresAt < this.#simulation.clock.venueSeconds()) return undefined;
    return entry.account;
  }

  expireTokens(apiKey: string | undefined): void {
    for (const [token, { account }] of this.#tokens) {
      if (apiKey === undefined || account.apiKey === apiKey) this.#tokens.delete(token);
    }
  }

  /** The answer to `GetWebSocketsToken`: an error comes with status 200, as on the real venue. */
  tokenAnswer(apiKey: string, signature: string, body: string): object {
    const account = this.#byKey.get(apiKey);
    if (account === undefined) return { error: ['EAPI:Invalid key'] };
    const nonce = new URLSearchParams(body).get('nonce') ?? '';
    const hash = createHash('sha256').update(`${nonce}${body}`).digest();
    const key = Buffer.from(account.privateKey, 'base64');
    const right = createHmac('sha512', key).update(TOKEN_PATH).update(hash).digest('base64');
    if (signature !== right) return { error: ['EAPI:Invalid signature'] };
    if (!(Number(nonce) > account.lastNonce)) return { error: ['EAPI:Invalid nonce'] };
    account.lastNonce = Number(nonce);
    const token = randomBytes(24).toString('base64url');
    const expiresAt = this.#simulation.clock.venueSeconds() + TOKEN_SECONDS;
    this.#tokens.set(token, { account, expiresAt });
    return { error: [], result: { token, expires: TOKEN_SECONDS } };
  }
}
