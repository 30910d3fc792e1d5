// What the recorder's thread does with a batch before it goes into a block: counts it, and takes the secrets out. A batch without
// anything suspicious, which is nearly every one of market data, is looked at once as a whole and goes on as it came.
import type { Records } from './recording-writer.js';
import { recordFlags, recordKinds, recordOf, recordsIn, type RecordView } from './record-layout.js';
import type { Redaction } from './redaction.js';

/** How long after a login its answer is looked for. */
const ANSWER_WINDOW_NS = 60e9;
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
      if (kind === recordKinds.sentText || kind === recordKinds.sentBinary) isPlain = false;
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
    if ((flags & recordFlags.secret) !== 0) {
      this.#login = { id: idPattern.exec(text)?.[0], untilNs: atNs + ANSWER_WINDOW_NS };
      // Without a form that is known nothing of it is kept.
      return /^\s*[[{]/.test(text) ? redaction.cleanLogin(text) : '***';
    }
    if (kind === recordKinds.sentText || kind === recordKinds.sentBinary) return redaction.clean(text);
    if (kind !== recordKinds.receivedText) return text;
    if (this.#answersLogin(text, atNs)) return redaction.cleanLoginAnswer(text);
    return redaction.mayHold(text) ? redaction.clean(text) : text;
  }

  /** Venues without ids answer with a frame that has no id either: the first that is not clearly something else. */
  #answersLogin(text: string, atNs: number): boolean {
    const login = this.#login;
    if (login === undefined) return false;
    if (atNs > login.untilNs) {
      this.#login = undefined;
      return false;
    }
    const isAnswer = login.id === undefined || text.includes(login.id);
    if (isAnswer) this.#login = undefined;
    return isAnswer;
  }
}
