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

/** The prices that one connection has read, by topic and id. */
export class LevelIds {
  readonly #names: LevelFields;
  readonly #prices = new Map<string, Map<number, number>>();

  constructor(names: LevelFields) {
    this.#names = names;
  }

  /** Tells an update, or nothing of it where a level is malformed, or of a price that nobody knows. */
  tell(sink: DecodeSink, { topic, symbol, action, rows, timeMs }: LevelUpdate): string | undefined {
    const known = (action === 'partial' ? undefined : this.#prices.get(topic)) ?? new Map<number, number>();
    if (!rows.every((row) => this.#isLevel(row, action, known)))
      return `${topic}: ${action} of malformed or unknown levels`;
    if (known.size > MAX_LEVELS) known.clear();
    this.#prices.set(topic, known);
    const type = action === 'partial' ? 'snapshot' : 'change';
    sink.book(topic, symbol, type, timeMs, Number.NaN, Number.NaN);
    for (const row of rows) this.#tellLevel(row, action, known, sink);
    return undefined;
  }

  /** Forgets a book that is not subscribed any more. */
  forget(topic: string): void {
    this.#prices.delete(topic);
  }

  #tellLevel(row: JsonObject, action: LevelAction, known: Map<number, number>, sink: DecodeSink): void {
    const names = this.#names;
    const id = row[names.id] as number;
    const price = (row[names.price] ?? known.get(id)) as number;
    if (action === 'delete') known.delete(id);
    else known.set(id, price);
    const side = row[names.side] === names.buy ? 'bid' : 'ask';
    sink.level(side, price, action === 'delete' ? 0 : (row[names.amount] as number));
  }

  #isLevel(row: JsonObject, action: LevelAction, known: ReadonlyMap<number, number>): boolean {
    const { buy, sell, ...names } = this.#names;
    const [id, side, price] = [row[names.id], row[names.side], row[names.price]];
    if (!Number.isSafeInteger(id) || (side !== buy && side !== sell)) return false;
    if (price === undefined ? !known.has(id as number) : !Number.isFinite(price)) return false;
    return action === 'delete' || isAmount(row[names.amount]);
  }
}
