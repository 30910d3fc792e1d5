// Books whose levels begin with what happens to them, `["put",2.5,9.8]`, and whose changes tell which one they follow:
// `{"item":"X","at":17,"kind":"delta","no":12,"after":9,"bids":[["drop",2.4,0]],"asks":[]}`. Without a kind: a whole book of bare levels.
import type { DecodeSink } from '../exchange.js';
import { numberOf } from './fields.js';
import type { JsonObject } from './json-rpc.js';
import { tellNumberBook } from './market-rows.js';

/** The venue's names of the fields of a book, and its words for what is in them. Prices and amounts are JSON numbers. */
export interface ActionBookFields {
  readonly symbol: string;
  /** Milliseconds. */
  readonly time: string;
  readonly bids: string;
  readonly asks: string;
  /** The number of the update, and that of the one before, which changes alone have. */
  readonly sequence: string;
  readonly previous: string;
  /** Left out by the venue where it sends a whole book of levels without actions. */
  readonly type: string;
  readonly whole: string;
  readonly change: string;
  /** What happens to a level: it comes, it gets another amount, it goes (with an amount of 0). */
  readonly adds: string;
  readonly updates: string;
  readonly removes: string;
}

/** Tells a book update, or nothing of it where it is malformed. */
export function actionBooks(names: ActionBookFields) {
  const { symbol, time, bids, asks, sequence, previous, type, whole, change } = names;
  const { adds, updates, removes } = names;
  const isLevel = ([action, , amount]: readonly unknown[]): boolean =>
    action === removes ? amount === 0 : action === adds || action === updates;
  return (topic: string, data: JsonObject, sink: DecodeSink): string | undefined => {
    const kind = data[type];
    if (kind !== undefined && kind !== whole && kind !== change) return `${topic}: malformed`;
    const book = {
      topic,
      symbol: data[symbol],
      bids: data[bids],
      asks: data[asks],
      timeMs: numberOf(data[time]),
      sequence: data[sequence],
      previous: kind === change ? data[previous] : Number.NaN,
    };
    return kind === undefined ? tellNumberBook(sink, book) : tellNumberBook(sink, book, 1, isLevel);
  };
}
