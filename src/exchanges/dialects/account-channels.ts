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
    if (typeof content === 'object') return (...told) => tellLists(rows, content, ...told);
    return (topic, data, sink) => rows.tell(content, topic, data, sink);
  };
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, readerOf(content)]));
}

function tellAccount(topic: string, raw: JsonObject, sink: DecodeSink): undefined {
  sink.private({ kind: 'account', topic, raw });
}

/** A list that is left out has no rows. Positions follow from the rest, and are told where that can be read. */
function tellLists(
  rows: AccountRows,
  { fills, orders, positions }: ChangeLists,
  topic: string,
  data: JsonObject,
  sink: DecodeSink,
): string | undefined {
  if (!(fills in data || orders in data || positions in data)) return tellAccount(topic, data, sink);
  const badFill = rows.tell('fill', topic, data[fills] ?? [], sink);
  const badOrder = rows.tell('order', topic, data[orders] ?? [], sink);
  return badFill ?? badOrder ?? rows.tell('position', topic, data[positions] ?? [], sink);
}
