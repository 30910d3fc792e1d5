// Promises of the library in tests: what they reject with, and that they settle at all.
import type { BulkheadError } from '../../src/index.js';
import { withTimeout } from '../support/wait-for.js';

/** The error that a call rejects with. @throws Error where it resolves or hangs. */
export function rejection(promise: Promise<unknown>): Promise<BulkheadError> {
  const turned = promise.then(
    () => {
      throw new Error('it resolved');
    },
    (error: BulkheadError) => error,
  );
  return withTimeout(turned, 'the call');
}
