// Questions whose answers are judged by a single condition: the steps that arm a safety switch, and verify that it is armed.
import type { Outgoing, RequestContext, SafetySwitch, SetupRequest } from '../exchange.js';

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

/** What arms a timer that cancels the orders unless it is armed again, and how its answer is judged. */
export interface TimerWords {
  readonly name: string;
  /** Milliseconds between two armings, well below the time that the timer runs. */
  readonly refreshEveryMs: number;
  readonly arm: (context: RequestContext) => Outgoing;
  readonly isGood: (result: unknown) => boolean;
  readonly problem: string;
}

/** A safety switch that is such a timer. */
export function timerSwitch({ name, refreshEveryMs, arm, isGood, problem }: TimerWords): SafetySwitch {
  const armed = (context: RequestContext) => setupRequest(name, arm(context), isGood, problem);
  return { kind: 'timer', refreshEveryMs, arm: (context) => [armed(context)] };
}
