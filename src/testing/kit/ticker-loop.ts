// Turns a rate into steps: one timer, as many steps as are due, and never more than a bounded number to catch up.

const tickMs = 5;
const mostCatchUpMs = 100;

export class TickerLoop {
  readonly #perSecond: number;
  readonly #step: () => void;
  #timer: NodeJS.Timeout | undefined;
  #owed = 0;
  #last = 0;

  constructor(perSecond: number, step: () => void) {
    this.#perSecond = perSecond;
    this.#step = step;
  }

  start(): void {
    if (this.#timer !== undefined || this.#perSecond <= 0) return;
    this.#last = performance.now();
    this.#owed = 0;
    this.#timer = setInterval(() => this.#tick(), Math.max(tickMs, Math.min(1000 / this.#perSecond, 1000)));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = performance.now();
    const most = Math.max(1, (mostCatchUpMs / 1000) * this.#perSecond);
    this.#owed = Math.min(most, this.#owed + ((now - this.#last) / 1000) * this.#perSecond);
    this.#last = now;
    while (this.#owed >= 1) {
      this.#owed -= 1;
      this.#step();
    }
  }
}
