// The process's budgets by name: whoever draws from the same account or connects to the same host gets the same one.
// A budget outlives the adapters that used it until nothing of it is used any more, or closing an adapter would free what it spent.
import type { Exchange } from '../exchanges/exchange.js';
import type { RateLimit } from '../rate-limits.js';
import { BudgetGate } from './budget-gate.js';

/** Connects to one host when nothing else is known: a single adapter never waits, many of them come one after another. */
const CONNECT_SPREAD: RateLimit = { kind: 'bucket', units: 10, perSecond: 10 };

interface Shared {
  readonly gate: BudgetGate;
  users: number;
  /** Told when somebody got through to the host, after it had been away. */
  readonly returns: Set<() => void>;
}

/** A budget in use. */
export interface BudgetLease {
  readonly gate: BudgetGate;
  /** Calls back whenever another user says that the host is back; undo with `release`. */
  onReturn(heard: () => void): void;
  /** Tells the other users that the host is back. */
  tellReturn(): void;
  release(): void;
}

export class Budgets {
  readonly #byName = new Map<string, Shared>();

  get size(): number {
    return this.#byName.size;
  }

  acquire(name: string, limits: Readonly<Record<string, RateLimit>>): BudgetLease {
    this.#forgetUnused();
    let shared = this.#byName.get(name);
    if (shared === undefined) {
      shared = { gate: new BudgetGate(limits), users: 0, returns: new Set() };
      this.#byName.set(name, shared);
    }
    return newLease(shared);
  }

  #forgetUnused(): void {
    for (const [name, { users, gate }] of this.#byName) {
      if (users === 0 && gate.isIdle) this.#byName.delete(name);
    }
  }
}

/** Shared by all adapters of the process. */
export const budgets = new Budgets();

function newLease(shared: Shared): BudgetLease {
  const { gate, returns } = shared;
  const own: (() => void)[] = [];
  let isReleased = false;
  shared.users += 1;
  return {
    gate,
    onReturn(heard) {
      own.push(heard);
      returns.add(heard);
    },
    tellReturn() {
      for (const heard of returns) if (!own.includes(heard)) heard();
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      shared.users -= 1;
      for (const heard of own) returns.delete(heard);
    },
  };
}

/** What connects to the venue's host draw from. */
export function connectLimits({ limits }: Exchange): Readonly<Record<string, RateLimit>> {
  const connects = limits?.connects;
  return connects === undefined
    ? { spread: CONNECT_SPREAD }
    : { spread: CONNECT_SPREAD, venue: { kind: 'window', ...connects } };
}

/**
 * Whose budget requests draw from: the name that the user gave, else the account's. Undefined where neither is known, so that nothing
 * can be shared.
 */
export function accountName(
  exchange: Exchange,
  host: string,
  credentials: unknown,
  asked: string | undefined,
): string | undefined {
  if (asked !== undefined) return `name ${asked} ${exchange.name}`;
  if (credentials === undefined || exchange.accountOf === undefined) return undefined;
  return `account ${exchange.name} ${host} ${exchange.accountOf(credentials)}`;
}
