// One stream out of the copies that several connections bring: first arrival wins, each event once, in order. Pure.
//
// A connection that joins is not believed at once: its first events wait until they are seen to overlap what the others delivered.
// Only then is it certain that nothing lies between. The same holds after a gap of its own. So a gap is told only where no connection
// has the events: after a death, when nobody else has joined; where a joining one waited in vain for too long; and where the one
// that had the events leaves before it is certain that it brought all that another one, whose gap was kept back, had lost.
import type { Batch } from '../batch/batch.js';
import type { Gap, GapReason } from '../market.js';
import { LoneStreams } from './lone-streams.js';
import { MergeOutlet } from './merge-outlet.js';
import { isNameless, MergePass, placeOf } from './merge-pass.js';
import type { HeldEvent, MergeSource, SourceStream, SourceTopic, StreamKind } from './merge-source.js';
import { MergeSources, numberedKinds } from './merge-sources.js';
import { SoleSource } from './sole-source.js';
import type { LeaveReport, StreamMergeOptions } from './stream-merge-options.js';
import type { StreamCopy, StreamMark, StreamPlace } from './stream-marks.js';
import { TopicMarks } from './topic-marks.js';

/** How long a joining connection's events wait for the others to come up to them. */
const HOLD_NS = 2e9;
/** How long a topic must have been quiet on a joining connection, while the others live, to count as joined. */
const QUIET_NS = 5e8;
/** Events of a topic that may wait. */
const MOST_HELD = 20_000;
/** Events in a row below what was delivered, after which the venue is taken to have started its numbers anew. */
const MOST_FALLEN = 16;
const mergedKinds = [...numberedKinds, 'messages'] as const;

export class StreamMerge {
  /** Events that were dropped because another connection had brought them. */
  duplicates = 0;
  /** Events without any identity (raw frames) are taken from this connection only. */
  primary = 0;
  /** True where copies must be told apart also by identity: as soon as a second connection is on its way. */
  isShared = false;
  readonly #options: StreamMergeOptions;
  readonly #marks = new TopicMarks();
  readonly #sources: MergeSources;
  readonly #sole: SoleSource;
  readonly #lone: LoneStreams;
  readonly #outlet: MergeOutlet;

  constructor(options: StreamMergeOptions) {
    this.#options = options;
    this.#sources = new MergeSources(this.#marks, (topic) => options.beginsLate?.(topic) === true);
    this.#sole = new SoleSource(this.#sources, this.#marks);
    this.#outlet = new MergeOutlet(this.#marks);
    this.#lone = new LoneStreams(this.#sources, this.#marks, options);
  }

  /** True while events wait, or topics have not joined: then `expire` has to be called now and then. */
  get isJoining(): boolean {
    const isAlone = this.#sources.size < 2;
    for (const source of this.#sources) if (isAlone ? source.isOwing : !source.isPlain) return true;
    return false;
  }

  /** The connection's venue has confirmed these topics. */
  covers(epoch: number, topics: readonly string[], nowNs: number): void {
    const source = this.#sources.of(epoch);
    for (const topic of topics) this.#sources.topic(source, topic, nowNs);
  }

  /** What is to be handed on of a batch, in order. Nothing where all of it was delivered before. */
  offer(epoch: number, batch: Batch, nowNs: number): readonly Batch[] {
    const source = this.#sources.of(epoch);
    source.lastSeenNs = nowNs;
    if (this.isShared || !this.#sole.passes(source, batch, nowNs)) return this.#merge(source, batch, nowNs);
    return [batch];
  }

  /** Lets go of what waited too long, with a gap. */
  expire(nowNs: number): readonly Batch[] {
    this.#settleHeld(nowNs);
    for (const source of this.#sources) {
      for (const topic of source.topics.values()) {
        if (topic.isJoined) continue;
        if (this.#isOverdue(topic, nowNs)) this.#endWait(source, topic, nowNs);
        const isQuiet = topic.held.length === 0 && !topic.awaitsBook && nowNs - topic.since >= QUIET_NS;
        if (!isQuiet || this.#marks.saysNext(topic.name)) continue;
        if (this.#sources.isWitnessed(source, topic)) this.#release(source, topic);
      }
    }
    this.#settleHeld(nowNs);
    return this.#outlet.take();
  }

  /**
   * The connection has ended, and all it brought has been offered. `isComplete`: it had given its topics back in good order, so nothing
   * that the others did not get can be missing.
   */
  leave(epoch: number, nowNs: number, isComplete: boolean): LeaveReport {
    const source = this.#sources.remove(epoch);
    const cut: string[] = [];
    for (const topic of source?.topics.values() ?? []) {
      if (this.#sources.isWhole(topic.name) || this.#lone.isCarriedOn(topic.name)) continue;
      if (this.#succeed(topic, nowNs, isComplete, source?.lastSeenNs ?? 0)) continue;
      cut.push(topic.name);
      if (!this.#sources.isCovered(topic.name)) this.#marks.reset(topic.name);
    }
    return { batches: this.#outlet.take(), cut };
  }

  /** Events that nobody can compare come from this connection from now on. Returns the gaps that this makes. */
  switchTo(epoch: number, nowNs: number): readonly Batch[] {
    this.primary = epoch;
    const source = this.#sources.get(epoch);
    return source === undefined ? [] : this.#lone.takeOver(source, nowNs);
  }

  /** The venue took the topic away from this connection. */
  lose(epoch: number, topic: string): void {
    this.#sources.get(epoch)?.forget(topic);
  }

  /** The topic is not wanted any more. */
  forget(topics: readonly string[]): void {
    for (const topic of topics) {
      this.#marks.forget(topic);
      for (const source of this.#sources) source.forget(topic);
    }
  }

  /** Whether no gap has to be told now: a connection carries the topic on, or will tell with its first event. */
  isCarried(topic: string): boolean {
    return this.#sources.isCarried(topic, this.#marks.saysNext(topic));
  }

  /** How many topics of the connection lack what only others have: at 0 those can go. */
  lacking(epoch: number): number {
    return this.#sources.get(epoch)?.lacking ?? 0;
  }

  /** The last sequence delivered; undefined where there was none, or the venue does not number. */
  lastSequence(topic: string): number | undefined {
    return this.#marks.lastSequence(topic);
  }

  #merge(source: MergeSource, batch: Batch, nowNs: number): readonly Batch[] {
    const pass = new MergePass(batch, (part) => void this.#outlet.push(part));
    const judge = (gap: Gap) => this.#ownGap(source, gap, nowNs);
    for (const kind of mergedKinds) {
      if (!batch.has(kind)) continue;
      const events = batch[kind];
      for (let row = 0; row < events.length; row += 1) {
        const symbol = kind === 'messages' ? 0 : batch[kind].symbolIndex[row]!;
        const stream = this.#sources.stream(source, batch, kind, events.topicIndex[row]!, symbol, nowNs);
        pass.gapsBefore(stream.topic.name, events.order[row]!, judge);
        if (this.#admits(source, pass, kind, row, stream, nowNs)) pass.keep(kind, row);
      }
    }
    if (source.epoch === this.primary) pass.keepFrames();
    pass.gapsLeft(judge);
    pass.finish();
    this.#settleHeld(nowNs);
    return this.#outlet.take();
  }

  #admits(
    source: MergeSource,
    pass: MergePass,
    kind: StreamKind,
    row: number,
    { copy, topic }: SourceStream,
    nowNs: number,
  ): boolean {
    const { batch } = pass;
    if (this.#lone.has(kind)) {
      const event = { source, topic, mark: copy.mark, isPrimary: source.epoch === this.primary };
      return this.#lone.admits(event, pass, kind, row, () => this.#outlet.gap(source, topic, 'exit', nowNs));
    }
    const place = placeOf(batch, kind, row, copy, topic.generation);
    if (topic.owed !== undefined && (!copy.isSure || isNameless(place)))
      this.#tellOwed(source, topic, pass, nowNs);
    // Where a copy begins in the middle of a millisecond, nobody can say which of its events it has.
    if (!topic.isJoined && !copy.isSure) return false;
    const { mark } = copy;
    if (isNameless(place)) return source.epoch === this.primary;
    if (topic.needsSnapshot && kind === 'books') {
      if (batch.books.isSnapshot[row] !== 1) return false;
      topic.needsSnapshot = false;
    }
    topic.awaitsBeginning = false;
    if (copy.fallen > MOST_FALLEN) this.#startAnew(source, topic, copy, pass, nowNs);
    const standing = mark.standingOf(place, source.epoch, this.#overlaps(topic.name));
    if (!topic.isJoined) {
      // Either it was delivered already, or it is the very next one: all that comes from here on follows.
      const proves = standing === 'behind' || (topic.held.length === 0 && mark.isNext(place));
      if (proves) this.#join(source, topic, mark, place, pass);
    }
    if (topic.isJoined && standing === 'new') {
      mark.take(place, source.epoch);
      if (kind !== 'messages') this.#marks.note(topic.name, batch[kind].sequence[row]!);
      return true;
    }
    if (standing === 'behind') this.duplicates += 1;
    else this.#hold(source, topic, { batch, kind, row, mark, place }, pass, nowNs);
    return false;
  }

  /** Something without a number that stood before what was delivered is too late: the gap before that told of it. */
  #join(
    source: MergeSource,
    topic: SourceTopic,
    mark: StreamMark,
    place: StreamPlace,
    pass: MergePass,
  ): void {
    if (topic.held.length > 0) pass.flush();
    if (place.identity !== undefined) topic.held = topic.held.filter((event) => event.mark !== mark);
    this.#release(source, topic);
  }

  /** The venue counts from the beginning again. */
  #startAnew(
    source: MergeSource,
    topic: SourceTopic,
    copy: StreamCopy,
    pass: MergePass,
    nowNs: number,
  ): void {
    pass.flush();
    copy.fallen = 0;
    copy.mark.reset();
    this.#force(source, topic, 'sequence', nowNs);
  }

  #hold(source: MergeSource, topic: SourceTopic, event: HeldEvent, pass: MergePass, nowNs: number): void {
    if (topic.held.length === 0) topic.heldSince = nowNs;
    topic.isJoined = false;
    topic.held.push(event);
    if (topic.owed !== undefined) return this.#tellOwed(source, topic, pass, nowNs);
    if (topic.held.length <= MOST_HELD && this.#sources.hasOthers(source, topic.name)) return;
    pass.flush();
    this.#force(source, topic, 'sequence', nowNs);
  }

  /** What comes first does not follow from what the connection that left had brought. */
  #tellOwed(source: MergeSource, topic: SourceTopic, pass: MergePass, nowNs: number): void {
    pass.flush();
    this.#force(source, topic, topic.owed ?? 'exit', nowNs);
  }

  /** A gap that the connection tells of itself. True where it is one for everybody. */
  #ownGap(source: MergeSource, gap: Gap, nowNs: number): boolean {
    if (this.#lone.hasBooks(gap.topic)) return source.epoch === this.primary;
    const topic = this.#sources.topic(source, gap.topic, nowNs);
    if (!this.#sources.hasOthers(source, gap.topic)) return true;
    // Even one that has not joined may still have what is missing: it is told when that is known, or when nobody else is left.
    topic.rejoin(gap, nowNs);
    return false;
  }

  /** Finds a connection that carries the topic on after the one that did has left. False where there is none. */
  #succeed(left: SourceTopic, nowNs: number, isComplete: boolean, lastSeenNs: number): boolean {
    const next = this.#sources.successor(left.name);
    if (next === undefined) return false;
    const { source, topic } = next;
    const isSilent = topic.held.length === 0;
    // What the one that left brought to its end proves nothing about what the other one had lost by then.
    const follows = isComplete || (!isSilent && this.#isWhole(left.name));
    const isProved = follows && left.isPlain && !topic.isOpen && !topic.awaitsBeginning;
    const reason = isComplete ? (topic.hole?.reason ?? 'sequence') : 'exit';
    if (isProved) this.#release(source, topic);
    else if (topic.isOpen || !isSilent) this.#force(source, topic, reason, nowNs);
    else return this.#succeedInSilence(left, topic, reason, nowNs, lastSeenNs);
    return true;
  }

  /** Whether anything is missing is known with its first event, where the venue tells events apart. */
  #succeedInSilence(
    left: SourceTopic,
    topic: SourceTopic,
    reason: GapReason,
    nowNs: number,
    lastSeenNs: number,
  ): boolean {
    // Where the one that left lived on beside it for a while, silence is most likely just that.
    const isLikelyWhole = left.isPlain && lastSeenNs > topic.since + QUIET_NS;
    const isProvable = isLikelyWhole ? this.#marks.saysNext(topic.name) : this.#marks.tellsApart(topic.name);
    topic.isJoined = true;
    if (isProvable) topic.owe(reason, !isLikelyWhole && !topic.awaitsBeginning, nowNs);
    return isLikelyWhole || isProvable;
  }

  /** Tells a gap and goes on behind it with what this connection has. */
  #force(source: MergeSource, topic: SourceTopic, reason: GapReason, nowNs: number): void {
    const [first] = topic.held;
    this.#outlet.gap(source, topic, reason, nowNs);
    if (first === undefined) this.#beginOpen(source, topic);
    else if (this.#standing(source, topic, first) === 'apart') this.#begin(source, topic);
    this.#release(source, topic);
  }

  /** Nobody else carries it now: the snapshot that ends the gap is taken wherever it stands. */
  #beginOpen(source: MergeSource, topic: SourceTopic): void {
    const isCut = topic.isOpen || topic.owed !== undefined;
    if (isCut && this.#marks.resetBooks(topic.name)) this.#begin(source, topic);
  }

  /** A book that lost its thread is of no use before its next snapshot. */
  #begin(source: MergeSource, topic: SourceTopic): void {
    const snapshot = topic.held.findIndex(
      ({ kind, batch, row }) => kind === 'books' && batch.books.isSnapshot[row] === 1,
    );
    if (snapshot >= 0) topic.held = topic.held.slice(snapshot);
    else {
      topic.held = topic.held.filter(({ kind }) => kind !== 'books');
      topic.needsSnapshot = true;
      this.#options.resync(source.epoch, topic.name);
    }
  }

  /** A whole book stands for all before it: what waited to be seen to follow goes on without a gap. */
  #endWait(source: MergeSource, topic: SourceTopic, nowNs: number): void {
    if (!this.#isWhole(topic.name) || topic.held.length === 0 || !this.#sources.isCovered(topic.name))
      return this.#force(source, topic, topic.owed ?? 'sequence', nowNs);
    // The first one can be what another connection told long ago: where it says something new, that one brings it, too.
    if (topic.held.length > 1) this.#release(source, topic);
  }

  #isWhole(topic: string): boolean {
    return this.#options.isWhole?.(topic) === true;
  }

  /** Waited too long: events for the others to come up, or a topic that nobody carries for any event. */
  #isOverdue({ name, held, heldSince, since, owed, isOwedSoon }: SourceTopic, nowNs: number): boolean {
    if (held.length > 0) return nowNs - heldSince >= HOLD_NS;
    if (owed !== undefined && !isOwedSoon) return false;
    return (
      nowNs - since >= HOLD_NS && !this.#sources.isCovered(name) && this.#sources.waiting(name) === undefined
    );
  }

  /** Hands on what waited and was not delivered by others meanwhile. */
  #release(source: MergeSource, topic: SourceTopic): void {
    const { held } = topic;
    topic.settle();
    const news: HeldEvent[] = [];
    for (const [index, event] of held.entries()) {
      const standing = this.#standing(source, topic, event);
      if (standing === 'behind') this.duplicates += 1;
      else if (standing === 'apart') {
        topic.isJoined = false;
        topic.held = held.slice(index);
        break;
      } else {
        event.mark.take(event.place, source.epoch);
        news.push(event);
      }
    }
    this.#outlet.events(news, topic.name);
  }

  /** The others have come up to what waits: it goes on, or was theirs already. Or all of them wait: then nobody has what is missing. */
  #settleHeld(nowNs: number): void {
    while (this.#settleOne((source, topic) => this.#hasFollowed(source, topic))) {}
    this.#settleOne((_source, topic) => this.#sources.isFirstOfAll(topic), nowNs);
  }

  #settleOne(isDue: (source: MergeSource, topic: SourceTopic) => boolean, gapNs?: number): boolean {
    for (const source of this.#sources) {
      for (const topic of source.topics.values()) {
        if (topic.held.length === 0 || !isDue(source, topic)) continue;
        const isClosed = !topic.isOpen && topic.owed === undefined;
        if (gapNs === undefined || (isClosed && this.#isWhole(topic.name))) this.#release(source, topic);
        else this.#force(source, topic, 'sequence', gapNs);
        return true;
      }
    }
    return false;
  }

  #hasFollowed(source: MergeSource, topic: SourceTopic): boolean {
    const [first] = topic.held;
    if (first === undefined) return false;
    if (first.place.identity !== undefined) return this.#dropBefore(source, topic);
    return this.#standing(source, topic, first) === 'behind' || first.mark.isNext(first.place);
  }

  /** What stands before something that was delivered, and has no number to tell, is too late. */
  #dropBefore(source: MergeSource, topic: SourceTopic): boolean {
    const known = topic.held.findLastIndex((event) => this.#standing(source, topic, event) === 'behind');
    if (known > 0) topic.held = topic.held.slice(known);
    return known >= 0;
  }

  #standing(source: MergeSource, topic: SourceTopic, { mark, place }: HeldEvent) {
    return mark.standingOf(place, source.epoch, this.#overlaps(topic.name));
  }

  #overlaps(topic: string): boolean {
    return this.#options.overlaps?.(topic) ?? false;
  }
}
