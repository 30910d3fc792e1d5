// Questions whose answers are judged by a single condition: the steps that arm a safety switch, and verify that it is armed.
import type { Outgoing, SetupRequest } from '../exchange.js';

/** `name` is what reports call it, `problem` what is wrong where an answer is not good. */
export function setupRequest(
  name: string,
  outgoing: Outgoing,
  isGood: (result: unknown) => boolean,
  problem: string,
): SetupRequest {
  return { ...outgoing, name, check: (result) => (isGood(result) ? undefined : problem) };
}

/** For venues that answer `ok` where something was done. */
export function okRequest(name: string, outgoing: Outgoing): SetupRequest {
  return setupRequest(name, outgoing, (result) => result === 'ok', 'the venue did not answer ok');
}
