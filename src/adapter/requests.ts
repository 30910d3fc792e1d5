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

  has(id: RequestId): boolean {
    return this.#pending.has(String(id));
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
      if (fits(request.purpose)) return this.take(request.id);
    }
    return undefined;
  }

  takeOverdue(now: number): readonly PendingRequest<Purpose>[] {
    const overdue = [...this.#pending.values()].filter((request) => request.deadline <= now);
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
    for (const request of this.#pending.values()) next = Math.min(next, request.deadline);
    return next;
  }
}
