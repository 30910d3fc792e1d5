// When a connection is replaced by itself: every so often, within a window of the day, and well before the venue would end it.

/** When connections are replaced. Everything is optional. */
export interface RotationOptions {
  /** Milliseconds from READY to the next rotation. Default: none, other than before the venue's own limit. */
  readonly everyMs?: number;
  /** Up to so many ms are taken off, at random, so that many bots do not rotate at once. Default: a tenth of what is left to wait. */
  readonly jitterMs?: number;
  /** Rotations happen between these times of the day only (UTC), `HH:MM`; `to` may lie past midnight. The venue's limit overrules it. */
  readonly window?: { readonly from: string; readonly to: string };
  /**
   * What becomes of orders that were placed on the old connection while `cancelOnDisconnect` is on. `cancel` (the default): the close
   * cancels them, as every other end of that connection would. `keep`: the switch is disarmed first, where the venue can; they stay,
   * and no switch watches over them any more.
   */
  readonly openOrders?: 'keep' | 'cancel';
}

export interface RotationTimes {
  /** When the connection became READY, and now: milliseconds since the Unix epoch. */
  readonly readyAtMs: number;
  readonly nowMs: number;
  /** What the venue lets a connection live; undefined for no limit. */
  readonly lifetimeMs: number | undefined;
  /** 0 <= random < 1. */
  readonly random: number;
}

/** Part of the venue's limit after which a connection is replaced at the latest. */
const LIFETIME_PART = 0.9;
const DAY_MS = 86_400_000;

/** When to rotate next, in milliseconds since the Unix epoch; undefined for never. Pure. */
export function nextRotation(options: RotationOptions, times: RotationTimes): number | undefined {
  const { readyAtMs, nowMs, lifetimeMs, random } = times;
  const limit = lifetimeMs === undefined ? Number.POSITIVE_INFINITY : readyAtMs + lifetimeMs * LIFETIME_PART;
  const due = Math.min(limit, readyAtMs + (options.everyMs ?? Number.POSITIVE_INFINITY));
  if (!Number.isFinite(due)) return undefined;
  const jitter = random * Math.min(options.jitterMs ?? (due - readyAtMs) / 10, due - readyAtMs);
  const wanted = Math.max(due - jitter, nowMs);
  if (options.window === undefined) return wanted;
  const inWindow = windowAt(options.window, wanted);
  return Math.max(nowMs, inWindow <= limit ? inWindow : limit - jitter);
}

/** The first moment from `atMs` on that lies in the window. */
function windowAt(window: { readonly from: string; readonly to: string }, atMs: number): number {
  const from = minutesOf(window.from) * 60_000;
  const length = (minutesOf(window.to) * 60_000 - from + DAY_MS) % DAY_MS;
  const midnight = atMs - (atMs % DAY_MS);
  for (const start of [midnight - DAY_MS + from, midnight + from]) {
    if (atMs < start) return start;
    if (atMs < start + length) return atMs;
  }
  return midnight + DAY_MS + from;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Longest delay `setTimeout` takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Wait after a rotation that failed. */
const RETRY_MS = 60_000;

/** Keeps one socket's connection young. */
export class RotationSchedule {
  readonly #options: RotationOptions;
  readonly #lifetimeMs: number | undefined;
  readonly #rotate: () => Promise<unknown>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RotationOptions, lifetimeMs: number | undefined, rotate: () => Promise<unknown>) {
    this.#options = options;
    this.#lifetimeMs = lifetimeMs;
    this.#rotate = rotate;
  }

  /** A new connection is READY. */
  start(): void {
    const nowMs = Date.now();
    const times = { readyAtMs: nowMs, nowMs, lifetimeMs: this.#lifetimeMs, random: Math.random() };
    const at = nextRotation(this.#options, times);
    if (at === undefined) this.stop();
    else this.#wait(at);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(atMs: number): void {
    this.stop();
    const delay = Math.max(0, atMs - Date.now());
    const next = delay > MAX_TIMER_MS ? () => this.#wait(atMs) : () => this.#due();
    this.#timer = setTimeout(next, Math.min(delay, MAX_TIMER_MS));
  }

  /** A rotation that works out starts the next wait by its own READY. */
  #due(): void {
    this.#timer = undefined;
    this.#rotate().catch(() => {
      // Whoever started another one meanwhile, or ended the socket, has set or stopped the timer by himself.
      if (this.#timer === undefined && !this.#isStopped) this.#wait(Date.now() + RETRY_MS);
    });
  }

  #isStopped = false;

  end(): void {
    this.#isStopped = true;
    this.stop();
  }
}
