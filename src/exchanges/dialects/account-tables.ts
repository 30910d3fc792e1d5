// Tables of an account whose rows come whole once and then with what changed only: they are remembered, so that each event is whole.
// Bounded: of each table the rows that were touched longest ago are forgotten first.
import type { DecodeSink } from '../exchange.js';
import type { AccountRows, RowKind } from './account-rows.js';
import { wordOf } from './fields.js';
import type { JsonObject } from './json-rpc.js';
import { RowMemory } from './row-memory.js';

/** What a table holds. */
export interface AccountTable {
  /** Names of the fields that together tell its rows apart; none where rows always come whole, each of them an event. */
  readonly key: readonly string[];
  /** The events that a change of a row can be, in this order; one that is none of them comes as `account`. */
  readonly kinds: (change: JsonObject, whole: JsonObject) => readonly RowKind[];
  /** What the user gets as `raw`: all that is known of the row, or only what came now. */
  readonly raw: 'whole' | 'change';
}

/** What was done to rows, where they come with it. `partial` is what there is when the table begins. */
export type RowAction = 'partial' | 'insert' | 'update' | 'delete';

/** Tables by the topics they come under; rows of any other table are told as `account`. */
export class AccountTables {
  readonly #rows: AccountRows;
  readonly #tables: ReadonlyMap<string, AccountTable>;
  readonly #maxRows: number;
  readonly #memories = new Map<string, RowMemory>();

  /** `maxRows`: rows of one table that are remembered. */
  constructor(rows: AccountRows, tables: Readonly<Record<string, AccountTable>>, maxRows: number) {
    this.#rows = rows;
    this.#tables = new Map(Object.entries(tables));
    this.#maxRows = maxRows;
  }

  /** Forgets a table, which now begins anew. */
  clear(topic: string): void {
    this.#memories.get(topic)?.clear();
  }

  /** Tells each row with everything that was said of it before; one that lacks its key is the problem, and hides none of the others. */
  tell(topic: string, changes: readonly JsonObject[], sink: DecodeSink): string | undefined {
    const table = this.#tables.get(topic);
    let problem: string | undefined;
    for (const change of changes) {
      const missing = table?.key.find((name) => wordOf(change[name]) === '');
      if (missing === undefined) this.#tellRow(topic, table, change, sink);
      else problem = `${topic}: a row without ${missing}`;
    }
    return problem;
  }

  /** The same for rows that come with what was done to them. */
  tellAction(
    action: RowAction,
    topic: string,
    changes: readonly JsonObject[],
    sink: DecodeSink,
  ): string | undefined {
    if (action === 'partial') this.clear(topic);
    // A row that was deleted says nothing that an update did not say before it.
    if (action === 'delete' || changes.length === 0) return void sink.alive();
    const isOfEvents = this.#tables.get(topic)?.key.length === 0;
    if (!isOfEvents || action === 'insert') return this.tell(topic, changes, sink);
    // What a table of events begins with are old ones.
    for (const raw of changes) sink.private({ kind: 'account', topic, raw });
    return undefined;
  }

  #tellRow(topic: string, table: AccountTable | undefined, change: JsonObject, sink: DecodeSink): void {
    const whole = table === undefined ? change : this.#merge(topic, table, change);
    const raw = table?.raw === 'change' ? change : whole;
    const kinds = table?.kinds(change, whole) ?? [];
    const events = kinds.flatMap((kind) => this.#rows.event(kind, topic, whole, raw) ?? []);
    for (const event of events) sink.private(event);
    if (events.length === 0) sink.private({ kind: 'account', topic, raw });
  }

  #merge(topic: string, { key }: AccountTable, change: JsonObject): JsonObject {
    if (key.length === 0) return change;
    const memory = this.#memories.get(topic) ?? new RowMemory(this.#maxRows);
    this.#memories.set(topic, memory);
    return memory.merge(key.map((name) => wordOf(change[name])).join(' '), change);
  }
}
