// The best bids and asks of a batch.
import type { Quote } from '../market.js';
import type { BatchSource } from './batch-source.js';
import { column, header, shapes } from './layout.js';
import { SymbolBatch } from './symbol-batch.js';

/** Quotes in columns. A side that is empty has price NaN and amount 0. What is safe to keep: see {@link EventBatch}. */
export class QuoteBatch extends SymbolBatch<Quote> {
  constructor(source: BatchSource) {
    super(source, shapes.quotes, source.offsets.quotes, source.count(header.quotes));
  }

  get bidPrice(): Float64Array {
    return this.floatColumn(3);
  }

  get bidAmount(): Float64Array {
    return this.floatColumn(4);
  }

  get askPrice(): Float64Array {
    return this.floatColumn(5);
  }

  get askAmount(): Float64Array {
    return this.floatColumn(6);
  }

  at(index: number): Quote {
    return {
      topic: this.topic(index),
      symbol: this.symbol(index),
      exchangeTimeMs: this.float(column.exchangeTimeMs, index),
      receivedAtNs: this.float(column.receivedAtNs, index),
      sequence: this.float(column.sequence, index),
      bidPrice: this.float(3, index),
      bidAmount: this.float(4, index),
      askPrice: this.float(5, index),
      askAmount: this.float(6, index),
    };
  }
}
