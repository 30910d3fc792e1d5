// Batches for those who pull: a queue that holds the thread's credit back while it is full, so it stays short whatever the feed does.
import type { Batch } from '../batch/batch.js';
import { gapBatch } from '../batch/gap-batch.js';
import type { Gap } from '../market.js';

/** Batches that may wait before the thread is made to collect. */
const MAX_WAITING = 2;

/** Gaps that may wait in one batch; a consumer that is further behind loses the oldest. */
const MAX_GAPS = 10_000;

interface Waiting {
  readonly batch: Batch;
  taken(): void;
}

export class BatchQueue implements AsyncIterableIterator<Batch> {
  readonly #waiting: Waiting[] = [];
  readonly #ended: () => void;
  #pull: ((result: IteratorResult<Batch>) => void) | undefined;
  #isOver = false;

  /** `ended` is called once, when the consumer stops or the source ends. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Settles when there is room for more. */
  push(batch: Batch): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    if (this.#pull !== undefined) {
      this.#pull({ done: false, value: batch });
      this.#pull = undefined;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push({ batch, taken: resolve });
      if (this.#waiting.length < MAX_WAITING) resolve();
    });
  }

  /** Gaps between two connections. They wait without holding anything back, all in one batch if need be, so they stay few. */
  pushGaps(gaps: readonly Gap[]): void {
    if (this.#isOver) return;
    const last = this.#waiting.at(-1);
    if (this.#pull !== undefined || last === undefined || last.batch.length > 0) {
      void this.push(gapBatch(gaps));
      return;
    }
    last.taken();
    const kept = [...last.batch.gaps, ...gaps].slice(-MAX_GAPS);
    this.#waiting[this.#waiting.length - 1] = { batch: gapBatch(kept), taken: () => undefined };
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pull?.({ done: true, value: undefined });
    this.#pull = undefined;
    for (const { taken } of this.#waiting) taken();
    this.#ended();
  }

  next(): Promise<IteratorResult<Batch>> {
    const first = this.#waiting.shift();
    if (first !== undefined) {
      first.taken();
      return Promise.resolve({ done: false, value: first.batch });
    }
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    if (this.#pull !== undefined)
      return Promise.reject(new TypeError('next() was called again before it settled'));
    return new Promise((resolve) => {
      this.#pull = resolve;
    });
  }

  return(): Promise<IteratorResult<Batch>> {
    this.#waiting.splice(0).forEach(({ taken }) => {
      taken();
    });
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
