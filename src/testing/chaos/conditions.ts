// What a chaos proxy can do to a network, as plain data: the table rows of a fault suite.
// Everything left out means "as a clean network would".

/** What happens to the bytes of one direction. */
export interface FlowConditions {
  /** Milliseconds that every byte takes longer. */
  readonly latencyMs?: number;
  /** Up to so many milliseconds more, drawn anew for each read; order is kept all the same. */
  readonly jitterMs?: number;
  /** Bandwidth in bytes per second. */
  readonly bytesPerSecond?: number;
  /** Bytes are handed on in separate writes of at most so many bytes. */
  readonly sliceBytes?: number;
  /** Holds everything, also a close of the peer, until the condition is lifted; then delivers it in order. */
  readonly stall?: boolean;
  /**
   * Drops everything, also a close of the peer, while TCP stays open. A connection that lost bytes stays a black hole in
   * that direction for the rest of its life: a byte stream with a hole in it is something TCP never delivers.
   */
  readonly blackHole?: boolean;
}

/** The weather of the whole proxy. `up` is towards the target; `up` and `down` go before `both`, member by member. */
export interface ChaosConditions {
  readonly both?: FlowConditions;
  readonly up?: FlowConditions;
  readonly down?: FlowConditions;
  /**
   * What new connections meet. `forward` (default); `refuse`: a reset straight after the accept; `ignore`: accepted, read,
   * never forwarded and never answered, also after the condition is lifted.
   */
  readonly accept?: 'forward' | 'refuse' | 'ignore';
}

export type Direction = 'up' | 'down';

/** Conditions with every member decided. */
export type Flow = Required<FlowConditions>;

const clean: Flow = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  sliceBytes: Number.POSITIVE_INFINITY,
  stall: false,
  blackHole: false,
};

/** What holds for one direction. */
export function flowOf(conditions: ChaosConditions, direction: Direction): Flow {
  return { ...clean, ...conditions.both, ...conditions[direction] };
}

/** @throws TypeError that names the member that makes no sense. */
export function checkConditions(conditions: ChaosConditions): void {
  for (const direction of ['both', 'up', 'down'] as const) checkFlow(direction, conditions[direction] ?? {});
  if (!['forward', 'refuse', 'ignore'].includes(conditions.accept ?? 'forward')) {
    throw new TypeError(`conditions.accept must be forward, refuse or ignore, got ${conditions.accept}`);
  }
}

function checkFlow(direction: string, flow: FlowConditions): void {
  const { latencyMs, jitterMs, bytesPerSecond, sliceBytes } = { ...clean, ...flow };
  const complain = (member: string, rule: string) => {
    throw new TypeError(`conditions.${direction}.${member} must be ${rule}`);
  };
  if (!(latencyMs >= 0 && latencyMs <= LONGEST_DELAY_MS)) complain('latencyMs', 'milliseconds, 0 or more');
  if (!(jitterMs >= 0 && jitterMs <= LONGEST_DELAY_MS)) complain('jitterMs', 'milliseconds, 0 or more');
  if (!(bytesPerSecond > 0)) complain('bytesPerSecond', 'more than 0');
  if (!(sliceBytes >= 1)) complain('sliceBytes', '1 or more');
}

/** An hour each: the sum stays far below the 2^31 ms at which Node's timers fire at once. */
const LONGEST_DELAY_MS = 3_600_000;
