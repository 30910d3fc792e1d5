// Batches that are sealed and wait for credit, oldest first. Sealing them early makes dropping the oldest a matter of one shift.
import type { TopicTally } from './topic-tally.js';
import type { PlacedGap } from './writer.js';

export interface Segment {
  readonly buffer: ArrayBuffer;
  /** Events and gaps in it. */
  readonly entries: number;
  /** When the frame of its oldest event was read; 0 where it has gaps only. */
  readonly oldestAtNs: number;
  readonly gaps: readonly PlacedGap[];
  readonly tally: TopicTally;
}

export class SegmentList {
  entries = 0;
  bytes = 0;
  readonly #segments: Segment[] = [];

  /** Of the oldest segment; 0 where there is none. */
  get oldestAtNs(): number {
    return this.#segments[0]?.oldestAtNs ?? 0;
  }

  push(segment: Segment): void {
    this.#segments.push(segment);
    this.entries += segment.entries;
    this.bytes += segment.buffer.byteLength;
  }

  /** Takes the oldest. */
  shift(): Segment | undefined {
    const segment = this.#segments.shift();
    if (segment === undefined) return undefined;
    this.entries -= segment.entries;
    this.bytes -= segment.buffer.byteLength;
    return segment;
  }
}
