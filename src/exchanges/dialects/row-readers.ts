// Readers of channels whose data is the account's: a list of rows, `[{"oar":3}]`, an object with a list of them among other things,
// `{"oars":[{"oar":3}],"isOld":true}`, and whatever the library has no words for, which the user gets as it is.
import type { AccountRows, RowKind } from './account-rows.js';
import type { DataReader } from './channel-data.js';
import { isObject } from './json-rpc.js';

type Rows = Pick<AccountRows, 'tell'>;

/** The data is the list. One without rows is a sign of life. */
export function rowList(kind: RowKind, rows: Rows): DataReader {
  return (topic, data, sink) => {
    if (!Array.isArray(data)) return `${topic}: malformed ${kind}s`;
    if (data.length === 0) sink.alive();
    return rows.tell(kind, topic, data, sink);
  };
}

export interface InnerListWords {
  /** The field that holds the list. */
  readonly list: string;
  /** The field that is true where its rows are no news. */
  readonly isOld: string;
  /** Reads data without such a list, with an empty one, or with one that is no news. */
  readonly others: DataReader;
}

/** The list is a member of the data. */
export function innerList(kind: RowKind, rows: Rows, { list, isOld, others }: InnerListWords): DataReader {
  return (topic, data, sink) => {
    if (!isObject(data)) return `${topic}: no data`;
    const inner = data[list];
    if (!Array.isArray(inner) || data[isOld] === true || inner.length === 0) return others(topic, data, sink);
    return rows.tell(kind, topic, inner, sink);
  };
}

/** Data of any other kind: topics of the market are messages, what is left is told as the account's. */
export function passedOn(market: RegExp): DataReader {
  return (topic, data, sink) => {
    if (typeof data !== 'object' || data === null) return `${topic}: no data`;
    if (market.test(topic)) return void sink.message(topic);
    return void sink.private({ kind: 'account', topic, raw: data });
  };
}
