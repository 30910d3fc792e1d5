// The account summary: what `private/get_account_summary` answers and `user.portfolio` sends.
import type { Account } from './accounts.js';
import type { CostClass } from './credits.js';
import type { World } from './world.js';
import { profitOf } from './portfolio.js';

export function writeSummary(
  world: World,
  account: Account,
  currency: string,
): Readonly<Record<string, unknown>> {
  const balance = account.portfolio.balances[currency] ?? 0;
  const margin = account.portfolio.margin(currency);
  const floating = floatingProfit(world, account, currency);
  const equity = balance + floating;
  return {
    currency,
    balance,
    equity,
    margin_balance: equity,
    available_funds: equity - margin,
    available_withdrawal_funds: Math.max(0, balance - margin),
    initial_margin: margin,
    maintenance_margin: margin / 2,
    session_upl: floating,
    session_rpl: 0,
    total_pl: floating,
    futures_pl: floating,
    options_pl: 0,
    delta_total: 0,
    margin_model: 'segregated_sm',
    portfolio_margining_enabled: false,
    cross_collateral_enabled: false,
    fee_balance: 0,
    limits: writeLimits(account),
  };
}

/** The extra fields of `extended: true`. */
export function writeIdentity(account: Account): Readonly<Record<string, unknown>> {
  return {
    id: account.userId,
    username: account.name,
    system_name: account.name,
    email: `${account.name}@example.com`,
    type: account.isMain ? 'main' : 'subaccount',
    login_enabled: true,
    interuser_transfers_enabled: false,
    security_keys_enabled: false,
    mmp_enabled: false,
  };
}

function floatingProfit(world: World, account: Account, currency: string): number {
  let floating = 0;
  for (const { instrument, size, averagePrice } of account.portfolio.positions()) {
    const market = world.markets.get(instrument.name);
    if (instrument.settlementCurrency === currency && market !== undefined) {
      floating += profitOf(instrument, size, averagePrice, market.markPrice);
    }
  }
  return floating;
}

/** Burst and rate in requests, as the venue tells them. */
function writeLimits(account: Account): Readonly<Record<string, unknown>> {
  const limits = account.credits?.limits;
  const write = (costClass: CostClass) => {
    const limit = limits?.[costClass];
    if (limit === undefined) return { burst: 1_000_000, rate: 1_000_000 };
    return { burst: Math.floor(limit.pool / limit.cost), rate: Math.floor(limit.refill / limit.cost) };
  };
  return {
    limits_per_currency: false,
    non_matching_engine: write('non-matching'),
    matching_engine: {
      trading: { total: write('matching') },
      spot: write('matching'),
      maximum_quotes: write('matching'),
      maximum_mass_quotes: write('matching'),
      guaranteed_mass_quotes: write('matching'),
      cancel_all: write('matching'),
    },
  };
}
