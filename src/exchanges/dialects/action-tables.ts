// Tables whose rows come with what was done to them: `{"table":"deals","action":"insert","data":[{"symbol":"OAK","paid":5}]}` belongs to the topic
// `deals:OAK`, or `deals` where that was subscribed for all symbols. `partial` brings what there is, with `filter` saying of which symbol.
import type { DecodeSink } from '../exchange.js';
import type { AccountTables, RowAction } from './account-tables.js';
import { objectOf, textOf } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';
import { type LevelFields, type LevelIds, levelIds } from './level-ids.js';
import type { TopicKeeper } from './topic-calls.js';

const ACTIONS = ['partial', 'insert', 'update', 'delete'] as const satisfies readonly RowAction[];

/** Reads the rows of one symbol, of which there is at least one. Returns what is wrong with them, or undefined. */
export type RowReader = (
  topic: string,
  rows: readonly JsonObject[],
  sink: DecodeSink,
  action: RowAction,
  symbol: string,
) => string | undefined;

export interface ActionTableOptions {
  /** By market table what reads its rows; those of any other one go to the user as they are. */
  readonly readers: ReadonlyMap<string, RowReader>;
  /** Books whose levels have ids: their tables, how a level looks, and the time of an update by its first row. */
  readonly books: {
    readonly tables: readonly string[];
    readonly level: LevelFields;
    readonly timeOf: (first: JsonObject | undefined) => number;
  };
  /** True for a table of the account. Those have no symbol in their topic. */
  readonly isAccount: (table: string) => boolean;
  /** The account's tables before the first frame of a connection. */
  readonly newAccount: () => AccountTables;
}

/** The tables of one connection, with what it remembers of them. */
export class ActionTables implements TopicKeeper {
  readonly #options: ActionTableOptions;
  readonly #levels: LevelIds;
  readonly #account: AccountTables;
  /** Tables that were subscribed for all symbols. */
  readonly #wholeTables = new Set<string>();

  constructor(options: ActionTableOptions) {
    this.#options = options;
    this.#levels = levelIds(options.books.level);
    this.#account = options.newAccount();
  }

  subscribed(topic: string): void {
    if (!topic.includes(':')) this.#wholeTables.add(topic);
  }

  unsubscribed(topic: string): void {
    this.#levels.forget(topic);
    this.#wholeTables.delete(topic);
  }

  /** Tells what a frame says. Returns what is wrong with it, or undefined. */
  read(message: JsonObject, sink: DecodeSink): string | undefined {
    const { table, data } = message;
    const action = ACTIONS.find((known) => known === message['action']);
    if (typeof table !== 'string' || !Array.isArray(data)) return 'a table without name or data';
    if (action === undefined) return `${table}: unknown action`;
    const rows = data as readonly unknown[];
    if (!areRows(rows)) return `${table}: a malformed row`;
    if (this.#options.isAccount(table)) return this.#account.tellAction(action, table, rows, sink);
    const symbol = textOf(rows[0]?.['symbol']) || textOf(objectOf(message['filter'])['symbol']);
    if (rows.some((row) => row['symbol'] !== undefined && row['symbol'] !== symbol))
      return this.#readMixed(table, action, rows, sink);
    return this.#readMarket(table, action, rows, symbol, sink);
  }

  /** Rows of several symbols in one frame: each symbol's rows for themselves, so that a malformed one hides none of the others. */
  #readMixed(
    table: string,
    action: RowAction,
    rows: readonly JsonObject[],
    sink: DecodeSink,
  ): string | undefined {
    if (this.#wholeTables.has(table)) return void sink.message(table);
    const symbols = new Set(rows.map((row) => textOf(row['symbol'])));
    let problem: string | undefined;
    for (const symbol of symbols) {
      const own = rows.filter((row) => row['symbol'] === symbol);
      problem = this.#readMarket(table, action, own, symbol, sink) ?? problem;
    }
    return problem;
  }

  #readMarket(
    table: string,
    action: RowAction,
    rows: readonly JsonObject[],
    symbol: string,
    sink: DecodeSink,
  ): string | undefined {
    const { books, readers } = this.#options;
    const topic = symbol === '' || this.#wholeTables.has(table) ? table : `${table}:${symbol}`;
    if (books.tables.includes(table)) {
      // An empty `partial` is an empty book.
      if (symbol === '' || (rows.length === 0 && action !== 'partial'))
        return `${topic}: levels of no symbol`;
      return this.#levels.tell(sink, { topic, symbol, action, rows, timeMs: books.timeOf(rows[0]) });
    }
    const read = rows.length === 0 ? undefined : readers.get(table);
    if (read === undefined) return void sink.message(topic);
    return read(topic, rows, sink, action, symbol);
  }
}

/** Rows are objects, and either all of them have a symbol or none has. */
function areRows(rows: readonly unknown[]): rows is readonly JsonObject[] {
  const isNamed = isObject(rows[0]) && rows[0]['symbol'] !== undefined;
  return rows.every(
    (row) => isObject(row) && (isNamed ? textOf(row['symbol']) !== '' : row['symbol'] === undefined),
  );
}
