// Requests that wait for the venue's answer: by id, with deadlines, each taken out exactly once.
import type { RequestId } from '../exchanges/exchange.js';

export interface PendingRequest<Purpose> {
  readonly id: RequestId;
  readonly epoch: number;
  /** Milliseconds on the machine's clock. */
  readonly deadline: number;
  /** Milliseconds since the Unix epoch. */
  readonly madeAtMs: number;
  readonly purpose: Purpose;
  /** Milliseconds from the send to the deadline. */
  readonly timeoutMs: number;
  /** True while the rate budget makes its frame wait: it has provably not been sent. */
  readonly isHeld: boolean;
  /** The deadline while it is held. Infinity: it may wait as long as it takes. */
  readonly heldDeadline: number;
}

export class Requests<Purpose> {
  // A Map keeps the order of insertion, which makes "the oldest that fits" a plain walk.
  readonly #pending = new Map<string, PendingRequest<Purpose>>();

  get size(): number {
    return this.#pending.size;
  }

  /** False where a request with this id is pending already. A venue that echoes numbers as text must not confuse 7 and "7". */
  add(request: PendingRequest<Purpose>): boolean {
    const key = String(request.id);
    if (this.#pending.has(key)) return false;
    this.#pending.set(key, request);
    return true;
  }

  get(id: RequestId): PendingRequest<Purpose> | undefined {
    return this.#pending.get(String(id));
  }

  has(id: RequestId): boolean {
    return this.#pending.has(String(id));
  }

  /** Marks the request as waiting for the rate budget. Undefined where it has ended meanwhile. */
  hold(id: RequestId): PendingRequest<Purpose> | undefined {
    return this.#change(id, (request) => ({ ...request, isHeld: true }));
  }

  /** The frame goes out now. Where waiting does not count, its deadline begins now. */
  release(id: RequestId, now: number): PendingRequest<Purpose> | undefined {
    return this.#change(id, (request) => {
      const deadline = Number.isFinite(request.heldDeadline) ? request.deadline : now + request.timeoutMs;
      return { ...request, isHeld: false, deadline };
    });
  }

  /** True where a held request may wait as long as it takes. */
  get hasPatient(): boolean {
    for (const request of this.#pending.values()) {
      if (request.isHeld && request.heldDeadline === Number.POSITIVE_INFINITY) return true;
    }
    return false;
  }

  some(fits: (purpose: Purpose) => boolean): boolean {
    for (const { purpose } of this.#pending.values()) if (fits(purpose)) return true;
    return false;
  }

  take(id: RequestId): PendingRequest<Purpose> | undefined {
    const key = String(id);
    const request = this.#pending.get(key);
    if (request !== undefined) this.#pending.delete(key);
    return request;
  }

  /** The request that an answer without an id is taken for: the oldest that fits. */
  takeOldest(fits: (purpose: Purpose) => boolean): PendingRequest<Purpose> | undefined {
    for (const request of this.#pending.values()) {
      if (!request.isHeld && fits(request.purpose)) return this.take(request.id);
    }
    return undefined;
  }

  takeOverdue(now: number): readonly PendingRequest<Purpose>[] {
    const overdue = [...this.#pending.values()].filter((request) => dueAt(request) <= now);
    for (const request of overdue) this.#pending.delete(String(request.id));
    return overdue;
  }

  takeAll(): readonly PendingRequest<Purpose>[] {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    return all;
  }

  /** Infinity where nothing is pending. */
  get nextDeadline(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const request of this.#pending.values()) next = Math.min(next, dueAt(request));
    return next;
  }

  #change(
    id: RequestId,
    change: (request: PendingRequest<Purpose>) => PendingRequest<Purpose>,
  ): PendingRequest<Purpose> | undefined {
    const request = this.#pending.get(String(id));
    if (request === undefined) return undefined;
    const changed = change(request);
    this.#pending.set(String(id), changed);
    return changed;
  }
}

function dueAt({ isHeld, heldDeadline, deadline }: PendingRequest<unknown>): number {
  return isHeld ? heldDeadline : deadline;
}
