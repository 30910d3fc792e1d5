// A text frame that is built once and sent to many: the JSON text, and on demand its bytes with the WebSocket header in front.
// Servers do not mask (RFC 6455, 5.1), so one buffer serves every subscriber.

export class WireFrame {
  #text: string | undefined;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** A frame that exists in its encoded form. */
  static fromEncoded(bytes: Buffer): WireFrame {
    const frame = new WireFrame('');
    frame.#text = undefined;
    frame.#bytes = bytes;
    return frame;
  }

  get text(): string {
    this.#text ??= this.bytes.subarray(headerLengthOf(this.bytes)).toString();
    return this.#text;
  }

  get bytes(): Buffer {
    this.#bytes ??= encodeTextFrame(Buffer.from(this.#text ?? ''));
    return this.#bytes;
  }
}

const finalText = 0x81;

function headerLengthOf(frame: Buffer): number {
  const length = frame[1] ?? 0;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

/** Puts the header of an unfragmented, unmasked, uncompressed text frame before the payload. */
export function encodeTextFrame(payload: Buffer): Buffer {
  const headerLength = payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + payload.length);
  frame[0] = finalText;
  if (headerLength === 2) {
    frame[1] = payload.length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  payload.copy(frame, headerLength);
  return frame;
}
