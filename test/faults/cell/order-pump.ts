// A bot that sends resting orders all the time, and writes down what it is told became of each.
import type { Adapter } from '../../../src/index.js';
import type { ClientLog } from '../log/client-log.js';

/** Far below the market: it rests. */
const order = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', price: 50_000, amount: 10 } as const;

export class OrderPump {
  readonly #adapter: Adapter;
  readonly #log: ClientLog;
  readonly #under = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(adapter: Adapter, log: ClientLog) {
    this.#adapter = adapter;
    this.#log = log;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => this.send(), everyMs);
  }

  send(): void {
    this.#count += 1;
    const clientOrderId = `o${this.#count}`;
    const sent = this.#adapter.sendOrder({ ...order, clientOrderId }).then(
      (outcome) => {
        const error = outcome.outcome === 'acknowledged' ? {} : { error: outcome.error.message };
        this.#log.orders.push({ label: clientOrderId, outcome: outcome.outcome, ...error });
      },
      (error: Error) =>
        void this.#log.orders.push({ label: clientOrderId, outcome: `threw ${error.message}` }),
    );
    this.#under.add(sent);
    void sent.then(() => this.#under.delete(sent));
  }

  /** Resolves when every order has settled. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#under);
  }
}
