// Looks at one link's topics at intervals. Time in which this thread stood still, or in which data waits for it in the other thread,
// does not count as silence of the venue.
import { monotonicNs } from '../clock.js';
import type { Batch } from '../batch/batch.js';
import { DataTimes } from './data-times.js';
import { FreshnessJudge, type FreshnessOptions, type FreshnessVerdict, type TopicLook } from './freshness.js';
import type { Link } from './link.js';
import type { Output } from './messages.js';

const LOOKS_PER_LIMIT = 4;
const SHORTEST_PERIOD_MS = 10;
const LONGEST_PERIOD_MS = 1_000;
/** A look that comes later than so many periods says that the thread stood still. */
const LATE_FACTOR = 2;

export interface FreshnessSource {
  readonly link: Link;
  isPrivate(topic: string): boolean;
  tell(verdict: FreshnessVerdict & { readonly kind: 'stalled' | 'recovered' }): void;
}

export class FreshnessWatch {
  readonly #judge: FreshnessJudge;
  readonly #source: FreshnessSource;
  readonly #periodMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lastLookMs = 0;
  readonly #times = new DataTimes();

  constructor(options: FreshnessOptions, source: FreshnessSource) {
    this.#judge = new FreshnessJudge(options);
    this.#source = source;
    const period = this.#judge.shortestMs / LOOKS_PER_LIMIT;
    this.#periodMs = Math.min(LONGEST_PERIOD_MS, Math.max(SHORTEST_PERIOD_MS, period));
  }

  /** Every batch of the link. */
  batch(batch: Batch, epoch: number): void {
    this.#times.note(batch, epoch);
  }

  /** Every output of the link. */
  output(output: Output): void {
    if (output.type === 'emit-status') this.#setReady(output.status.state === 'ready');
    if (output.type !== 'emit-control' || output.message.kind !== 'private') return;
    const { event, receivedAtNs } = output.message;
    this.#times.notePrivate(event.topic, receivedAtNs, this.#source.link.state.epoch);
  }

  /** Looks while the link is READY. */
  #setReady(isReady: boolean): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!isReady || !Number.isFinite(this.#judge.shortestMs)) return;
    this.#lastLookMs = monotonicNs() / 1e6;
    // What has arrived is read between timers and immediates: it comes before the verdict.
    this.#timer = setInterval(() => setImmediate(() => this.#look()), this.#periodMs);
  }

  #look(): void {
    const { link } = this.#source;
    const { connection } = link;
    if (this.#timer === undefined || connection === undefined) return;
    const nowMs = monotonicNs() / 1e6;
    const passedMs = nowMs - this.#lastLookMs;
    this.#lastLookMs = nowMs;
    const isBehind = connection.counters.get('queuedEntries') > 0;
    const counted = isBehind || passedMs > this.#periodMs * LATE_FACTOR ? 0 : passedMs;
    const { topics, epoch } = link.state;
    const wanted = new Set(topics.wanted);
    this.#judge.forget((topic) => wanted.has(topic));
    const looks = topics.confirmed.map((topic) => this.#lookAt(topic, epoch));
    for (const verdict of this.#judge.look(epoch, looks, counted)) this.#act(verdict, epoch);
  }

  #lookAt(topic: string, epoch: number): TopicLook {
    const isPrivate = this.#source.isPrivate(topic);
    return { topic, dataAtNs: this.#times.of(topic, epoch), isPrivate };
  }

  #act(verdict: FreshnessVerdict, epoch: number): void {
    const { kind, topic, silentMs } = verdict;
    if (kind === 'stalled' || kind === 'recovered') this.#source.tell({ ...verdict, kind });
    else this.#source.link.input({ type: 'topic-silent', epoch, topic, silentMs, isRenewed: kind === 'end' });
  }
}
