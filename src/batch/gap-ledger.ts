// Gaps that stand before everything that still waits: what was dropped from the head of the queue. While nothing is posted they
// merge, one for each topic and reason, so that a long stall leaves one marker per topic.
import type { Gap } from '../market.js';

export class GapLedger {
  #gaps = new Map<string, Gap>();

  get size(): number {
    return this.#gaps.size;
  }

  add(gap: Gap): void {
    const key = `${gap.reason} ${gap.topic}`;
    const earlier = this.#gaps.get(key);
    this.#gaps.set(key, earlier === undefined ? gap : mergeGaps(earlier, gap));
  }

  take(): readonly Gap[] {
    if (this.#gaps.size === 0) return [];
    const gaps = [...this.#gaps.values()];
    this.#gaps = new Map();
    return gaps;
  }
}

/** One gap for two of the same topic and reason with nothing delivered in between. */
export function mergeGaps(earlier: Gap, later: Gap): Gap {
  const fromSequence = earlier.fromSequence ?? later.fromSequence;
  const dropped = (earlier.dropped ?? 0) + (later.dropped ?? 0);
  return {
    topic: earlier.topic,
    reason: earlier.reason,
    epoch: earlier.epoch,
    noticedAtNs: earlier.noticedAtNs,
    ...(fromSequence === undefined ? {} : { fromSequence }),
    ...(later.toSequence === undefined ? {} : { toSequence: later.toSequence }),
    ...(dropped === 0 ? {} : { dropped }),
  };
}
