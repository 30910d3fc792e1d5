// Private events that several connections of one account bring, each told once.
//
// Orders and fills have an identity, so the first arrival wins. Positions, balances and account events have none: they are states, told
// as the primary connection brings them; of the others the latest is kept, and told when one of them becomes the primary.
import type { PrivateEvent } from '../market.js';

const MOST_REMEMBERED = 4096;

interface Latest {
  readonly source: number;
  readonly event: PrivateEvent;
}

export class PrivateMerge {
  readonly #live = new Set<number>();
  /** Connections that were live beside another one: copies can still be on their way when that one is gone. */
  readonly #accompanied = new Set<number>();
  readonly #known = new Map<string, number>();
  readonly #told = new Map<string, string>();
  readonly #latest = new Map<string, Latest>();

  /** A connection begins. */
  opened(source: number): void {
    this.#live.add(source);
    if (this.#live.size > 1) for (const live of this.#live) this.#accompanied.add(live);
  }

  /** A connection has ended, and brings nothing more. */
  left(source: number): void {
    this.#live.delete(source);
    this.#accompanied.delete(source);
  }

  /** Whether the event of a connection is news. */
  admits(event: PrivateEvent, source: number, isPrimary: boolean): boolean {
    if (!this.#accompanied.has(source)) return true;
    const identity = identityOf(event);
    if (identity !== undefined) return this.#isFirst(identity, source);
    const subject = subjectOf(event);
    if (isPrimary) remember(this.#told, subject, contentOf(event));
    else remember(this.#latest, `${source} ${subject}`, { source, event });
    return isPrimary;
  }

  /** This connection is the primary now: returns the states that only it has told of. */
  switchTo(source: number): readonly PrivateEvent[] {
    const news = [...this.#latest.values()].filter(
      ({ source: own, event }) => own === source && this.#told.get(subjectOf(event)) !== contentOf(event),
    );
    this.#latest.clear();
    for (const { event } of news) remember(this.#told, subjectOf(event), contentOf(event));
    return news.map(({ event }) => event);
  }

  /** A connection that repeats itself means it. */
  #isFirst(identity: string, source: number): boolean {
    const owner = this.#known.get(identity);
    if (owner !== undefined && owner !== source) return false;
    remember(this.#known, identity, source);
    return true;
  }
}

function identityOf(event: PrivateEvent): string | undefined {
  if (event.kind === 'fill') return `fill ${event.topic} ${event.fill.symbol} ${event.fill.tradeId}`;
  if (event.kind !== 'order') return undefined;
  const { orderId, state, updatedAtMs, filledAmount, amount, price } = event.order;
  return ['order', event.topic, orderId, state, updatedAtMs, filledAmount, amount, price].join(' ');
}

function subjectOf(event: PrivateEvent): string {
  if (event.kind === 'position') return `position ${event.topic} ${event.position.symbol}`;
  if (event.kind === 'balance') return `balance ${event.topic} ${event.balance.currency}`;
  return `${event.kind} ${event.topic}`;
}

function contentOf(event: PrivateEvent): string {
  return JSON.stringify(event);
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= MOST_REMEMBERED) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
