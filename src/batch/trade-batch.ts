// The trades of a batch.
import type { Trade } from '../market.js';
import type { BatchSource } from './batch-source.js';
import { column, flags, header, shapes } from './layout.js';
import { SymbolBatch } from './symbol-batch.js';

/**
 * Trades in columns. Scanning by index makes no object:
 *
 *     const { price, amount, side, symbolIndex, length } = batch.trades;
 *     for (let i = 0; i < length; i++) if (symbolIndex[i] === wanted) volume += price[i] * amount[i];
 *
 * What is safe to keep: see {@link EventBatch}.
 */
export class TradeBatch extends SymbolBatch<Trade> {
  readonly #hasTexts: boolean;

  constructor(source: BatchSource) {
    const hasTexts = source.hasFlag(flags.tradeTexts);
    super(source, shapes.trades, source.offsets.trades, source.count(header.trades), hasTexts);
    this.#hasTexts = hasTexts;
  }

  get price(): Float64Array {
    return this.floatColumn(3);
  }

  get amount(): Float64Array {
    return this.floatColumn(4);
  }

  /** Side of the aggressor: 0 for buy, 1 for sell. */
  get side(): Uint8Array {
    return this.byteColumn(0);
  }

  /** The venue's id of trade `index`. */
  id(index: number): string {
    this.check(index);
    return this.source.text(this.integer(3, index), this.integer(4, index));
  }

  /** The price as the venue wrote it, undefined where it sends numbers. */
  priceText(index: number): string | undefined {
    this.check(index);
    if (!this.#hasTexts) return undefined;
    return this.source.optionalText(this.integer(3, index) + this.integer(4, index), this.integer(5, index));
  }

  /** The amount as the venue wrote it, undefined where it sends numbers. */
  amountText(index: number): string | undefined {
    this.check(index);
    if (!this.#hasTexts) return undefined;
    const priceLength = Math.max(0, this.integer(5, index) - 1);
    const offset = this.integer(3, index) + this.integer(4, index) + priceLength;
    return this.source.optionalText(offset, this.integer(6, index));
  }

  at(index: number): Trade {
    const trade: Trade = {
      topic: this.topic(index),
      symbol: this.symbol(index),
      exchangeTimeMs: this.float(column.exchangeTimeMs, index),
      receivedAtNs: this.float(column.receivedAtNs, index),
      id: this.id(index),
      sequence: this.float(column.sequence, index),
      side: this.byte(0, index) === 0 ? 'buy' : 'sell',
      price: this.float(3, index),
      amount: this.float(4, index),
    };
    return this.#hasTexts ? withTexts(trade, this.priceText(index), this.amountText(index)) : trade;
  }
}

function withTexts(trade: Trade, priceText: string | undefined, amountText: string | undefined): Trade {
  return {
    ...trade,
    ...(priceText === undefined ? {} : { priceText }),
    ...(amountText === undefined ? {} : { amountText }),
  };
}
