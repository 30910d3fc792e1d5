// Waiting in tests: for something to become true, or for a promise that must not hang. Never a bare sleep.
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;

/** Resolves with the first value of `condition` that is not falsy. `what` completes the sentence "waited for …" of the error. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  what: string,
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; the last look gave ${String(value)}`);
    }
    await sleep(POLL_MS);
  }
}

/** The promise's own result, or an error that says what hung. The timer is gone either way. */
export async function withTimeout<T>(promise: PromiseLike<T>, what: string, timeoutMs = 10_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not settle within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
