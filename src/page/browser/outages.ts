// Makes lives out of transitions: what died when and why, how often it was tried, and how each step of the restore went. Pure.
import type { PageStep, PageTransition } from '../messages.js';

/** From a death, a first start or a rotation to READY, or to the end. Times in ms. */
export interface Outage {
  /** Number of the transition it began with. */
  readonly number: number;
  readonly adapter: string;
  /** `other`: a connection beside one that lives, or whose death is longer ago than what is remembered. */
  kind: 'death' | 'start' | 'rotation' | 'other';
  readonly atMs: number;
  /** Why the connection ended. */
  reason: string;
  message: string;
  /** Connections that ended in it. */
  exits: number;
  /** Waits between tries, added up. */
  waitedMs: number;
  /** What it is doing: the adapter's state and step. */
  phase: string;
  steps: readonly PageStep[];
  totalMs: number | undefined;
  downMs: number | undefined;
  /** Number of the connection that died, and of the one that is READY in its place. */
  readonly epoch: number | undefined;
  nextEpoch: number | undefined;
  end: 'open' | 'restored' | 'over';
}

export const MOST_OUTAGES = 500;

export class Outages {
  /** Oldest first. */
  readonly list: Outage[] = [];
  readonly #open = new Map<string, Outage>();
  readonly #known = new Set<string>();

  /** Forgets everything: the server tells it all again. */
  clear(): void {
    this.list.length = 0;
    this.#open.clear();
    this.#known.clear();
  }

  add(transition: PageTransition): void {
    const { adapter, kind } = transition;
    if (adapter === undefined) return;
    if (kind === 'state') this.#state(adapter, transition);
    else if (kind === 'exit') this.#exit(adapter, transition);
    else if (kind === 'restored') this.#restored(adapter, transition);
    else if (kind === 'rotated') this.#rotated(adapter, transition);
    else if (kind === 'restarting') this.#phase(adapter, 'restarting');
    else if (kind === 'gave-up') this.#over(adapter, 'gave up');
    else if (kind === 'removed') this.#over(adapter, 'stopped');
    if (kind !== 'added') this.#known.add(adapter);
  }

  #state(adapter: string, transition: PageTransition): void {
    const { state = '', step, reason, delayMs = 0 } = transition;
    if (state === 'closed') return this.#over(adapter, 'closed');
    if (state === 'connecting' && !this.#known.has(adapter)) this.#begin(adapter, 'start', transition);
    // The machine may say where it goes before the exit itself is told.
    if ((state === 'ending' || state === 'waiting') && reason !== undefined && !this.#open.has(adapter))
      this.#begin(adapter, 'death', transition);
    const open = this.#open.get(adapter);
    if (open === undefined) return;
    open.waitedMs += delayMs;
    if (state !== 'ready') open.phase = step === undefined ? state : `${state}: ${step}`;
  }

  #exit(adapter: string, transition: PageTransition): void {
    const { reason = '', message } = transition;
    if (reason === 'closed') return;
    const open = this.#open.get(adapter) ?? this.#begin(adapter, 'death', transition);
    open.exits += 1;
    if (open.exits > 1) return;
    open.reason = reason;
    open.message = message;
  }

  #restored(adapter: string, transition: PageTransition): void {
    const kind = transition.epoch === 1 ? 'start' : 'other';
    const open = this.#open.get(adapter) ?? this.#begin(adapter, kind, transition);
    open.steps = transition.steps ?? [];
    open.totalMs = transition.totalMs;
    open.downMs = transition.downMs;
    open.nextEpoch = transition.epoch;
    open.end = 'restored';
    this.#open.delete(adapter);
  }

  /** The new connection's restore was told before; now it is known what it was for. */
  #rotated(adapter: string, { epoch }: PageTransition): void {
    const restored = this.list.findLast((one) => one.adapter === adapter && one.nextEpoch === epoch);
    if (restored === undefined) return;
    restored.kind = 'rotation';
    restored.reason = 'rotation';
  }

  #phase(adapter: string, phase: string): void {
    const open = this.#open.get(adapter);
    if (open !== undefined) open.phase = phase;
  }

  #over(adapter: string, phase: string): void {
    const open = this.#open.get(adapter);
    if (open === undefined) return;
    open.phase = phase;
    open.end = 'over';
    this.#open.delete(adapter);
  }

  #begin(
    adapter: string,
    kind: Outage['kind'],
    { number, atMs, reason, message, epoch }: PageTransition,
  ): Outage {
    const outage: Outage = {
      number,
      adapter,
      kind,
      atMs,
      reason: kind === 'start' ? 'first connect' : (reason ?? 'another connection'),
      message,
      exits: 0,
      waitedMs: 0,
      phase: '',
      steps: [],
      totalMs: undefined,
      downMs: undefined,
      epoch: kind === 'death' ? epoch : undefined,
      nextEpoch: undefined,
      end: 'open',
    };
    this.#open.set(adapter, outage);
    this.list.push(outage);
    if (this.list.length > MOST_OUTAGES) this.list.splice(0, this.list.length - MOST_OUTAGES);
    return outage;
  }
}
