// What the server tells the live page, and the page the server: plain JSON. Imports nothing, because both sides compile it, one with
// the types of Node, one with those of a browser.

/** One step of a restore. */
export interface PageStep {
  readonly name: string;
  readonly ms: number;
}

/** How a connection ended. */
export interface PageExit {
  readonly code: string;
  readonly reason: string;
  readonly atMs: number;
}

/** One adapter as a row of the table. Flat and rounded, so that what differs is worth sending. Times in ms; null: not known. */
export interface PageRow {
  readonly name: string;
  readonly exchange: string;
  readonly state: string;
  /** The step of the restore, null outside of it. */
  readonly step: string | null;
  readonly sinceMs: number;
  /** 0 to 100. */
  readonly health: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly eventsPerSecond: number;
  readonly lagMs: number;
  readonly lagPeakMs: number;
  /** From the read in the thread to the listener. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** From the venue's time to the read; holds what the clocks differ by. */
  readonly venueMs: number | null;
  readonly gaps: number;
  readonly exits: number;
  readonly exitReasons: Readonly<Record<string, number>>;
  readonly lastExit: PageExit | null;
  readonly restores: number;
  readonly rotations: number;
  readonly restarts: number;
  readonly failure: string | null;
  readonly topicsWanted: number;
  readonly topicsConfirmed: number;
  /** In cores. */
  readonly cpu: number | null;
  readonly heapMb: number;
  readonly heartbeatMs: number | null;
}

/** The fleet as a whole. */
export interface PageFleet {
  readonly name: string;
  readonly state: string;
  readonly health: number;
  readonly startedAtMs: number | null;
  readonly adapters: number;
  readonly ready: number;
  readonly eventsPerSecond: number;
  readonly gaps: number;
  readonly exits: number;
  readonly restores: number;
  readonly rssMb: number;
  readonly cpu: number;
  readonly loopDelayMs: number;
}

/** Something that happened; see Transition of the fleet, of which it is a copy. */
export interface PageTransition {
  readonly number: number;
  readonly atMs: number;
  readonly kind: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly adapter?: string;
  readonly socket?: string;
  readonly epoch?: number;
  readonly state?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly delayMs?: number;
  readonly totalMs?: number;
  readonly downMs?: number;
  readonly steps?: readonly PageStep[];
  readonly message: string;
}

/** A row's changes; the name says whose. */
export type PageRowChange = Partial<PageRow> & Pick<PageRow, 'name'>;

/** One message of the stream. The first to each client, and the first after it fell behind, is `full`. */
export interface PageMessage {
  readonly kind: 'full' | 'change';
  /** The server's clock. */
  readonly atMs: number;
  readonly fleet: PageFleet;
  /** New rows are whole. */
  readonly rows: readonly PageRowChange[];
  readonly removed: readonly string[];
  readonly transitions: readonly PageTransition[];
  /** Transitions that were left out because there were too many at once. */
  readonly omitted: number;
  /** With `full`: what a page has to send with each action; null where the page is read-only. */
  readonly controlKey?: string | null;
}

/** The last minutes of an adapter, or of all, one point a second; `/page/series.json`. */
export interface PageSeries {
  readonly atMs: readonly number[];
  readonly eventsPerSecond: readonly (number | null)[];
  readonly lagMs: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

/** What a page may ask for when it was started with control. */
export type PageAction = 'rotate' | 'reconnect' | 'stop';

/** The body of a POST to `/page/control`. */
export interface PageOrder {
  readonly action: PageAction;
  readonly adapter: string;
}

/** The answer to it. */
export interface PageVerdict {
  readonly ok: boolean;
  readonly message: string;
}
