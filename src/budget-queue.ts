// Who waits for the rate budget, and who is next: the more urgent first, equals in their order, never more than so many in all.
// Pure: asked with a time, it says who may go now and when to ask again.
import { type Cost, type Priority, priorities, type RateBudget } from './rate-budget.js';

export interface Waiting<T> {
  readonly item: T;
  readonly cost: Cost;
  readonly priority: Priority;
}

export interface Granted<T> {
  /** In the order in which they may go. Their cost has been taken. */
  readonly granted: readonly T[];
  /** Milliseconds until it is worth asking again, also a fraction of one: round it up for a timer. Infinity where nobody waits. */
  readonly waitMs: number;
}

/**
 * A waiting line in front of one budget. Nobody is overtaken by somebody less urgent who draws from the same limit, not even when the
 * less urgent one is cheap enough to go at once: otherwise small requests could keep a dear cancel waiting for ever.
 * Urgency does not grow with waiting: as long as orders use a limit up, subscriptions wait.
 */
export class BudgetQueue<T> {
  readonly #budget: RateBudget;
  readonly #capacity: number;
  readonly #lines = new Map<Priority, Waiting<T>[]>(priorities.map((priority) => [priority, []]));

  /** @throws TypeError when `capacity` is not a positive integer. */
  constructor(budget: RateBudget, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new TypeError(`capacity must be a positive integer, got ${capacity}`);
    this.#budget = budget;
    this.#capacity = capacity;
  }

  get length(): number {
    let length = 0;
    for (const line of this.#lines.values()) length += line.length;
    return length;
  }

  /**
   * Adds to the line. Returns the item that found no room: undefined normally; in a full queue the latest of the least urgent ones,
   * which can be the new item itself.
   * @throws RangeError for a cost that no waiting would make affordable.
   */
  push(waiting: Waiting<T>): T | undefined {
    if (!this.#budget.canEver(waiting.cost, waiting.priority)) {
      throw new RangeError(
        `a ${waiting.priority} of this cost can never be granted: it is over a rate limit or its reserve`,
      );
    }
    this.#line(waiting.priority).push(waiting);
    return this.length > this.#capacity ? this.#dropLeastUrgent() : undefined;
  }

  /** Takes the cost of everybody who may go now. */
  next(nowMs: number): Granted<T> {
    const granted: T[] = [];
    const blocked = new Set<string>();
    let waitMs = Number.POSITIVE_INFINITY;
    for (const priority of priorities) {
      const staying: Waiting<T>[] = [];
      for (const waiting of this.#line(priority)) {
        const touched = this.#budget.touches(waiting.cost);
        const take = touched.some((name) => blocked.has(name)) ? undefined : this.#take(waiting, nowMs);
        if (take?.ok) granted.push(waiting.item);
        else staying.push(waiting);
        if (take?.ok === false) waitMs = Math.min(waitMs, take.waitMs);
        if (!take?.ok) for (const name of touched) blocked.add(name);
      }
      this.#lines.set(priority, staying);
    }
    return { granted, waitMs };
  }

  /** Takes out whoever need not wait any longer, and returns them: for deadlines and connections that are gone. */
  remove(isUnwanted: (item: T) => boolean): T[] {
    const removed: T[] = [];
    for (const [priority, line] of this.#lines) {
      const staying: Waiting<T>[] = [];
      for (const waiting of line) {
        if (isUnwanted(waiting.item)) removed.push(waiting.item);
        else staying.push(waiting);
      }
      this.#lines.set(priority, staying);
    }
    return removed;
  }

  #take({ cost, priority }: Waiting<T>, nowMs: number) {
    return this.#budget.tryTake(cost, priority, nowMs);
  }

  #dropLeastUrgent(): T {
    const line = priorities
      .toReversed()
      .map((priority) => this.#line(priority))
      .find(({ length }) => length > 0)!;
    return line.pop()!.item;
  }

  #line(priority: Priority): Waiting<T>[] {
    return this.#lines.get(priority)!;
  }
}
