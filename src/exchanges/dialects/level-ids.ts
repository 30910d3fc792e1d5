// Books whose levels have ids: an update or a delete names the level and may leave out its price, so prices are remembered. Bounded.
import type { DecodeSink } from '../exchange.js';
import type { JsonObject } from './json-rpc.js';
import { isAmount } from './market-rows.js';

/** Levels of one book whose prices are remembered; the deepest books are far below. */
const MAX_LEVELS = 200_000;

/** The venue's names of the fields of a level. Ids are whole numbers, prices and amounts JSON numbers. */
export interface LevelFields {
  readonly id: string;
  readonly side: string;
  /** The venue's words for the side. */
  readonly buy: string;
  readonly sell: string;
  readonly price: string;
  readonly amount: string;
}

/** What happens to levels. `partial` is the whole book. */
export type LevelAction = 'partial' | 'insert' | 'update' | 'delete';

export interface LevelUpdate {
  readonly topic: string;
  readonly symbol: string;
  readonly action: LevelAction;
  readonly rows: readonly JsonObject[];
  readonly timeMs: number;
}

/** The books of one connection. */
export interface LevelIds {
  /** Tells an update, or nothing of it where a level is malformed, or of a price that nobody knows. */
  readonly tell: (sink: DecodeSink, update: LevelUpdate) => string | undefined;
  /** Forgets a book that is not subscribed any more. */
  readonly forget: (topic: string) => void;
}

export function levelIds(names: LevelFields): LevelIds {
  const { id, side, buy, sell, price, amount } = names;
  /** By topic and id of the level. */
  const prices = new Map<string, Map<number, number>>();

  function isLevel(row: JsonObject, isDelete: boolean, known: ReadonlyMap<number, number>): boolean {
    const [own, word, paid] = [row[id], row[side], row[price]];
    if (!Number.isSafeInteger(own) || (word !== buy && word !== sell)) return false;
    if (paid === undefined ? !known.has(own as number) : !Number.isFinite(paid)) return false;
    return isDelete || isAmount(row[amount]);
  }

  function tellLevel(row: JsonObject, isDelete: boolean, known: Map<number, number>, sink: DecodeSink): void {
    const own = row[id] as number;
    const paid = (row[price] ?? known.get(own)) as number;
    if (isDelete) known.delete(own);
    else known.set(own, paid);
    sink.level(row[side] === buy ? 'bid' : 'ask', paid, isDelete ? 0 : (row[amount] as number));
  }

  return {
    tell(sink, { topic, symbol, action, rows, timeMs }) {
      const known = (action === 'partial' ? undefined : prices.get(topic)) ?? new Map<number, number>();
      const isDelete = action === 'delete';
      if (!rows.every((row) => isLevel(row, isDelete, known)))
        return `${topic}: ${action} of malformed or unknown levels`;
      if (known.size > MAX_LEVELS) known.clear();
      prices.set(topic, known);
      const type = action === 'partial' ? 'snapshot' : 'change';
      sink.book(topic, symbol, type, timeMs, Number.NaN, Number.NaN);
      for (const row of rows) tellLevel(row, isDelete, known, sink);
      return undefined;
    },
    forget: (topic) => void prices.delete(topic),
  };
}
