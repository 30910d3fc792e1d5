// Books of decimal texts whose two sides come as a pair, bids first: `{"tide":"X","at":17,"rows":[[{"px":"2.5","sz":"1"}],[]]}`; of the best
// prices as a pair of rows instead, null where a side is empty: `{"tide":"X","at":17,"best":[{"px":"2.5","sz":"1"},null]}`.
import type { DecodeSink } from '../exchange.js';
import { numberOf } from './fields.js';
import { type LevelFields, textBooks } from './text-rows.js';

/** The venue's names of the fields of such a book. */
export interface PairedBookFields {
  readonly symbol: string;
  /** Milliseconds, as number or text. */
  readonly time: string;
  /** The pair of lists: the whole book. */
  readonly levels: string;
  /** The pair of rows: a quote. */
  readonly best: string;
  readonly level: LevelFields;
}

const NO_ROWS: readonly unknown[] = [];

/** Tells the book or the quote that the data is, or nothing of it where it is malformed. */
export function pairedBooks(names: PairedBookFields) {
  const { tellTextBook, tellTextQuote } = textBooks(names.level);
  return (topic: string, data: unknown, sink: DecodeSink): string | undefined => {
    if (typeof data !== 'object' || data === null) return `${topic}: malformed book`;
    const row = data as Readonly<Record<string, unknown>>;
    const [symbol, best] = [row[names.symbol], row[names.best]];
    const sides: unknown = row[names.levels] ?? best;
    if (typeof symbol !== 'string' || symbol === '' || !Array.isArray(sides) || sides.length !== 2)
      return `${topic}: malformed book`;
    const [bids, asks] = best === undefined ? sides : sides.map(rowsOfBest);
    const none = Number.NaN;
    const book = {
      topic,
      symbol,
      bids,
      asks,
      timeMs: numberOf(row[names.time]),
      sequence: none,
      previous: none,
    };
    return best === undefined ? tellTextBook(sink, book) : tellTextQuote(sink, book);
  };
}

function rowsOfBest(row: unknown): readonly unknown[] {
  return row === null ? NO_ROWS : [row];
}
