// How long events take: one look per batch, at its newest event, so that the cost per event is next to nothing.
import type { Batch } from '../batch/batch.js';
import { monotonicNs } from '../clock.js';
import { Histogram } from '../telemetry/histogram.js';

/** Durations of an adapter's whole life, one entry for each batch: that of its newest event. */
export interface Latencies {
  /** From the venue's time of the event to its frame being read here. Holds what the two clocks differ by. */
  readonly venue: Histogram;
  /** From the frame being read in the thread to the event being handed to the bot's listeners. */
  readonly handling: Histogram;
}

const kinds = ['trades', 'quotes', 'books'] as const;

export class LatencyMeter implements Latencies {
  readonly venue = new Histogram();
  readonly handling = new Histogram();

  note(batch: Batch): void {
    const nowNs = monotonicNs();
    let receivedAtNs = 0;
    let venueMs = Number.NaN;
    for (const kind of kinds) {
      if (!batch.has(kind)) continue;
      const events = batch[kind];
      const last = events.receivedAtNs[events.length - 1]!;
      if (last <= receivedAtNs) continue;
      receivedAtNs = last;
      venueMs = events.exchangeTimeMs[events.length - 1]!;
    }
    for (const kind of ['messages', 'frames'] as const) {
      if (batch.has(kind))
        receivedAtNs = Math.max(receivedAtNs, batch[kind].receivedAtNs[batch[kind].length - 1]!);
    }
    if (receivedAtNs === 0) return;
    const handlingMs = (nowNs - receivedAtNs) / 1e6;
    this.handling.record(handlingMs);
    if (venueMs > 0) this.venue.record(Date.now() - handlingMs - venueMs);
  }
}
