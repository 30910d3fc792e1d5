// The accounts of the simulated exchange: keys, rights, balances, positions, orders and request credits of each.
import { AccountCredits, type CreditLimits } from './credits.js';
import type { Order } from './order.js';
import { Portfolio } from './portfolio.js';
import { fullRights, parseRights, type Rights } from './scope.js';

/** An account of the simulated exchange. */
export interface AccountOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: the client id. */
  readonly name?: string | undefined;
  /** Amount per currency. Default 100 BTC, 1,000 ETH, 1,000,000 USDC and USDT, 10,000 SOL. */
  readonly balance?: Readonly<Record<string, number>> | undefined;
  /** `area:read`, `area:read_write` or `area:none`; areas left out are `none`. Default: everything. */
  readonly rights?: readonly string[] | undefined;
  /** Client id of the main account whose sub-account this is: then a further key has its own orders, positions and credits. */
  readonly subAccountOf?: string | undefined;
}

/** The account that exists when no other was asked for. */
export const testAccount = { clientId: 'test-client', clientSecret: 'test-secret', name: 'test' } as const;

const defaultBalance = { BTC: 100, ETH: 1000, USDC: 1_000_000, USDT: 1_000_000, SOL: 10_000 };
const firstUserId = 96_103;

export class Account {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  readonly userId: number;
  readonly rights: Rights;
  readonly mainClientId: string | undefined;
  readonly portfolio: Portfolio;
  readonly credits: AccountCredits | undefined;
  /** Open and closed, oldest first; the oldest closed ones are forgotten. */
  readonly orders = new Map<string, Order>();
  readonly #open = new Set<Order>();
  /** Own trades in wire form, oldest first. */
  readonly trades: Readonly<Record<string, unknown>>[] = [];
  readonly usedNonces = new Map<string, number>();
  /** Whether new connections start with cancel-on-disconnect on. */
  cancelsOnDisconnect = false;

  constructor(options: AccountOptions, userId: number, credits: AccountCredits | undefined) {
    this.clientId = options.clientId;
    this.clientSecret = options.clientSecret;
    this.name = options.name ?? options.clientId;
    this.userId = userId;
    this.rights = options.rights === undefined ? fullRights : parseRights(options.rights);
    this.mainClientId = options.subAccountOf;
    this.portfolio = new Portfolio({ ...defaultBalance, ...options.balance });
    this.credits = credits;
  }

  get isMain(): boolean {
    return this.mainClientId === undefined;
  }

  /** Oldest first. Kept apart from the closed ones: every new order is checked against them. */
  openOrders(): readonly Order[] {
    return [...this.#open].filter((order) => order.isOpen);
  }

  /** Keeps the list of open orders right; to be called whenever an order changed. */
  noteState(order: Order): void {
    if (order.isOpen) this.#open.add(order);
    else this.#open.delete(order);
  }
}

export class Accounts {
  readonly #byClientId = new Map<string, Account>();

  constructor(options: readonly AccountOptions[], limits: CreditLimits | null, venueSeconds: () => number) {
    for (const [index, one] of options.entries()) {
      if (this.#byClientId.has(one.clientId)) {
        throw new TypeError(`accounts[${index}].clientId: "${one.clientId}" is there twice`);
      }
      const credits = limits === null ? undefined : new AccountCredits(limits, venueSeconds);
      this.#byClientId.set(one.clientId, new Account(one, firstUserId + index, credits));
    }
  }

  byClientId(clientId: string): Account | undefined {
    return this.#byClientId.get(clientId);
  }

  byUserId(userId: number): Account | undefined {
    return this.all().find((account) => account.userId === userId);
  }

  all(): readonly Account[] {
    return [...this.#byClientId.values()];
  }
}
