// Stand-in until the batch work is merged: frames only.
import type { BatchRead } from '../client/protocol.js';
import type { Gap } from '../market.js';

export class NameTable {}

export class FrameView {
  readonly #parts: { bytes: Uint8Array; isBinary: boolean; at: number }[] = [];
  constructor(buffer: ArrayBuffer) {
    const view = new DataView(buffer);
    let at = 0;
    while (at < buffer.byteLength) {
      const length = view.getUint32(at, true);
      this.#parts.push({
        isBinary: view.getUint32(at + 4, true) === 1,
        at: view.getFloat64(at + 8, true),
        bytes: new Uint8Array(buffer, at + 16, length),
      });
      at += 16 + length;
    }
  }
  get length(): number {
    return this.#parts.length;
  }
  bytes(index: number): Uint8Array {
    return this.#parts[index]!.bytes;
  }
  text(index: number): string {
    const { buffer, byteOffset, byteLength } = this.bytes(index);
    return Buffer.from(buffer, byteOffset, byteLength).toString();
  }
  isBinary(index: number): boolean {
    return this.#parts[index]!.isBinary;
  }
  receivedAtNs(index: number): number {
    return this.#parts[index]!.at;
  }
}

export class Batch {
  readonly frames: FrameView;
  readonly gaps: readonly Gap[];
  readonly byteLength: number;
  constructor(read: BatchRead, _names: NameTable) {
    this.byteLength = read.buffer.byteLength;
    this.frames = new FrameView(read.buffer);
    this.gaps = read.gaps;
  }
}
