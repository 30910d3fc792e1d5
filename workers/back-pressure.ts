// Policy `pause`: while the market lane is full the socket is not read, so that TCP holds the venue back and nothing is dropped.
import type { MarketLane } from '../src/batch/lane.js';
import type { QueueBounds } from '../src/client/protocol.js';

/** A paused socket answers no ping and does not notice its peer's end, so it is looked at now and then whatever waits. */
const LONGEST_PAUSE_MS = 250;

export interface PausableSocket {
  pause(): void;
  resume(): void;
}

export interface BackPressureOptions {
  readonly socket: PausableSocket;
  readonly lane: Pick<MarketLane, 'entries' | 'bytes'>;
  readonly bounds: QueueBounds;
}

export class BackPressure {
  readonly #options: BackPressureOptions;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: BackPressureOptions) {
    this.#options = options;
  }

  get isPaused(): boolean {
    return this.#pause !== undefined;
  }

  /** To be called after each read and each credit. */
  look(): void {
    if (this.isPaused) {
      // Half of it free is worth a start; at each free place the socket would stutter.
      if (!this.#holds(0.5)) this.end();
    } else if (this.#holds(1)) {
      this.#options.socket.pause();
      this.#pause = setTimeout(() => this.end(), LONGEST_PAUSE_MS);
    }
  }

  /** Lets the socket be read again. */
  end(): void {
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#options.socket.resume();
  }

  #holds(share: number): boolean {
    const { lane, bounds } = this.#options;
    return lane.entries >= bounds.maxEntries * share || lane.bytes >= bounds.maxBytes * share;
  }
}
