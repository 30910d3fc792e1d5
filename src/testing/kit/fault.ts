// Everything that can be made to go wrong, as plain data: it crosses process boundaries as JSON and can be listed in a test table.

/** How a TCP connection is torn down: `rst` as by a crash or a firewall, `fin` as by an orderly end without a close frame. */
export type DropManner = 'rst' | 'fin';

/**
 * Which connection a fault hits: its id, `newest`, `random` (by the exchange's seed). Left out: every open one, and for a fault that
 * lasts also those that come later.
 */
export interface FaultTarget {
  readonly connection?: string;
}

/** Faults that happen at once and are over. */
export type MomentaryFault =
  /** Tears the TCP connection down without a close frame. */
  | { readonly kind: 'drop'; readonly by: DropManner }
  /** Sends a close frame. */
  | { readonly kind: 'close'; readonly code: number; readonly reason?: string }
  /** Closes the way the venue treats a client that reads too slowly. */
  | { readonly kind: 'slow-consumer' }
  /** Sends a frame that cannot be parsed (or the given text). */
  | { readonly kind: 'malformed'; readonly text?: string }
  /** Stops sending a topic that was acknowledged and flowed, without a word. */
  | { readonly kind: 'revoke-topic'; readonly topic: string }
  /** Every token of the account (or of all) is expired from now on. */
  | { readonly kind: 'expire-tokens'; readonly account?: string }
  /** The venue announces a stop in its own words; with `closeAfterMs` it then drops the connections. */
  | { readonly kind: 'planned-stop'; readonly closeAfterMs?: number }
  /** Stops listening: new connections are refused by the operating system. Open ones go on. */
  | { readonly kind: 'refuse-connections'; readonly forMs: number }
  /** The venue's clock is off by this much from now on. */
  | { readonly kind: 'clock-skew'; readonly ms: number }
  /** Ends lasting faults: all of them, or those of one connection. */
  | { readonly kind: 'clear' };

/** How long a lasting fault stays. Left out: until it is cleared, except where `times` has a default. */
export interface FaultSpan {
  /** Ends after so many hits. */
  readonly times?: number;
  /** Ends after so many real milliseconds. */
  readonly forMs?: number;
}

/** Faults that wait for their occasion. */
export type LastingFault = FaultSpan &
  (
    | /** Nothing is answered any more though TCP stays up. `reading: false` also stops reading, so that the peer's buffers fill. */
    { readonly kind: 'half-open'; readonly reading: boolean }
    /** Requests are still executed but nothing at all is sent. */
    | { readonly kind: 'black-hole' }
    /** Drops the connection on a request of this method, before or after executing it; either way without its answer. Once. */
    | {
        readonly kind: 'drop-on';
        readonly method: string;
        readonly when: 'before-execution' | 'after-execution';
        readonly by: DropManner;
      }
    /** Executes requests of this method and loses the answer; the connection goes on. Once. */
    | { readonly kind: 'lose-answer'; readonly method: string }
    /** Answers requests of this method with an error of the venue, without executing them. Once. */
    | {
        readonly kind: 'fail-request';
        readonly method: string;
        readonly code: number | string;
        readonly message: string;
        readonly data?: unknown;
      }
    /** Acknowledges a subscription to the topic and never sends its data. */
    | { readonly kind: 'silent-topic'; readonly topic: string }
    /** Refuses the topic in the way the venue refuses. */
    | { readonly kind: 'refuse-topic'; readonly topic: string }
    /** Holds frames back. With jitter answers overtake each other unless `ordered`. `all`: market data too, which stays in order. */
    | {
        readonly kind: 'delay';
        readonly ms: number;
        readonly jitterMs?: number;
        readonly what?: 'answers' | 'all';
        readonly ordered?: boolean;
      }
    /** Swallows market frames (of one topic): the sequence shows a hole. Once. */
    | { readonly kind: 'gap'; readonly topic?: string }
    /** Sends market frames (of one topic) twice. Once. */
    | { readonly kind: 'duplicate'; readonly topic?: string }
    /** Sends a market frame (of one topic) after the one that follows it. Once. */
    | { readonly kind: 'reorder'; readonly topic?: string }
    /** Answers the upgrade with an HTTP status instead. Once. */
    | { readonly kind: 'refuse-upgrade'; readonly status: number; readonly retryAfterSeconds?: number }
  );

/** Something that can be made to go wrong, and which connection it hits. */
export type Fault = FaultTarget & (MomentaryFault | LastingFault);
/** The names of all faults. */
export type FaultKind = Fault['kind'];

/** Hits after which a lasting fault ends when neither `times` nor `forMs` is given. */
const defaultTimes: Partial<Record<FaultKind, number>> = {
  'drop-on': 1,
  'lose-answer': 1,
  'fail-request': 1,
  gap: 1,
  duplicate: 1,
  reorder: 1,
  'refuse-upgrade': 1,
};

const lastingKinds: ReadonlySet<FaultKind> = new Set<LastingFault['kind']>([
  'half-open',
  'black-hole',
  'drop-on',
  'lose-answer',
  'fail-request',
  'silent-topic',
  'refuse-topic',
  'delay',
  'gap',
  'duplicate',
  'reorder',
  'refuse-upgrade',
]);

export function isLasting(fault: Fault): fault is FaultTarget & LastingFault {
  return lastingKinds.has(fault.kind);
}

export function timesOf(fault: FaultTarget & LastingFault): number {
  if (fault.times !== undefined) return fault.times;
  return fault.forMs === undefined
    ? (defaultTimes[fault.kind] ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}
