// A recording decoded again, by the exchange that it was recorded from.
import type { Exchange } from '../exchanges/exchange.js';
import { loadExchange, socketReference } from '../exchanges/index.js';
import type { EntryBase, RecordedFrame, RecordedGap } from './entries.js';
import { type DecodedEvent, EventCollector } from './event-sink.js';
import type { LifeSubject } from './protocol.js';
import type { Recording } from './recording.js';

/** An event with where and when it was received, or a gap between events. */
export type ExportedEvent =
  | (DecodedEvent & EntryBase & { readonly name: string; readonly exchange: string })
  | RecordedGap;

export type ExportKind = DecodedEvent['kind'] | 'gap';

interface Reader {
  readonly subject: LifeSubject;
  readonly decode: ((frame: RecordedFrame) => readonly DecodedEvent[]) | undefined;
}

/** Figures of a decoding while it runs. */
export interface DecodingCounts {
  frames: number;
  events: number;
  /** Frames that the exchange's decode could not understand. */
  undecodable: number;
  /** Frames of plain clients, which have no exchange. */
  withoutExchange: number;
}

/**
 * Events of a recording, in their order. Frames of plain clients bring none.
 * @throws BulkheadError `invalid-exchange` where the exchange of the recording cannot be loaded.
 */
export async function* decoded(
  recording: Recording,
  counts: DecodingCounts = { frames: 0, events: 0, undecodable: 0, withoutExchange: 0 },
): AsyncGenerator<ExportedEvent, void, undefined> {
  const readers = new Map<number, Reader>();
  for await (const entry of recording) {
    if (entry.kind === 'gap') yield entry;
    if (entry.kind === 'open' && !readers.has(entry.life))
      readers.set(entry.life, await readerOf(entry.subject, counts));
    if (entry.kind === 'exit') readers.delete(entry.life);
    if (entry.kind !== 'frame' || entry.direction === 'sent' || entry.isBinary) continue;
    counts.frames += 1;
    const reader = readers.get(entry.life);
    if (reader?.decode === undefined) {
      counts.withoutExchange += 1;
      continue;
    }
    const { life, atNs, wallMs } = entry;
    const { name, exchange = '' } = reader.subject;
    for (const event of reader.decode(entry)) {
      counts.events += 1;
      yield { ...event, life, atNs, wallMs, name, exchange };
    }
  }
}

async function readerOf(subject: LifeSubject, counts: DecodingCounts): Promise<Reader> {
  if (subject.exchange === undefined) return { subject, decode: undefined };
  const exchange: Exchange = await loadExchange(socketReference(subject.exchange, subject.socket ?? 'main'));
  const decode = exchange.newDecode?.() ?? exchange.decode.bind(exchange);
  const sink = new EventCollector();
  return {
    subject,
    decode(frame) {
      if (decode(frame.data.toString(), sink) !== undefined) counts.undecodable += 1;
      return sink.take();
    },
  };
}
