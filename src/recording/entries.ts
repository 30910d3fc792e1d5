// What a reader of a recording gets: frames, and the marks between them.
import type { Anchor } from './block-layout.js';
import type { HttpRecord, HttpSubject } from './http-record.js';
import type { LifeSubject } from './protocol.js';
import { recordFlags, recordKinds, type RecordView } from './record-layout.js';

/** What every entry tells. */
export interface EntryBase {
  /** Which life of which connection: a number of the recording's own, from 1; 0 where none is meant. The entry `open` says more. */
  readonly life: number;
  /** Nanoseconds on the monotonic clock of the machine that recorded. Frames of one socket read have the same. */
  readonly atNs: number;
  /** Milliseconds since the Unix epoch on its wall clock. */
  readonly wallMs: number;
}

/** A frame as it was on the wire, but for secrets. */
export interface RecordedFrame extends EntryBase {
  readonly kind: 'frame';
  readonly direction: 'received' | 'sent';
  readonly isBinary: boolean;
  /** True where secrets were taken out. */
  readonly isRedacted: boolean;
  /** A view that stays valid. */
  readonly data: Buffer;
}

/** A connection is open. */
export interface RecordedOpen extends EntryBase {
  readonly kind: 'open';
  readonly subject: LifeSubject;
  /** True at the beginning of a later file: it has been open before. */
  readonly isContinued: boolean;
}

/** A connection's thread has ended. */
export interface RecordedExit extends EntryBase {
  readonly kind: 'exit';
  readonly subject: LifeSubject;
  /** From the closed list of exits, see docs/errors.md. */
  readonly code: string;
  readonly reason: string;
}

/**
 * Something is missing. In the recording: `overflow` (the disk was too slow), `write-failed` (it refused), `thread-ended` (the thread was
 * terminated with frames in its hands); then `frames` says how many. Or in what the bot was told, with the gap's own reason.
 */
export interface RecordedGap extends EntryBase {
  readonly kind: 'gap';
  readonly reason: string;
  /** Frames that are not in the recording; undefined for gaps that the bot was told, which lack nothing here. */
  readonly frames: number | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * An HTTP call and its answer, at the time of the answer. Its headers and its own body are never in a recording. A call of a connection's
 * thread (the snapshot of a book) has that connection's `life`; one of the adapter itself (a login) has `life` 0 and a `subject`.
 */
export interface RecordedHttpCall extends EntryBase {
  readonly kind: 'http';
  readonly subject: HttpSubject | undefined;
  readonly method: 'GET' | 'POST';
  /** Path, and query where the call carried neither headers nor a body. */
  readonly path: string;
  /** Undefined where the server did not answer. */
  readonly status: number | undefined;
  /** Bytes of the answer's body as it came. */
  readonly bytes: number;
  /** From the call to the end of its answer, in ms. */
  readonly tookMs: number;
  /** The answer's body. */
  readonly body: string;
  /** True where secrets were taken out. */
  readonly isRedacted: boolean;
}

/** One entry of a recording. */
export type RecordedEntry = RecordedFrame | RecordedOpen | RecordedExit | RecordedGap | RecordedHttpCall;

/** Undefined for records that mean nothing to a reader. */
export function entryOf(record: RecordView, anchor: Anchor): RecordedEntry | undefined {
  const { kind, life, atNs, payload } = record;
  const base = { life, atNs, wallMs: anchor.wallMs + (atNs - anchor.monotonicNs) / 1e6 };
  if (kind >= recordKinds.receivedText && kind <= recordKinds.sentBinary) return frameOf(record, base);
  if (kind === recordKinds.open) {
    const { isContinued, ...subject } = JSON.parse(payload.toString()) as LifeSubject & {
      isContinued?: boolean;
    };
    return { ...base, kind: 'open', subject, isContinued: isContinued === true };
  }
  if (kind === recordKinds.exit) {
    const { code, reason, ...subject } = JSON.parse(payload.toString()) as LifeSubject & {
      code: string;
      reason: string;
    };
    return { ...base, kind: 'exit', subject, code, reason };
  }
  if (kind === recordKinds.gap) {
    const detail = JSON.parse(payload.toString()) as { readonly reason: string; readonly frames?: number };
    return { ...base, kind: 'gap', reason: detail.reason, frames: detail.frames, detail };
  }
  if (kind === recordKinds.http) return httpOf(record, base);
  return undefined;
}

function httpOf({ flags, payload }: RecordView, base: EntryBase): RecordedHttpCall {
  const { name, exchange, socket, status, ...rest } = JSON.parse(payload.toString()) as HttpRecord;
  const origin = {
    ...(exchange === undefined ? {} : { exchange }),
    ...(socket === undefined ? {} : { socket }),
  };
  const subject = name === undefined ? undefined : { name, ...origin };
  const isRedacted = (flags & recordFlags.redacted) !== 0;
  return { ...base, kind: 'http', subject, status, isRedacted, ...rest };
}

function frameOf({ kind, flags, payload }: RecordView, base: EntryBase): RecordedFrame {
  const isReceived = kind === recordKinds.receivedText || kind === recordKinds.receivedBinary;
  return {
    ...base,
    kind: 'frame',
    direction: isReceived ? 'received' : 'sent',
    isBinary: kind === recordKinds.receivedBinary || kind === recordKinds.sentBinary,
    isRedacted: (flags & recordFlags.redacted) !== 0,
    data: payload,
  };
}
