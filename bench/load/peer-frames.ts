// Reads the few frames that a client sends to a load generator: masked, small, not split over fragments.

export interface PeerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export class PeerFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes a chunk and returns the frames that are whole now. */
  push(chunk: Buffer): PeerFrame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: PeerFrame[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): PeerFrame | undefined {
    const bytes = this.#rest;
    if (bytes.length < 2) return undefined;
    const short = bytes[1]! & 127;
    const header = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < header + 4) return undefined;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < header + 4 + length) return undefined;
    const mask = bytes.subarray(header, header + 4);
    const payload = Buffer.from(bytes.subarray(header + 4, header + 4 + length));
    for (let at = 0; at < length; at += 1) payload[at]! ^= mask[at & 3]!;
    this.#rest = bytes.subarray(header + 4 + length);
    return { opcode: bytes[0]! & 15, payload };
  }
}
