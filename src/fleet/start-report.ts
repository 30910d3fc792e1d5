// How the start of many adapters went: who is READY and who is not, with the reason.
import type { Member } from './member.js';

/** How a start went. */
export interface StartReport {
  /** Adapters that were READY. */
  readonly ready: readonly string[];
  /** Adapters that were given up, or stopped before they were READY. */
  readonly failed: readonly { readonly name: string; readonly error: Error }[];
}

export function startReport(
  members: readonly Member[],
  results: readonly PromiseSettledResult<void>[],
): StartReport {
  const failed: { readonly name: string; readonly error: Error }[] = [];
  const ready: string[] = [];
  for (const [index, { name }] of members.entries()) {
    const result = results[index];
    if (result?.status === 'rejected') failed.push({ name, error: result.reason as Error });
    else ready.push(name);
  }
  return { ready, failed };
}
