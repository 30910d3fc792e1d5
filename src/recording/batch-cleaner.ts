// What the recorder's thread does with a batch before it goes into a block: counts it, and takes the secrets out. A batch without
// anything suspicious, which is nearly every one of market data, is looked at once as a whole and goes on as it came.
import { cleanHttpRecord, type HttpRecord } from './http-record.js';
import type { Records } from './recording-writer.js';
import { recordFlags, recordKinds, recordOf, recordsIn, type RecordView } from './record-layout.js';
import type { Redaction } from './redaction.js';

/** How long after a login its answer is looked for. */
const ANSWER_WINDOW_NS = 60e9;
const ANSWER_WITHIN = 1000;
const loginWords = /auth|log_?[io]n|request|success|subscri/i;
const idPattern = /"(?:id|req_?id|request_?id)"\s*:\s*(?:"[^"]*"|-?\d+)/i;

export interface CleanedBatch extends Records {
  /** Frames that the connection's thread had to leave out, told by gaps in the batch. */
  readonly lost: number;
  /** JSON of the record that says that the connection is open, where it is in the batch. */
  readonly opened: string | undefined;
}

interface Login {
  /** The id as it stands in the frame, undefined for venues without ids. */
  readonly id: string | undefined;
  readonly untilNs: number;
  /** Frames that came since. */
  frames: number;
}

/** Cleans the batches of one life. */
export class BatchCleaner {
  readonly #redaction: Redaction;
  #login: Login | undefined;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  clean(bytes: Buffer): CleanedBatch {
    let [records, frames, lost, firstNs, lastNs] = [0, 0, 0, 0, 0];
    let opened: string | undefined;
    let isPlain = true;
    for (const { kind, atNs, payload } of recordsIn(bytes)) {
      if (records === 0) firstNs = atNs;
      lastNs = atNs;
      records += 1;
      if (kind <= recordKinds.sentBinary) frames += 1;
      if (kind === recordKinds.open) opened = payload.toString();
      if (kind === recordKinds.gap) lost += (JSON.parse(payload.toString()) as { frames: number }).frames;
      if (kind === recordKinds.sentText || kind === recordKinds.sentBinary || kind === recordKinds.http)
        isPlain = false;
    }
    isPlain &&= this.#login === undefined && !this.#redaction.mayHold(bytes.toString('latin1'));
    return { bytes: isPlain ? bytes : this.#cleaned(bytes), records, frames, lost, firstNs, lastNs, opened };
  }

  #cleaned(bytes: Buffer): Buffer {
    return Buffer.concat([...recordsIn(bytes)].map((record) => this.#cleanRecord(record)));
  }

  #cleanRecord(record: RecordView): Buffer {
    const { kind, life, atNs, payload } = record;
    const text = kind === recordKinds.open ? undefined : payload.toString();
    const clean = text === undefined ? undefined : this.#cleanText(record, text);
    if (clean === undefined || clean === text) return recordOf({ kind, flags: 0, life, atNs }, payload);
    return recordOf({ kind, flags: recordFlags.redacted, life, atNs }, clean);
  }

  #cleanText({ kind, flags, atNs }: RecordView, text: string): string {
    const redaction = this.#redaction;
    if (kind === recordKinds.http) return cleanHttp(redaction, text, (flags & recordFlags.secret) !== 0);
    if ((flags & recordFlags.secret) !== 0) {
      this.#login = { id: idPattern.exec(text)?.[0], untilNs: atNs + ANSWER_WINDOW_NS, frames: 0 };
      // Without a form that is known nothing of it is kept.
      return /^\s*[[{]/.test(text) ? redaction.cleanLogin(text) : '***';
    }
    if (kind === recordKinds.sentText || kind === recordKinds.sentBinary) return redaction.clean(text);
    if (kind !== recordKinds.receivedText) return text;
    if (this.#answersLogin(text, atNs)) return redaction.cleanLoginAnswer(text);
    return redaction.mayHold(text) ? redaction.clean(text) : text;
  }

  #answersLogin(text: string, atNs: number): boolean {
    const login = this.#login;
    if (login === undefined) return false;
    login.frames += 1;
    if (atNs > login.untilNs || login.frames > ANSWER_WITHIN) {
      this.#login = undefined;
      return false;
    }
    // Venues without ids repeat what they were asked, or say that it was a login.
    if (login.id === undefined) return loginWords.test(text);
    const isAnswer = text.includes(login.id);
    if (isAnswer) this.#login = undefined;
    return isAnswer;
  }
}

/** The same text where nothing was taken out. */
function cleanHttp(redaction: Redaction, text: string, isKeyed: boolean): string {
  return JSON.stringify(cleanHttpRecord(redaction, JSON.parse(text) as HttpRecord, isKeyed));
}
