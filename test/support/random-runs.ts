// How far the random tests look. The same cases in every run, so that a change turns them red and not chance; others, and more of them, on request:
// BULKHEAD_SEED=12345 BULKHEAD_TIMES=30 npm test -- --timeout 0
import fc from 'fast-check';

const seed = natural('BULKHEAD_SEED', 7);
const times = natural('BULKHEAD_TIMES', 1);

fc.configureGlobal({ seed, numRuns: runs(100) });

/** So many cases, or as many times more as were asked for. */
export function runs(count: number): number {
  return count * times;
}

function natural(name: string, usual: number): number {
  const value = Number(process.env[name] ?? usual);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`${name} must be a whole number above 0, not ${process.env[name]}`);
  }
  return value;
}
