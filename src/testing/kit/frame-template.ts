// A frame with numbers that change and a length that does not: copying bytes and writing digits is far cheaper than JSON.
import { WireFrame } from './wire-frame.js';

interface Slot {
  readonly name: string;
  /** Offsets in the encoded frame: a number may stand in several places. */
  readonly at: number;
  readonly width: number;
}

const zero = 48;

/** The digits to look for must be distinct and as wide as every number that will replace them. */
export class FrameTemplate {
  readonly #bytes: Buffer;
  readonly #slots: readonly Slot[];

  constructor(text: string, examples: Readonly<Record<string, number>>) {
    this.#bytes = Buffer.from(new WireFrame(text).bytes);
    this.#slots = Object.entries(examples).flatMap(([name, example]) => {
      const digits = String(example);
      const at = this.#bytes.indexOf(digits);
      return at === -1 ? [] : [{ name, at, width: digits.length }];
    });
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Writes the frame into a buffer at an offset. */
  render(target: Buffer, offset: number, values: Readonly<Record<string, number>>): void {
    this.#bytes.copy(target, offset);
    for (const { name, at, width } of this.#slots) {
      let rest = values[name] ?? 0;
      for (let digit = width - 1; digit >= 0; digit--) {
        const next = Math.floor(rest / 10);
        target[offset + at + digit] = zero + (rest - next * 10);
        rest = next;
      }
    }
  }
}
