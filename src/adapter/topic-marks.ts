// How far every stream of every topic has been delivered.
import { StreamMark } from './stream-marks.js';

interface TopicEntry {
  lastSequence: number;
  readonly marks: Map<string, StreamMark>;
}

export class TopicMarks {
  readonly #topics = new Map<string, TopicEntry>();

  /** A topic has one stream for each kind of event and symbol. */
  mark(topic: string, kind: string, symbol: string): StreamMark {
    const entry: TopicEntry = this.#topics.get(topic) ?? { lastSequence: Number.NaN, marks: new Map() };
    this.#topics.set(topic, entry);
    const known = entry.marks.get(`${kind} ${symbol}`);
    if (known !== undefined) return known;
    const mark = new StreamMark();
    for (const [stream, other] of entry.marks) {
      if (stream.startsWith(`${kind} `)) mark.isAlone = other.isAlone = false;
    }
    entry.marks.set(`${kind} ${symbol}`, mark);
    return mark;
  }

  note(topic: string, sequence: number): void {
    if (Number.isNaN(sequence)) return;
    const entry = this.#topics.get(topic);
    if (entry !== undefined) entry.lastSequence = sequence;
  }

  /** The last sequence delivered; undefined where there was none, or the venue does not number. */
  lastSequence(topic: string): number | undefined {
    const last = this.#topics.get(topic)?.lastSequence ?? Number.NaN;
    return Number.isNaN(last) ? undefined : last;
  }

  /** Whether an event of the topic can be seen to follow, or to have been delivered. */
  tellsApart(topic: string): boolean {
    for (const mark of this.#topics.get(topic)?.marks.values() ?? []) if (mark.tellsApart) return true;
    return false;
  }

  /** Whether something of it was delivered that says what comes next: then its first event proves more than any silence. */
  saysNext(topic: string): boolean {
    if (this.lastSequence(topic) === undefined) return false;
    for (const [stream, mark] of this.#topics.get(topic)?.marks ?? []) {
      if (!stream.startsWith('quotes ') && !Number.isNaN(mark.number)) return true;
    }
    return false;
  }

  /** Whether events of this kind have come. */
  has(topic: string, kind: string): boolean {
    return [...(this.#topics.get(topic)?.marks.keys() ?? [])].some((stream) => stream.startsWith(`${kind} `));
  }

  /** Whether another connection than this one delivered its books or messages last. */
  isOwnedByOther(topic: string, epoch: number): boolean {
    return [...(this.#topics.get(topic)?.marks ?? [])].some(
      ([stream, { owner }]) => /^(?:books|messages) /.test(stream) && owner !== 0 && owner !== epoch,
    );
  }

  /** The topic's streams were cut, and a gap told. */
  reset(topic: string): void {
    for (const mark of this.#topics.get(topic)?.marks.values() ?? []) mark.reset();
  }

  /** The topic's books begin anew with whatever snapshot comes next. False where it has none. */
  resetBooks(topic: string): boolean {
    const marks = [...(this.#topics.get(topic)?.marks ?? [])].filter(([stream]) =>
      stream.startsWith('books '),
    );
    for (const [, mark] of marks) mark.reset();
    return marks.length > 0;
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
  }
}
