// Client order ids of venues that take them as a fixed number of bytes, written as hex with 0x. A short text travels as its bytes with
// zeros behind them and comes back as it was given; an id that is such hex already travels as it is.
import type { OrderReference } from '../../market.js';
import { neededText } from './checks.js';
import { textOf } from './fields.js';

export interface ByteIds {
  /** Characters of the longest text that fits as its bytes, and of the longest one that fits at all. */
  readonly bytes: number;
  readonly longest: number;
  /** True for what `write` can write. */
  readonly fits: (text: string) => boolean;
  /** What that is, in words. */
  readonly hint: string;
  readonly write: (clientOrderId: string) => string;
  /** '' where there is none. */
  readonly read: (id: unknown) => string;
  /** How an order is named: by the venue's number where that is known, else by these bytes. @throws TypeError where neither is given. */
  readonly nameOf: (reference: OrderReference) => number | string;
}

export function byteIds(bytes: number): ByteIds {
  const digits = bytes * 2;
  const hex = new RegExp(`^0x[0-9a-fA-F]{${digits}}$`);
  const shortText = new RegExp(`^[\\x21-\\x7e]{1,${bytes}}$`);
  const write: ByteIds['write'] = (id) =>
    hex.test(id) ? id.toLowerCase() : `0x${Buffer.from(id).toString('hex').padEnd(digits, '0')}`;
  return {
    bytes,
    longest: digits + 2,
    fits: (text) => hex.test(text) || shortText.test(text),
    hint: `up to ${bytes} characters without spaces, or ${bytes} bytes as hex with 0x`,
    write,
    read(id) {
      if (typeof id !== 'string' || !hex.test(id)) return textOf(id);
      const text = Buffer.from(id.slice(2), 'hex').toString('latin1').replace(/\0+$/, '');
      return shortText.test(text) ? text : id.toLowerCase();
    },
    nameOf: ({ orderId, clientOrderId }) =>
      orderId === undefined ? write(neededText(clientOrderId)) : Number(orderId),
  };
}
