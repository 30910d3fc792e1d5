// Looks at the fleet twice a second while somebody looks at the page, and tells each viewer what has changed since.
import type { ServerResponse } from 'node:http';
import type { Transition } from '../fleet/history.js';
import type { FleetSnapshot } from '../fleet/snapshot.js';
import type { PageFleet, PageMessage, PageRow, PageRowChange, PageSeries } from './messages.js';
import { changeOf, fleetOf, rowOf } from './rows.js';
import { noPoints, SeriesStore } from './series.js';
import { encode, Viewer } from './viewer.js';

/** Where the page has its data from: a fleet, or in a test something that looks like one. */
export interface PageSource {
  snapshot(): FleetSnapshot;
  historySince(number: number): readonly Transition[];
}

export interface FeedOptions {
  /** Time between two looks in ms. Default 500. */
  readonly tickMs?: number;
  /** Viewers at once; more are refused. Default 16. */
  readonly maxViewers?: number;
  /** What a page has to send with each action; left out where it is read-only. */
  readonly controlKey?: string;
}

const TICK_MS = 500;
const POINT_MS = 1000;
/** How long the charts go on being filled when the last viewer has left. */
const AFTERGLOW_MS = 600_000;
/** Transitions of one message; of more, the oldest are left out. */
const MOST_TRANSITIONS = 1000;
/** A viewer that has read nothing for this many ticks is gone. */
const MOST_SKIPPED = 60;

export class Feed {
  readonly #source: PageSource;
  readonly #controlKey: string | null;
  readonly #tickMs: number;
  readonly #maxViewers: number;
  readonly #viewers = new Set<Viewer>();
  readonly #series = new SeriesStore();
  #rows: ReadonlyMap<string, PageRow> = new Map();
  #fleet: PageFleet | undefined;
  #lastNumber = 0;
  #timer: NodeJS.Timeout | undefined;
  #pointAtMs = Number.NEGATIVE_INFINITY;
  #watchedAtMs = 0;
  #isClosed = false;

  constructor(source: PageSource, { tickMs = TICK_MS, maxViewers = 16, controlKey }: FeedOptions = {}) {
    this.#source = source;
    this.#tickMs = tickMs;
    this.#maxViewers = maxViewers;
    this.#controlKey = controlKey ?? null;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get isFull(): boolean {
    return this.#viewers.size >= this.#maxViewers;
  }

  /** Streams to this response from now on, until its reader leaves or the feed is closed. */
  watch(response: ServerResponse): void {
    if (this.#isClosed) return void response.destroy();
    const viewer = new Viewer(response);
    response.on('close', () => this.#viewers.delete(viewer));
    // Before the viewer is one of them: it gets all of it at once, the others what is new to them.
    this.#tick();
    this.#viewers.add(viewer);
    viewer.catchUp(this.#full());
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs).unref();
  }

  /** The last minutes of one adapter or of all; see SeriesStore. */
  series(adapter?: string): PageSeries | undefined {
    const series = this.#series.read(adapter);
    // One that has just come has no point yet.
    return series === undefined && this.#rows.has(adapter ?? '') ? noPoints : series;
  }

  /** Ends all streams. Twice does no harm. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
  }

  #tick(): void {
    const snapshot = this.#source.snapshot();
    const rows = snapshot.adapters.map(rowOf);
    this.#addPoint(snapshot.atMs, rows);
    const change = this.#changeTo(snapshot, rows);
    const text = encode(change);
    for (const viewer of this.#viewers) {
      viewer.tell(text, () => this.#full());
      if (viewer.skipped > MOST_SKIPPED) viewer.end();
    }
    this.#rest(snapshot.atMs);
  }

  /** A fleet that nobody looks at is not looked at. */
  #rest(atMs: number): void {
    if (this.#viewers.size > 0) this.#watchedAtMs = atMs;
    else if (atMs - this.#watchedAtMs > AFTERGLOW_MS) this.#stopTimer();
  }

  #addPoint(atMs: number, rows: readonly PageRow[]): void {
    // Half a tick of tolerance: a timer that is a little early must not leave a second out.
    if (atMs - this.#pointAtMs < POINT_MS - this.#tickMs / 2) return;
    this.#pointAtMs = atMs;
    this.#series.add(atMs, rows);
  }

  #changeTo(snapshot: FleetSnapshot, rows: readonly PageRow[]): PageMessage {
    const before = this.#rows;
    this.#rows = new Map(rows.map((row) => [row.name, row]));
    this.#fleet = fleetOf(snapshot);
    const changes = rows.map((row) => changeOf(before.get(row.name), row));
    return {
      kind: 'change',
      atMs: snapshot.atMs,
      fleet: this.#fleet,
      rows: changes.filter((change): change is PageRowChange => change !== undefined),
      removed: [...before.keys()].filter((name) => !this.#rows.has(name)),
      ...this.#transitionsSince(this.#lastNumber),
    };
  }

  #full(): PageMessage {
    return {
      kind: 'full',
      atMs: Date.now(),
      fleet: this.#fleet!,
      rows: [...this.#rows.values()],
      removed: [],
      ...this.#transitionsSince(0, this.#lastNumber),
      controlKey: this.#controlKey,
    };
  }

  #transitionsSince(
    number: number,
    upTo = Number.POSITIVE_INFINITY,
  ): Pick<PageMessage, 'transitions' | 'omitted'> {
    const all = this.#source.historySince(number).filter((one) => one.number <= upTo);
    this.#lastNumber = Math.max(this.#lastNumber, all.at(-1)?.number ?? 0);
    const transitions = all.slice(-MOST_TRANSITIONS);
    return { transitions, omitted: all.length - transitions.length };
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
