// The end of many adapters in good order: no new orders, cancel what is open where that is wished, close frames, and a deadline.
import type { Adapter } from '../adapter/adapter.js';
import type { Outcome } from '../market.js';

/** How a fleet stops. */
export interface StopOptions {
  /** Cancels all orders of each account that an adapter of the fleet trades on, before it is closed. Default false. */
  readonly cancelAll?: boolean;
  /** Longest time for all of it, in ms; what still lives then is terminated. Default 10,000. */
  readonly deadlineMs?: number;
}

/** What a stop did. */
export interface StopReport {
  /** With `cancelAll`: how it ended, adapter by adapter that can cancel. `orders`: how many, where the venue says. */
  readonly cancelled: readonly {
    readonly name: string;
    readonly outcome: Outcome;
    readonly orders: number | undefined;
  }[];
  /** Adapters whose threads had to be terminated at the deadline. */
  readonly terminated: readonly string[];
}

type Named = readonly [name: string, adapter: Adapter];

export async function stopAdapters(adapters: readonly Named[], options: StopOptions): Promise<StopReport> {
  const { cancelAll = false, deadlineMs = 10_000 } = options;
  const terminated: string[] = [];
  for (const [, adapter] of adapters) adapter.haltOrders();
  const deadline = setTimeout(() => {
    for (const [name, adapter] of adapters) {
      if (adapter.state === 'closed' || adapter.state === 'failed') continue;
      terminated.push(name);
      // Closing first: a terminated connection of an adapter that is not being closed would be made anew.
      void adapter.close();
      adapter.terminate();
    }
  }, deadlineMs);
  try {
    const cancelled = cancelAll ? await cancelOrders(adapters, deadlineMs) : [];
    await Promise.all(adapters.map(([, adapter]) => adapter.close()));
    return { cancelled, terminated };
  } finally {
    clearTimeout(deadline);
  }
}

async function cancelOrders(
  adapters: readonly Named[],
  deadlineMs: number,
): Promise<StopReport['cancelled']> {
  // Half of the time: the close frames need the rest.
  const timeoutMs = Math.max(1, Math.floor(deadlineMs / 2));
  const traders = adapters.filter(([, adapter]) => adapter.state === 'ready' && adapter.canCancelAll);
  return Promise.all(
    traders.map(async ([name, adapter]) => {
      const result = await adapter.cancelAll({}, { timeoutMs });
      return {
        name,
        outcome: result.outcome,
        orders: result.outcome === 'acknowledged' ? result.value : undefined,
      };
    }),
  );
}
