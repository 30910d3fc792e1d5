// What all connections of one socket bring, on its way to the adapter: each event once, and gaps only where nobody has the events.
import type { Batch } from '../batch/batch.js';
import { monotonicNs } from '../clock.js';
import type { ControlMessage } from '../client/protocol.js';
import type { Exchange } from '../exchanges/exchange.js';
import type { Gap, GapReason } from '../market.js';
import { PrivateMerge } from './private-merge.js';
import { StreamMerge } from './stream-merge.js';

/** How often it is looked whether something waited long enough. */
const LOOK_MS = 50;

export interface StreamObserver {
  /** A promise holds back the thread whose batch led to this. */
  batch(batch: Batch): void | Promise<void>;
  gaps(gaps: readonly Gap[]): void;
  control(message: ControlMessage): void;
}

export interface SocketStreamOptions {
  readonly exchange: Exchange;
  readonly observer: StreamObserver;
  /** Levels that a topic's book is told in, whole; undefined where its changes are. Left out: changes of all. */
  readonly topDepth?: ((topic: string) => number | undefined) | undefined;
  /** Asks a connection to subscribe a topic anew. */
  resync(epoch: number, topic: string): void;
}

export class SocketStream {
  readonly merge: StreamMerge;
  readonly #observer: StreamObserver;
  readonly #private = new PrivateMerge();
  #primaryEpoch = 0;
  #looks: NodeJS.Timeout | undefined;
  /** By epoch: the topics whose stream ended with that connection. */
  readonly #cut = new Map<number, ReadonlySet<string>>();

  constructor({ exchange, observer, topDepth, resync }: SocketStreamOptions) {
    const { books } = exchange;
    this.#observer = observer;
    this.merge = new StreamMerge({
      resync,
      isWhole: (topic) => topDepth?.(topic) !== undefined,
      overlaps: (topic) => books?.rule?.(topic) === 'range',
      beginsLate: (topic) => books?.snapshot?.(topic) !== undefined,
      countsByConnection: exchange.countsByConnection === true,
    });
  }

  /** A connection is about to begin. */
  opened(epoch: number): void {
    this.#private.opened(epoch);
  }

  batch(batch: Batch, epoch: number): void | Promise<void> {
    const parts = this.merge.offer(epoch, batch, monotonicNs());
    this.#watch();
    return this.#tell(parts);
  }

  /** A connection's venue has confirmed these topics. */
  covers(epoch: number, topics: readonly string[]): void {
    this.merge.covers(epoch, topics, monotonicNs());
    this.#watch();
  }

  /** A connection has ended. Returns the topics that nobody carries on. */
  left(epoch: number, isComplete: boolean): readonly string[] {
    this.#private.left(epoch);
    const { batches, cut } = this.merge.leave(epoch, monotonicNs(), isComplete);
    void this.#tell(batches);
    this.#cut.set(epoch, new Set(cut));
    for (const old of this.#cut.keys()) if (this.#cut.size > 8) this.#cut.delete(old);
    return cut;
  }

  /** Tells the gaps of those topics that no other connection carries on. */
  gaps(reason: GapReason, epoch: number, topics: readonly string[]): void {
    const missing = topics.filter(
      (topic) => this.#cut.get(epoch)?.has(topic) === true || !this.merge.isCarried(topic),
    );
    if (missing.length === 0) return;
    const noticedAtNs = monotonicNs();
    this.#observer.gaps(
      missing.map((topic) => {
        const fromSequence = this.merge.lastSequence(topic);
        return { topic, reason, epoch, noticedAtNs, ...(fromSequence === undefined ? {} : { fromSequence }) };
      }),
    );
  }

  /** What a connection says beside its market data. */
  control(message: ControlMessage, epoch: number): void {
    if (message.kind === 'notice' && epoch !== this.#primaryEpoch) return;
    const isNews =
      message.kind !== 'private' || this.#private.admits(message.event, epoch, epoch === this.#primaryEpoch);
    if (isNews) this.#observer.control(message);
  }

  /** This connection answers requests now, and is the one that things without an identity are taken from. */
  setPrimary(epoch: number): void {
    this.#primaryEpoch = epoch;
    void this.#tell(this.merge.switchTo(epoch, monotonicNs()));
    const receivedAtNs = monotonicNs();
    for (const event of this.#private.switchTo(epoch))
      this.#observer.control({ kind: 'private', event, receivedAtNs });
  }

  end(): void {
    clearInterval(this.#looks);
    this.#looks = undefined;
  }

  #watch(): void {
    if (this.#looks !== undefined || !this.merge.isJoining) return;
    this.#looks = setInterval(() => {
      void this.#tell(this.merge.expire(monotonicNs()));
      if (!this.merge.isJoining) this.end();
    }, LOOK_MS);
  }

  #tell(batches: readonly Batch[]): void | Promise<void> {
    if (batches.length === 1) return this.#observer.batch(batches[0] as Batch);
    const waits = batches.map((batch) => this.#observer.batch(batch)).filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }
}
