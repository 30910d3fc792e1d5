// Judges which topics have gone silent, on their own data only: heartbeats prove that the peer lives, not that it serves.
// Pure: told what data came and how much time counts, it says what to do. First the topic is subscribed anew, then the connection ends.

/** Quiet is normal for many topics, so nothing is judged that was not asked for. Times in ms. */
export interface FreshnessOptions {
  /** From a topic's confirmation to its first data, for topics that need no login. Left out: as `staleMs`. */
  readonly firstDataMs?: number;
  /**
   * Between two data of a topic: one number for all topics of market data, or numbers by topic. Left out: not judged. A topic that needs
   * a login may be the account's own and quiet for days: the one number holds for it only from its first market data on.
   * Choose it well above the longest natural pause of the topic.
   */
  readonly staleMs?: number | Readonly<Record<string, number>>;
}

/** A topic that is confirmed, and when its last data of this epoch was received. */
export interface TopicLook {
  readonly topic: string;
  /** Nanoseconds; undefined while it brought nothing in this epoch. */
  readonly dataAtNs: number | undefined;
  readonly isPrivate: boolean;
}

/** A topic that has been without data for longer than it may, or has data again. */
export interface TopicSilence {
  readonly topic: string;
  /** Milliseconds without data that count: those in which this process was able to see some. */
  readonly silentMs: number;
}

export type FreshnessVerdict =
  | (TopicSilence & { readonly kind: 'stalled' | 'recovered' })
  /** To be subscribed anew. */
  | (TopicSilence & { readonly kind: 'renew' })
  /** The new subscription did not help. */
  | (TopicSilence & { readonly kind: 'end' });

interface Entry {
  dataAtNs: number | undefined;
  /** Counted since the last data. */
  silentMs: number;
  /** Counted since the last data or repair. */
  waitedMs: number;
  isStalled: boolean;
  isRenewed: boolean;
}

export class FreshnessJudge {
  readonly #options: FreshnessOptions;
  readonly #entries = new Map<string, Entry>();
  #epoch = 0;

  constructor(options: FreshnessOptions) {
    this.#options = options;
  }

  /** Shortest time that anything is judged by; Infinity where nothing is. */
  get shortestMs(): number {
    const { firstDataMs = Number.POSITIVE_INFINITY, staleMs = Number.POSITIVE_INFINITY } = this.#options;
    const all = typeof staleMs === 'number' ? [staleMs] : Object.values(staleMs);
    return Math.min(firstDataMs, ...all);
  }

  /** `passedMs`: time since the last look in which data could have been seen. Topics that are not in the list are not judged. */
  look(epoch: number, topics: readonly TopicLook[], passedMs: number): readonly FreshnessVerdict[] {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    return topics.flatMap((look) => this.#judge(look, passedMs));
  }

  /** Topics that are not wanted any more. */
  forget(isWanted: (topic: string) => boolean): void {
    for (const topic of this.#entries.keys()) if (!isWanted(topic)) this.#entries.delete(topic);
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    for (const entry of this.#entries.values())
      Object.assign(entry, { dataAtNs: undefined, waitedMs: 0, isRenewed: false });
  }

  #judge(look: TopicLook, passedMs: number): readonly FreshnessVerdict[] {
    const { topic, dataAtNs } = look;
    const entry = this.#entryOf(topic);
    if (dataAtNs !== entry.dataAtNs) return this.#fresh(topic, entry, dataAtNs);
    entry.silentMs += passedMs;
    entry.waitedMs += passedMs;
    if (entry.waitedMs < this.#limitOf(look)) return [];
    const { silentMs } = entry;
    const isFirst = !entry.isStalled;
    const kind = entry.isRenewed ? 'end' : 'renew';
    Object.assign(entry, { isStalled: true, isRenewed: true, waitedMs: 0 });
    return [...(isFirst ? [{ kind: 'stalled' as const, topic, silentMs }] : []), { kind, topic, silentMs }];
  }

  #fresh(topic: string, entry: Entry, dataAtNs: number | undefined): readonly FreshnessVerdict[] {
    const { isStalled, silentMs } = entry;
    Object.assign(entry, { dataAtNs, silentMs: 0, waitedMs: 0, isStalled: false, isRenewed: false });
    return isStalled ? [{ kind: 'recovered', topic, silentMs }] : [];
  }

  /** Private topics are quiet as long as the account is: they are judged only where they are named. */
  #limitOf({ topic, dataAtNs, isPrivate }: TopicLook): number {
    const { firstDataMs, staleMs } = this.#options;
    const named = typeof staleMs === 'object' && Object.hasOwn(staleMs, topic) ? staleMs[topic] : undefined;
    if (dataAtNs === undefined && isPrivate && named === undefined) return Number.POSITIVE_INFINITY;
    const stale = named ?? (typeof staleMs === 'number' ? staleMs : undefined);
    return (dataAtNs === undefined ? (firstDataMs ?? stale) : stale) ?? Number.POSITIVE_INFINITY;
  }

  #entryOf(topic: string): Entry {
    let entry = this.#entries.get(topic);
    if (entry === undefined) {
      entry = { dataAtNs: undefined, silentMs: 0, waitedMs: 0, isStalled: false, isRenewed: false };
      this.#entries.set(topic, entry);
    }
    return entry;
  }
}
