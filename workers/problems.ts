// Tells of frames that could not be understood: each is counted, few are told, so that a venue gone mad does not flood the lane.
import type { Counters } from '../src/client/counters.js';
import type { ControlLane } from './control-lane.js';

const PER_SECOND = 10;
const SAMPLE_LENGTH = 160;
/** A login answer that is cut off is undecodable too, and holds a token. */
const secretValue = /("[^"]*(?:token|secret|password|signature|key)[^"]*"\s*:\s*")[^"]*/gi;

export class ProblemReport {
  readonly #control: ControlLane;
  readonly #counters: Counters;
  #secondStartedNs = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(control: ControlLane, counters: Counters) {
    this.#control = control;
    this.#counters = counters;
  }

  tell(problem: string, frame: Buffer, nowNs: number): void {
    this.#counters.add('undecodable', 1);
    if (nowNs - this.#secondStartedNs >= 1e9) {
      this.#secondStartedNs = nowNs;
      this.#told = 0;
    }
    this.#told += 1;
    if (this.#told > PER_SECOND) return;
    const sample = sampleOf(frame);
    this.#control.add({ kind: 'problem', problem, sample }, problem.length + sample.length);
  }
}

function sampleOf(frame: Buffer): string {
  const text = frame.toString('utf8', 0, SAMPLE_LENGTH * 4);
  return text.replace(secretValue, '$1***').slice(0, SAMPLE_LENGTH);
}
