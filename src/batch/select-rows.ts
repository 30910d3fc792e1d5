// Makes a batch of some of another's events, in their order. For streams that come twice: what both brought goes on once.
import type { Gap } from '../market.js';
import { Batch, type BatchKind } from './batch.js';
import { seal } from './sealing.js';
import { BatchWriter } from './writer.js';

/** Which events to keep, by kind: 1 keeps the event at this place. */
export type Selection = { readonly [Kind in BatchKind]: Uint8Array };
const eventKinds: readonly BatchKind[] = ['trades', 'quotes', 'books', 'messages', 'frames'];

/** A gap and the `order` of the event that it stands before. */
export interface GapPlace {
  readonly gap: Gap;
  readonly order: number;
}

interface Place {
  readonly order: number;
  write(writer: BatchWriter): void;
}

/** Nothing is kept yet. */
export function emptySelection(batch: Batch): Selection {
  const [trades, quotes, books, messages, frames] = eventKinds.map(
    (kind) => new Uint8Array(batch.has(kind) ? batch[kind].length : 0),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return { trades, quotes, books, messages, frames };
}

/** The selected events and these gaps as a batch of their own; it shares the names of the first one. */
export function selectRows(batch: Batch, selection: Selection, gaps: readonly GapPlace[]): Batch {
  // One turn: the sort is stable, so a gap stands before the event of the same order.
  const places: Place[] = gaps.map(({ gap, order }) => ({ order, write: (writer) => writer.gap(gap) }));
  for (const kind of eventKinds) {
    if (!batch.has(kind)) continue;
    const { order } = batch[kind];
    for (let row = 0; row < order.length; row += 1) {
      if (selection[kind][row] === 1)
        places.push({ order: order[row]!, write: (writer) => copiers[kind](batch, row, writer) });
    }
  }
  places.sort((one, other) => one.order - other.order);
  const writer = new BatchWriter();
  for (const place of places) place.write(writer);
  const told = writer.gaps.map(({ gap }) => gap);
  return new Batch({ buffer: seal(writer, batch.names.length), names: [], gaps: told }, batch.names);
}

const copiers: Readonly<Record<BatchKind, (batch: Batch, row: number, writer: BatchWriter) => void>> = {
  trades: ({ trades }, row, writer) =>
    writer.trade(
      trades.receivedAtNs[row]!,
      trades.topicIndex[row]!,
      trades.symbolIndex[row]!,
      trades.side[row] === 0 ? 'buy' : 'sell',
      trades.price[row]!,
      trades.amount[row]!,
      trades.exchangeTimeMs[row]!,
      trades.sequence[row]!,
      trades.id(row),
      trades.priceText(row),
      trades.amountText(row),
    ),
  quotes: ({ quotes }, row, writer) =>
    writer.quote(
      quotes.receivedAtNs[row]!,
      quotes.topicIndex[row]!,
      quotes.symbolIndex[row]!,
      quotes.bidPrice[row]!,
      quotes.bidAmount[row]!,
      quotes.askPrice[row]!,
      quotes.askAmount[row]!,
      quotes.exchangeTimeMs[row]!,
      quotes.sequence[row]!,
    ),
  books: ({ books }, row, writer) => {
    writer.book(
      books.receivedAtNs[row]!,
      books.topicIndex[row]!,
      books.symbolIndex[row]!,
      books.isSnapshot[row] === 1 ? 'snapshot' : 'change',
      books.exchangeTimeMs[row]!,
      books.sequence[row]!,
      books.previousSequence[row]!,
    );
    for (const { price, amount, priceText, amountText } of books.bids(row))
      writer.level('bid', price, amount, priceText, amountText);
    for (const { price, amount, priceText, amountText } of books.asks(row))
      writer.level('ask', price, amount, priceText, amountText);
  },
  messages: ({ messages }, row, writer) =>
    writer.message(messages.receivedAtNs[row]!, messages.topicIndex[row]!, messages.bytes(row)),
  frames: ({ frames }, row, writer) =>
    writer.frame(frames.receivedAtNs[row]!, frames.bytes(row), frames.isBinary(row)),
};
