// Test tools: events that carry their number of writing, so that what was delivered can be compared with what was written.
import fc from 'fast-check';
import type { BatchEvent } from '../../src/batch/batch.js';
import type { MarketLane } from '../../src/batch/lane.js';
import type { Recording } from './recording.js';

export type Kind = 'trade' | 'quote' | 'snapshot' | 'change' | 'message' | 'frame';

export interface Written {
  readonly number: number;
  readonly kind: Kind;
  /** '' for frames. */
  readonly topic: string;
}

/** One thing that happens to a lane. */
export type Happening =
  | { readonly do: 'write'; readonly kind: Kind; readonly topic: number }
  | { readonly do: 'flush' | 'acknowledge' | 'read' };

const kinds: readonly Kind[] = ['trade', 'quote', 'snapshot', 'change', 'message', 'frame'];

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        kind: fc.constantFrom(...kinds),
        topic: fc.nat({ max: 2 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ do: 'flush' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'acknowledge' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'read' as const }) },
  ),
  { maxLength: 120 },
);

/** Lets it all happen, then takes what is left. `after` looks at the lane after each happening. */
export async function happen(
  recording: Recording,
  all: readonly Happening[],
  after: () => void = () => {},
): Promise<Written[]> {
  const written: Written[] = [];
  for (const happening of all) {
    if (happening.do === 'write') written.push(write(recording.lane, happening, written.length));
    else if (happening.do === 'flush') recording.lane.flush();
    else if (happening.do === 'acknowledge') recording.acknowledge();
    // Read while nobody looks: the lane sees it when it looks next.
    else if (recording.inFlight > 0) recording.read();
    after();
  }
  recording.drain();
  return written;
}

export function write(
  lane: MarketLane,
  { kind, topic: index }: { readonly kind: Kind; readonly topic: number },
  number: number,
): Written {
  // A topic has one kind, books excepted, whose snapshots and changes share it.
  const topic =
    kind === 'frame' ? '' : `${kind === 'snapshot' || kind === 'change' ? 'book' : kind}.${index}`;
  lane.receivedAtNs = number;
  if (kind === 'trade') lane.trade(topic, 'S', 'buy', 1, 2, 3, number, `id-${number}`, '1.0');
  else if (kind === 'quote') lane.quote(topic, 'S', 1, 2, 3, 4, 5, number);
  else if (kind === 'message') lane.message(topic, `message ${number}`);
  else if (kind === 'frame') lane.frame(Buffer.from([number % 256]), true);
  else {
    lane.book(topic, 'S', kind, 1, number, number - 1);
    for (let level = 0; level < number % 3; level += 1) lane.level('bid', number, level, `${number}`, '5');
  }
  return { number, kind, topic };
}

/** The number of a delivered event, checked against what it carries. */
export function numberOf(event: BatchEvent): number | undefined {
  switch (event.kind) {
    case 'trade':
      return event.trade.id === `id-${event.trade.sequence}` ? event.trade.sequence : Number.NaN;
    case 'quote':
      return event.quote.sequence;
    case 'book': {
      const { sequence, bids } = event.book;
      const right =
        bids.length === sequence % 3 && bids.every(({ priceText }) => priceText === String(sequence));
      return right ? sequence : Number.NaN;
    }
    case 'message':
      return event.message.text === `message ${event.message.receivedAtNs}`
        ? event.message.receivedAtNs
        : Number.NaN;
    case 'frame':
      return event.frame.data[0] === event.frame.receivedAtNs % 256 ? event.frame.receivedAtNs : Number.NaN;
    case 'gap':
      return undefined;
  }
}
