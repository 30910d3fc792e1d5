// The CRC-32 of IEEE 802.3, which venues put over the best levels of an order book, and the commonest text they make of the levels.
// node:zlib has it only in later releases of Node 20, and for texts this short the way into native code costs more than the sum.
import type { OrderBook } from '../../order-book.js';

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The unsigned checksum of a text of ASCII characters. */
export function crc32(text: string): number {
  let sum = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    sum = (sum >>> 8) ^ TABLE[(sum ^ text.charCodeAt(index)) & 0xff]!;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** The checksum over the digits of this many levels on each side of a book. */
export function digitsChecksum(depth: number): (book: OrderBook) => number {
  return (book) => crc32(digitsOfBook(book, depth));
}

/**
 * The digits of the best asks, then of the best bids, of each price and amount without point and leading zeros, in the precision of the
 * instrument. The wire writes all zeros of that precision; where they were dropped on the way, the longest fraction among the levels
 * tells how many there were.
 */
function digitsOfBook(book: OrderBook, depth: number): string {
  const levels = [...book.asks.top(depth), ...book.bids.top(depth)];
  const prices = levels.map((level) => level.priceText ?? String(level.price));
  const amounts = levels.map((level) => level.amountText ?? String(level.amount));
  const [priceFraction, amountFraction] = [longestFraction(prices), longestFraction(amounts)];
  let text = '';
  for (const [index, price] of prices.entries()) {
    text += digitsOf(price, priceFraction) + digitsOf(amounts[index]!, amountFraction);
  }
  return text;
}

function digitsOf(text: string, fraction: number): string {
  const digits = text.replace('.', '') + '0'.repeat(fraction - fractionOf(text));
  return digits.replace(/^0+/, '');
}

function longestFraction(texts: readonly string[]): number {
  return texts.reduce((longest, text) => Math.max(longest, fractionOf(text)), 0);
}

function fractionOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
