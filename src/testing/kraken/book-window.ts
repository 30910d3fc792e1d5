// What Kraken tells of a book at one depth: a snapshot, then levels that changed within the depth. What is pushed out of it is not told.
import type { BookSide } from '../kit/matching/order-book.js';
import type { SpotMarket } from '../kit/spot-market.js';

const CHECKED_LEVELS = 10;
type Window = ReadonlyMap<number, number>;

export class BookWindow {
  readonly #market: SpotMarket;
  readonly #depth: number;
  #told: Readonly<Record<BookSide, Window>>;

  constructor(market: SpotMarket, depth: number) {
    this.#market = market;
    this.#depth = depth;
    this.#told = { bid: this.#window('bid'), ask: this.#window('ask') };
  }

  /** The frame of the whole window. */
  snapshot(time: string): string {
    return this.#frame('snapshot', this.#rows(this.#told.bid), this.#rows(this.#told.ask), time);
  }

  /** The frame of what changed since the last one; undefined where nothing did. */
  update(time: string): string | undefined {
    const now = { bid: this.#window('bid'), ask: this.#window('ask') };
    const [bids, asks] = [this.#changes('bid', now.bid), this.#changes('ask', now.ask)];
    this.#told = now;
    return bids === '' && asks === '' ? undefined : this.#frame('update', bids, asks, time);
  }

  #window(side: BookSide): Window {
    const { levels } = this.#market.book.side(side);
    return new Map(levels.slice(0, this.#depth).map(({ tick, lots }) => [tick, lots]));
  }

  #changes(side: BookSide, now: Window): string {
    const before = this.#told[side];
    const gone = [...before.keys()].filter((tick) => this.#market.book.side(side).lotsAt(tick) === 0);
    const changed = [...now].filter(([tick, lots]) => before.get(tick) !== lots);
    return this.#rows(new Map([...gone.map((tick) => [tick, 0] as const), ...changed]));
  }

  /** By hand, because JSON.stringify would drop the zeros that the checksum counts. */
  #rows(levels: Window): string {
    const row = ([tick, lots]: readonly [number, number]) =>
      `{"price":${this.#market.priceText(tick)},"qty":${this.#market.amountText(lots)}}`;
    return [...levels].map(row).join();
  }

  #frame(type: string, bids: string, asks: string, time: string): string {
    const { symbol } = this.#market;
    return `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${bids}],"asks":[${asks}],"checksum":${this.#checksum()},"timestamp":"${time}"}]}`;
  }

  #checksum(): number {
    const digits = (text: string): string => text.replace('.', '').replace(/^0+/, '');
    let text = '';
    for (const side of ['ask', 'bid'] as const) {
      for (const [tick, lots] of [...this.#told[side]].slice(0, CHECKED_LEVELS)) {
        text += digits(this.#market.priceText(tick)) + digits(this.#market.amountText(lots));
      }
    }
    return crc32(text);
  }
}

/** CRC-32 of IEEE 802.3, bit by bit: slow, plain, and not the library's own, which it checks. */
function crc32(text: string): number {
  let sum = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
