// One subscribed connection of a load generator: writes pre-built frames to the raw socket, in large chunks where it floods.
import type { Socket } from 'node:net';
import { type BuiltFrames, frameOf } from './frames.js';
import { writeStamp } from './stamp.js';

/** What may wait in this process for a peer that does not read; a venue would have dropped it by then. */
const MOST_WAITING = 256 * 1024 * 1024;
const PONG_PAYLOAD = Buffer.from('load');

export class Feed {
  framesDue = 0;
  framesSent = 0;
  pings = 0;
  pongs = 0;
  lastPongAt = performance.now();
  isStarted = false;
  isLost = false;
  readonly #socket: Socket;
  readonly #frames: BuiltFrames;
  #next = 0;

  constructor(socket: Socket, frames: BuiltFrames) {
    this.#socket = socket;
    this.#frames = frames;
  }

  /** Sends without end, as fast as the peer reads. */
  flood(): void {
    const { bytes, starts } = this.#frames;
    const write = (): void => {
      do this.framesSent += starts.length - 1;
      while (!this.isLost && this.#socket.write(bytes));
    };
    this.#socket.on('drain', write);
    write();
  }

  /** Sends this many frames in one write, each with the time of now. */
  send(count: number): void {
    this.framesDue += count;
    if (this.isLost || this.#socket.writableLength > MOST_WAITING) return;
    const { starts } = this.#frames;
    for (let left = count; left > 0; ) {
      const end = Math.min(this.#next + left, starts.length - 1);
      this.#sendRange(this.#next, end);
      left -= end - this.#next;
      this.#next = end === starts.length - 1 ? 0 : end;
    }
    this.framesSent += count;
  }

  #sendRange(start: number, end: number): void {
    const { bytes, starts, stamps } = this.#frames;
    const from = starts[start]!;
    // A copy: the socket may hold what it is given for longer than until the next stamp.
    const chunk = Buffer.from(bytes.subarray(from, starts[end]));
    for (let frame = start; frame < end; frame += 1) writeStamp(chunk, stamps[frame]! - from);
    this.#socket.write(chunk);
  }

  /** Pings; drops the peer that has not answered for too long. Returns whether it did. */
  beat(limitMs: number): boolean {
    if (this.isLost) return false;
    if (performance.now() - this.lastPongAt > limitMs) {
      this.drop();
      return true;
    }
    this.pings += 1;
    this.#socket.write(frameOf(0x9, PONG_PAYLOAD));
    return false;
  }

  drop(): void {
    this.isLost = true;
    this.#socket.destroy();
  }

  pong(): void {
    this.pongs += 1;
    this.lastPongAt = performance.now();
  }
}
