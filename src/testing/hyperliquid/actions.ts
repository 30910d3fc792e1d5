// Signed actions and questions of the simulated Hyperliquid. Who asks is recovered from the signature, as on the venue: a wrong one
// does not fail, it is somebody else's.
import type { RecoverableSignature } from '../../exchanges/dialects/typed-data.js';
import { actions } from '../../exchanges/hyperliquid.js';
import type { Clock } from '../kit/clock.js';
import type { Connection } from '../kit/connection.js';
import type { Journal } from '../kit/journal.js';
import type { Market } from '../kit/matching/market.js';
import type { OrderTerms, PlacedOrder, Trading } from '../kit/matching/trading.js';
import { orderRow } from './rows.js';

type Row = Readonly<Record<string, unknown>>;

export interface HyperliquidActionsParts {
  readonly markets: readonly Market[];
  readonly trading: Trading;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Undefined: every address is an account. */
  readonly wallets: Readonly<Record<string, string>> | undefined;
  readonly network: 'live' | 'test';
}

const OK = { status: 'ok', response: { type: 'default' } };
const GONE = 'Order was never placed, already canceled, or filled.';
const BEHIND_MS = 2 * 86_400_000;
const AHEAD_MS = 86_400_000;
const KEPT_NONCES = 100;
const IN_FORCE: Readonly<Record<string, OrderTerms['inForce']>> = {
  Gtc: 'rest',
  Ioc: 'immediate',
  Alo: 'post',
};

export class HyperliquidActions {
  readonly #parts: HyperliquidActionsParts;
  readonly #nonces = new Map<string, number[]>();
  readonly #schedules = new Map<string, NodeJS.Timeout>();

  constructor(parts: HyperliquidActionsParts) {
    this.#parts = parts;
  }

  close(): void {
    for (const timer of this.#schedules.values()) clearTimeout(timer);
  }

  execute(connection: Connection, payload: Row): Row {
    const { action, nonce, signature, vaultAddress, expiresAfter } = payload as {
      readonly action: Row;
      readonly nonce: number;
      readonly signature: RecoverableSignature;
      readonly vaultAddress?: string | null;
      readonly expiresAfter?: number;
    };
    const signed = { action, nonce, vaultAddress: vaultAddress ?? undefined, expiresAfter };
    const signer = signerOrNobody(signed, signature, this.#parts.network);
    const account = this.#accountOf(signer);
    this.#parts.journal.record({
      kind: 'login',
      connection: connection.id,
      account: signer,
      granted: account !== undefined,
      how: String(action['type']),
    });
    if (account === undefined) return refused(`User or API Wallet ${signer} does not exist.`);
    connection.account = account;
    const problem = this.#nonceProblem(signer, nonce) ?? this.#expiryProblem(expiresAfter);
    return problem === undefined ? this.#run(connection, vaultAddress ?? account, action) : refused(problem);
  }

  info(question: Row): unknown {
    const user = String(question['user']).toLowerCase();
    const { markets, trading } = this.#parts;
    switch (question['type']) {
      case 'meta':
        return { universe: markets.map(({ symbol }) => ({ name: symbol, szDecimals: 5, maxLeverage: 50 })) };
      case 'spotMeta':
        return { tokens: [], universe: [] };
      case 'userRole':
        return {
          role:
            this.#accountOf(user) === undefined
              ? 'missing'
              : this.#accountOf(user) === user
                ? 'user'
                : 'agent',
        };
      case 'openOrders':
        return trading
          .ofAccount(user)
          .filter(isOpen)
          .map((order) => orderRow(order));
      case 'orderStatus':
        return this.#status(user, question['oid']);
      case 'clearinghouseState':
        return {
          assetPositions: this.#positions(user),
          withdrawable: '0.0',
          time: this.#parts.clock.milliseconds(),
        };
      default:
        return null;
    }
  }

  #run(connection: Connection, account: string, action: Row): Row {
    switch (action['type']) {
      case 'order':
        return done(
          'order',
          listOf(action['orders']).map((order) => this.#place(connection, account, order)),
        );
      case 'cancel':
        return done(
          'cancel',
          listOf(action['cancels']).map(({ o }) => this.#cancel(this.#find(account, o))),
        );
      case 'cancelByCloid':
        return done(
          'cancel',
          listOf(action['cancels']).map(({ cloid }) => this.#cancel(this.#find(account, cloid))),
        );
      case 'modify':
        return this.#modify(connection, account, action);
      case 'scheduleCancel':
        return this.#schedule(account, action['time']);
      case 'noop':
        return OK;
      default:
        return refused(`Unknown action type: ${String(action['type'])}`);
    }
  }

  #place(connection: Connection, account: string, { a, b, p, s, t, c }: Row): unknown {
    const market = this.#parts.markets[Number(a)];
    if (market === undefined) return { error: `Invalid asset. asset=${String(a)}` };
    const [tick, lots] = [market.tickOf(Number(p)), market.lotsOf(Number(s))];
    if (tick === undefined || tick <= 0)
      return { error: `Price must be divisible by tick size. asset=${String(a)}` };
    if (lots === undefined || lots <= 0) return { error: `Order has invalid size. asset=${String(a)}` };
    if (Number(p) * Number(s) < 10)
      return { error: `Order must have minimum value of $10. asset=${String(a)}` };
    const limit = (t as { readonly limit?: { readonly tif?: string } } | undefined)?.limit;
    const inForce = IN_FORCE[limit?.tif ?? ''];
    if (inForce === undefined) return { error: 'Trigger orders are not simulated.' };
    const clientId = typeof c === 'string' ? c : '';
    this.#parts.journal.record({
      kind: 'order-received',
      connection: connection.id,
      account,
      label: clientId,
      instrument: market.symbol,
    });
    const order = this.#parts.trading.place({
      account,
      market,
      side: b === true ? 'bid' : 'ask',
      tick,
      lots,
      clientId,
      inForce,
    });
    if (order === undefined)
      return {
        error: `Post only order would have immediately matched, bbo was ${market.priceText(tick)}. asset=${String(a)}`,
      };
    return placedStatus(order, Number(a));
  }

  /** The old order goes and a new one with an id of its own comes, or nothing happens at all. */
  #modify(connection: Connection, account: string, { oid, order }: Row): Row {
    const old = this.#find(account, oid);
    if (old?.state !== 'open') return refused('Cannot modify canceled or filled order');
    this.#parts.trading.cancel(old);
    const status = this.#place(connection, account, order as Row) as { readonly error?: string };
    return status.error === undefined ? OK : refused(status.error);
  }

  #positions(account: string): readonly Row[] {
    const { markets, trading } = this.#parts;
    return markets.flatMap((market) => {
      const { lots, averageTick } = trading.positionOf(account, market);
      const size = { szi: market.amountText(lots), entryPx: market.priceText(averageTick) };
      return lots === 0 ? [] : [{ type: 'oneWay', position: { coin: market.symbol, ...size } }];
    });
  }

  #cancel(order: PlacedOrder | undefined): unknown {
    return order !== undefined && this.#parts.trading.cancel(order) ? 'success' : { error: GONE };
  }

  #find(account: string, name: unknown): PlacedOrder | undefined {
    return this.#parts.trading
      .ofAccount(account)
      .findLast(({ id, clientId }) => (typeof name === 'number' ? id === name : clientId === name));
  }

  #status(user: string, oid: unknown): Row {
    const order = this.#find(user, oid);
    if (order === undefined) return { status: 'unknownOid' };
    const status = order.state === 'cancelled' ? (order.reason ?? 'canceled') : order.state;
    return { status: 'order', order: { order: orderRow(order), status, statusTimestamp: order.updatedAt } };
  }

  /** Not tied to any connection: without a new time everything that is open goes. */
  #schedule(account: string, time: unknown): Row {
    const { clock, trading } = this.#parts;
    clearTimeout(this.#schedules.get(account));
    this.#schedules.delete(account);
    if (time === undefined) return OK;
    const ahead = Number(time) - clock.milliseconds();
    if (!(ahead >= 5000))
      return refused('Scheduled cancel time too early, must be at least 5 seconds from now.');
    const cancel = () => {
      for (const order of trading.ofAccount(account)) trading.cancel(order, 'scheduledCancel');
    };
    this.#schedules.set(account, setTimeout(cancel, clock.scale(ahead)));
    return OK;
  }

  #accountOf(address: string): string | undefined {
    const { wallets } = this.#parts;
    if (wallets === undefined) return address;
    const owners = Object.entries(wallets).map(
      ([wallet, owner]) => [wallet.toLowerCase(), owner.toLowerCase()] as const,
    );
    return new Map(owners).get(address) ?? owners.find(([, owner]) => owner === address)?.[1];
  }

  /** The hundred highest are kept; a new one must be unused, above the lowest of them and near the venue's time. */
  #nonceProblem(signer: string, nonce: number): string | undefined {
    const now = this.#parts.clock.milliseconds();
    const kept = this.#nonces.get(signer) ?? [];
    const isLow = kept.length === KEPT_NONCES && nonce <= Math.min(...kept);
    if (isLow || kept.includes(nonce)) return `Invalid nonce: duplicate nonce ${nonce}`;
    if (!(nonce > now - BEHIND_MS && nonce < now + AHEAD_MS))
      return `Invalid nonce: nonce too far from the current time ${nonce}`;
    this.#nonces.set(signer, [...kept, nonce].sort((left, right) => right - left).slice(0, KEPT_NONCES));
    return undefined;
  }

  #expiryProblem(expiresAfter: number | undefined): string | undefined {
    if (expiresAfter === undefined || expiresAfter > this.#parts.clock.milliseconds()) return undefined;
    return `Action expired: ${expiresAfter}`;
  }
}

const isOpen = ({ state }: PlacedOrder): boolean => state === 'open';
const refused = (response: string): Row => ({ status: 'err', response });
const done = (type: string, statuses: readonly unknown[]): Row => ({
  status: 'ok',
  response: { type, data: { statuses } },
});

function listOf(value: unknown): readonly Row[] {
  return Array.isArray(value) ? (value as readonly Row[]) : [];
}

function placedStatus(order: PlacedOrder, asset: number): unknown {
  const { id: oid, clientId, market, filledLots } = order;
  const named = clientId === '' ? { oid } : { oid, cloid: clientId };
  if (filledLots > 0) {
    const avgPx = market.priceText(Math.round(order.cost / filledLots));
    return { filled: { totalSz: market.amountText(filledLots), avgPx, ...named } };
  }
  if (order.state === 'open') return { resting: named };
  return { error: `Order could not immediately match against any resting orders. asset=${asset}` };
}

function signerOrNobody(
  action: Parameters<typeof actions.signerOf>[0],
  signature: RecoverableSignature,
  network: 'live' | 'test',
): string {
  try {
    return actions.signerOf(action, signature, network);
  } catch {
    return `0x${'0'.repeat(40)}`;
  }
}
