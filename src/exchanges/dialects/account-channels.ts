// Channels of an account: each brings rows of one kind, `me.orders.X` orders, or a list for each of several kinds:
// `{"deals":[{…}],"orders":[{…}],"holdings":[{…}]}`. What has no common form comes as `account`.
import type { DecodeSink } from '../exchange.js';
import type { AccountRows, RowKind } from './account-rows.js';
import type { ChannelReader, ChannelReaders } from './channel-readers.js';
import type { JsonObject } from './json-rpc.js';

/** The venue's names of the lists of an object. */
export interface ChangeLists {
  readonly fills: string;
  readonly orders: string;
  readonly positions: string;
}

/** Readers of a feed for these channels; `account` is for those whose data has no common form. */
export function accountChannels(
  rows: AccountRows,
  contents: Readonly<Record<string, RowKind | ChangeLists | 'account'>>,
): ChannelReaders<JsonObject> {
  const readerOf = (content: RowKind | ChangeLists | 'account'): ChannelReader<JsonObject> => {
    if (content === 'account') return tellAccount;
    if (typeof content === 'object') return (...told) => tellChanges(rows, content, ...told);
    return (topic, data, sink) => rows.tell(content, topic, data, sink);
  };
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, readerOf(content)]));
}

function tellAccount(topic: string, raw: JsonObject, sink: DecodeSink): undefined {
  sink.private({ kind: 'account', topic, raw });
}

function tellChanges(
  rows: AccountRows,
  { fills, orders, positions }: ChangeLists,
  topic: string,
  data: JsonObject,
  sink: DecodeSink,
): string | undefined {
  if (!(fills in data || orders in data || positions in data)) return tellAccount(topic, data, sink);
  // A list that is left out has no rows.
  const lists = { fill: data[fills] ?? [], order: data[orders] ?? [], position: data[positions] ?? [] };
  return tellLists(rows, topic, lists, sink);
}

/** Tells lists of several kinds, in this order. What is malformed in one of them hides nothing of the others; the first problem is returned. */
export function tellLists(
  rows: AccountRows,
  topic: string,
  lists: Readonly<Partial<Record<RowKind, unknown>>>,
  sink: DecodeSink,
): string | undefined {
  let first: string | undefined;
  for (const [kind, list] of Object.entries(lists)) {
    const problem = rows.tell(kind as RowKind, topic, list, sink);
    first ??= problem;
  }
  return first;
}
