// Numbers about a recording that all threads see, in one SharedArrayBuffer: how much waits for the disk, and what became of the frames.

const slots = { queuedKib: 0, lostFrames: 1 } as const;
const numbers = {
  recordedFrames: 0,
  writtenBytes: 1,
  rawBytes: 2,
  files: 3,
  syncs: 4,
  lastSyncNs: 5,
  syncedFrames: 6,
} as const;
const INTEGER_BYTES = 16;

export type RecorderFigure = keyof typeof numbers;

export class RecorderFigures {
  readonly buffer: SharedArrayBuffer;
  readonly #integers: Int32Array;
  readonly #numbers: Float64Array;

  constructor(buffer = new SharedArrayBuffer(INTEGER_BYTES + Object.keys(numbers).length * 8)) {
    this.buffer = buffer;
    this.#integers = new Int32Array(buffer, 0, INTEGER_BYTES / 4);
    this.#numbers = new Float64Array(buffer, INTEGER_BYTES);
  }

  /** Bytes on their way to the recorder, of all connections; counted in whole KiB, so that 2 TiB fit. */
  get queuedBytes(): number {
    return Atomics.load(this.#integers, slots.queuedKib) * 1024;
  }

  queue(bytes: number): void {
    Atomics.add(this.#integers, slots.queuedKib, kib(bytes));
  }

  unqueue(bytes: number): void {
    Atomics.sub(this.#integers, slots.queuedKib, kib(bytes));
  }

  /** Frames that are missing in the recording; each is part of a gap in it. */
  get lostFrames(): number {
    return Atomics.load(this.#integers, slots.lostFrames);
  }

  lose(frames: number): void {
    Atomics.add(this.#integers, slots.lostFrames, frames);
  }

  /** Written by the recorder's thread only. */
  get(name: RecorderFigure): number {
    return this.#numbers[numbers[name]]!;
  }

  set(name: RecorderFigure, value: number): void {
    this.#numbers[numbers[name]] = value;
  }

  add(name: RecorderFigure, by: number): void {
    this.#numbers[numbers[name]]! += by;
  }
}

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
