// Checks what a user gives to a single call.
import type { CallOptions } from './order-desk.js';

/** Longest time a timer of Node can wait for. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws TypeError that names the option. */
export function checkCallOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('options of a call must be an object');
  const { timeoutMs, sendBeforeMs, id } = options as Readonly<Record<keyof CallOptions, unknown>>;
  checkMilliseconds('timeoutMs', timeoutMs);
  checkMilliseconds('sendBeforeMs', sendBeforeMs);
  // Numbers below zero are the heartbeat's.
  const isId = typeof id === 'string' ? id !== '' : Number.isSafeInteger(id) && (id as number) >= 0;
  if (id !== undefined && !isId)
    throw new TypeError('options.id must be a whole number from 0, or text that is not empty');
}

function checkMilliseconds(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= LONGEST_MS)) return;
  throw new TypeError(`options.${name} must be a number of milliseconds above 0 and at most ${LONGEST_MS}`);
}
