// How the answers of several connections to the same question become one.
import type { LinkCounters } from './link.js';
import type { Settlement } from './messages.js';

/** The value, or the error thrown. */
export function unwrap(settlement: Settlement): unknown {
  if (!settlement.ok) throw settlement.error;
  return settlement.value;
}

/** The first that went well; where none did, the first failure. */
export async function firstOk(asked: readonly Promise<Settlement>[]): Promise<Settlement> {
  const good = asked.map((one) =>
    one.then((settlement) => (settlement.ok ? settlement : Promise.reject(settlement))),
  );
  try {
    return await Promise.any(good);
  } catch {
    return Promise.race(asked);
  }
}

export function addCounters(total: LinkCounters, more: LinkCounters): void {
  for (const name of ['opens', 'exits', 'framesAfterExit', 'pendingAfterExit'] as const)
    total[name] += more[name];
}
