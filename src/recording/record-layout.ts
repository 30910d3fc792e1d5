// How one record lies in memory and in a block: a fixed header, then the payload. Written in the connection's thread, copied as it is
// by the recorder, read by whoever opens a recording. docs/recording.md describes the same for other languages.

/** What a record is, by number. Numbers are part of the file format: never given anew. */
export const recordKinds = {
  receivedText: 1,
  receivedBinary: 2,
  sentText: 3,
  sentBinary: 4,
  /** JSON: a connection is open. */
  open: 5,
  /** JSON: a connection's thread has ended. */
  exit: 6,
  /** JSON: something can be missing. */
  gap: 7,
  /** JSON: the wall clock beside the monotonic one. */
  anchor: 8,
  /** JSON: an HTTP call and its answer. */
  http: 9,
} as const;

/** Bits of a record's flags. */
export const recordFlags = {
  /** Secrets were taken out: the payload is not what was on the wire. */
  redacted: 1,
  /** On the way to the recorder only: the whole frame is a login, or the HTTP call carried keys. */
  secret: 2,
} as const;

export const RECORD_HEADER_BYTES = 18;

export interface RecordHeader {
  readonly kind: number;
  readonly flags: number;
  /** Which life of which connection: rises by one for each, from 1. 0: the recording itself. */
  readonly life: number;
  /** Nanoseconds on the machine's monotonic clock. */
  readonly atNs: number;
}

export function writeHeader(target: Buffer, at: number, header: RecordHeader, payloadBytes: number): void {
  target.writeUInt32LE(payloadBytes, at);
  target.writeUInt32LE(header.life, at + 4);
  target.writeDoubleLE(header.atNs, at + 8);
  target.writeUInt8(header.kind, at + 16);
  target.writeUInt8(header.flags, at + 17);
}

/** One whole record. */
export function recordOf(header: RecordHeader, payload: string | Uint8Array): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + bytes.byteLength);
  writeHeader(record, 0, header, bytes.byteLength);
  record.set(bytes, RECORD_HEADER_BYTES);
  return record;
}

export interface RecordView extends RecordHeader {
  /** A view, not a copy. */
  readonly payload: Buffer;
}

/** The records of a block or a batch, in order. @throws Error where they do not fill it exactly. */
export function* recordsIn(bytes: Buffer): Generator<RecordView, void, undefined> {
  let at = 0;
  while (at < bytes.length) {
    const end = recordEnd(bytes, at);
    yield {
      life: bytes.readUInt32LE(at + 4),
      atNs: bytes.readDoubleLE(at + 8),
      kind: bytes.readUInt8(at + 16),
      flags: bytes.readUInt8(at + 17),
      payload: bytes.subarray(at + RECORD_HEADER_BYTES, end),
    };
    at = end;
  }
}

/** Where the record that begins here ends. @throws Error where that is outside. */
export function recordEnd(bytes: Buffer, at: number): number {
  const end =
    at + RECORD_HEADER_BYTES <= bytes.length ? at + RECORD_HEADER_BYTES + bytes.readUInt32LE(at) : Infinity;
  if (end > bytes.length) throw new Error(`a record at byte ${at} reaches beyond the end of its block`);
  return end;
}
