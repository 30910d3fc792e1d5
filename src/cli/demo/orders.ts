// A bot that places an order and cancels it, over and over, and counts how each call ended.
import type { Adapter } from '../../adapter/adapter.js';
import type { OrderRequest, Outcome } from '../../market.js';

export interface OutcomeCounts {
  acknowledged: number;
  rejected: number;
  notSent: number;
  unknown: number;
}

export class OrderFlow {
  readonly counts: OutcomeCounts = { acknowledged: 0, rejected: 0, notSent: 0, unknown: 0 };
  readonly #adapter: Adapter;
  readonly #order: OrderRequest;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isBusy = false;

  constructor(adapter: Adapter, order: OrderRequest) {
    this.#adapter = adapter;
    this.#order = order;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => {
      if (this.#isBusy) return;
      this.#underWay = this.#once();
    }, everyMs);
  }

  /** Resolves when the last call has its outcome. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  async #once(): Promise<void> {
    this.#isBusy = true;
    const placed = await this.#adapter.sendOrder(this.#order, { sendBeforeMs: 500, timeoutMs: 5000 });
    this.#count(placed.outcome);
    // Also after an unknown outcome: cancelling what may not exist does no harm, placing it again could.
    if (placed.outcome === 'acknowledged' || placed.outcome === 'unknown') {
      const { clientOrderId } = placed;
      const { symbol } = this.#order;
      this.#count((await this.#adapter.cancelOrder({ clientOrderId, symbol }, { timeoutMs: 5000 })).outcome);
    }
    this.#isBusy = false;
  }

  #count(outcome: Outcome): void {
    this.counts[outcome === 'not-sent' ? 'notSent' : outcome] += 1;
  }
}
