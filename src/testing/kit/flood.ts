// Load: many well-formed, consecutive frames per second at little cost, the same bytes for every listener of a topic.
import type { Connection } from './connection.js';
import { WireFrame } from './wire-frame.js';

/** How heavy a flood is, and on which topics. */
export interface FloodOptions {
  /** Frames per real second and topic. */
  readonly framesPerSecond: number;
  /** Topics to flood; default: every one that can be and has a listener. */
  readonly topics?: readonly string[] | undefined;
  /** Ends by itself after so many frames per topic. Default: until it is stopped. */
  readonly framesPerTopic?: number | undefined;
}

/** A topic that can be flooded. */
export interface FloodSource {
  readonly topic: string;
  readonly listeners: Iterable<Connection>;
  /** Bytes of one encoded frame. */
  readonly frameLength: number;
  /** Writes the next frame and returns its sequence number. */
  renderNext(target: Buffer, offset: number): number;
  /** The flood is over. */
  finish(): void;
}

const tickMs = 2;
const mostPerTick = 5000;
/** While a listener has more than this unsent, nothing is added: the slowest healthy reader sets the pace. */
const highWaterBytes = 1024 * 1024;

export class Flood {
  readonly #sources: readonly FloodSource[];
  readonly #options: FloodOptions;
  readonly #onEnd: () => void;
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #owed = 0;
  #sent = 0;

  constructor(sources: readonly FloodSource[], options: FloodOptions, onEnd: () => void) {
    if (!(options.framesPerSecond > 0)) {
      throw new TypeError(`framesPerSecond must be above 0, got ${options.framesPerSecond}`);
    }
    this.#sources = sources;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const source of this.#sources) source.finish();
    this.#onEnd();
  }

  #tick(): void {
    const now = performance.now();
    this.#owed = Math.min(
      mostPerTick,
      this.#owed + ((now - this.#last) / 1000) * this.#options.framesPerSecond,
    );
    this.#last = now;
    if (this.#isCongested()) return;
    const left = (this.#options.framesPerTopic ?? Number.POSITIVE_INFINITY) - this.#sent;
    const count = Math.min(left, Math.floor(this.#owed));
    if (count > 0) {
      this.#owed -= count;
      this.#sent += count;
      for (const source of this.#sources) send(source, count);
    }
    if (count >= left) this.stop();
  }

  #isCongested(): boolean {
    for (const { listeners } of this.#sources) {
      for (const listener of listeners) {
        if (listener.isPlain && listener.bufferedBytes > highWaterBytes) return true;
      }
    }
    return false;
  }
}

function send(source: FloodSource, count: number): void {
  const { frameLength, topic } = source;
  const bytes = Buffer.allocUnsafe(frameLength * count);
  const sequences: number[] = [];
  for (let index = 0; index < count; index++) sequences.push(source.renderNext(bytes, index * frameLength));
  for (const listener of source.listeners) {
    if (listener.isPlain && !listener.recordsEvents) {
      listener.writeEncoded(bytes, count);
      continue;
    }
    for (const [index, sequence] of sequences.entries()) {
      const frame = WireFrame.fromEncoded(bytes.subarray(index * frameLength, (index + 1) * frameLength));
      listener.event(topic, frame, sequence);
    }
  }
}
