// Switches V8's memory reducer off before the first thread: it collects garbage in every idle isolate for seconds after its start,
// which keeps both cores busy when a hundred threads start. See docs/decisions/memory-reducer.md.
import { setFlagsFromString } from 'node:v8';

/** Set to `1`, this environment variable leaves V8 as it is. */
export const KEEP_VARIABLE = 'BULKHEAD_WS_KEEP_MEMORY_REDUCER';

let isDone = false;

/** Process-wide; called before a pool makes its first thread. Again does nothing. */
export function stopMemoryReducer(): void {
  if (isDone || process.env[KEEP_VARIABLE] === '1') return;
  isDone = true;
  setFlagsFromString('--no-memory-reducer');
}
