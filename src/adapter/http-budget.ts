// One link's part in the budget of HTTP calls to a host, which all adapters of the process share: snapshots of books, tokens, tables.
import { BulkheadError } from '../errors.js';
import type { Exchange, HttpCall } from '../exchanges/exchange.js';
import type { RateLimit } from '../rate-limits.js';
import type { Passage } from './budget-gate.js';
import { type BudgetLease, budgets } from './budgets.js';

/** Calls to one host when nothing else is known. */
const CALL_SPREAD: RateLimit = { kind: 'bucket', units: 20, perSecond: 10 };
/** Silence towards a host that said "too fast" and not for how long. */
const DEFAULT_PAUSE_MS = 10_000;

interface Waiting {
  readonly passage: Passage;
  readonly giveUp: () => void;
}

export class HttpBudget {
  readonly #lease: BudgetLease;
  readonly #cost: (call: HttpCall) => Passage['cost'];
  readonly #waiting = new Set<Waiting>();

  constructor({ httpRates }: Exchange, host: string) {
    const limits = httpRates?.limits ?? {};
    this.#lease = budgets.acquire(`calls ${host}`, { spread: CALL_SPREAD, ...limits });
    this.#cost = (call) => ({ ...sharesOf(httpRates?.cost(call) ?? 0, Object.keys(limits)), spread: 1 });
  }

  /** Resolves when the call may be made. @throws BulkheadError `not-sent` where the connection that wants it ends first. */
  take(call: HttpCall): Promise<void> {
    return new Promise((resolve, reject) => {
      const passage: Passage = {
        cost: this.#cost(call),
        priority: 'request',
        granted: () => {
          this.#waiting.delete(waiting);
          resolve();
        },
        refused: () => giveUp(),
      };
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        reject(new BulkheadError('not-sent', 'the HTTP call did not get its turn in the rate budget'));
      };
      const waiting = { passage, giveUp };
      const answer = this.#lease.gate.ask(passage);
      if (answer === 'waiting') this.#waiting.add(waiting);
      else if (answer === 'granted') resolve();
      else giveUp();
    });
  }

  /** The host said "too fast". */
  pause(ms = DEFAULT_PAUSE_MS): void {
    this.#lease.gate.pause(ms);
  }

  /** Gives up what waits for the connection that has ended. */
  endEpoch(): void {
    for (const { passage, giveUp } of this.#waiting) {
      this.#lease.gate.withdraw(passage);
      giveUp();
    }
  }

  release(): void {
    this.endEpoch();
    this.#lease.release();
  }
}

function sharesOf(cost: Passage['cost'], names: readonly string[]): Readonly<Record<string, number>> {
  return typeof cost === 'number' ? Object.fromEntries(names.map((name) => [name, cost])) : cost;
}
