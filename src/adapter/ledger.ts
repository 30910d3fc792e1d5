// The subscription ledger: which topics the user wants and what the venue has said about each in this epoch.
// What to send is always derived by comparing the two, so that no order of calls, deaths and answers can lose a wish.
import type { VenueError } from '../exchanges/exchange.js';
import type { Ticket } from './messages.js';

/** Refusals in a row after which a topic is no longer tried by itself. */
export const QUARANTINE_AFTER = 3;

export type TopicState = 'absent' | 'subscribing' | 'confirmed' | 'unsubscribing' | 'refused' | 'quarantined';

interface TopicEntry {
  wanted: boolean;
  state: TopicState;
  refusals: number;
  /** Times in a row that it was asked for again within this connection, without being confirmed. */
  retries: number;
  /** To be unsubscribed and subscribed anew, because only that brings a snapshot. */
  needsRenewal: boolean;
  error: VenueError | undefined;
}

interface Waiting {
  readonly ticket: Ticket;
  readonly kind: 'subscribe' | 'unsubscribe';
  readonly topics: readonly string[];
}

/** A user's call that is complete: every topic of it has been answered. */
export interface FinishedCall {
  readonly ticket: Ticket;
  readonly confirmed: readonly string[];
  readonly refused: readonly { readonly topic: string; readonly error: VenueError }[];
}

export class Ledger {
  readonly #topics = new Map<string, TopicEntry>();
  #waiting: Waiting[] = [];

  /** Remembers the wish. A topic that was refused or quarantined gets a fresh chance: the user asked again. */
  want(topics: readonly string[], ticket?: Ticket): void {
    for (const topic of topics) {
      const entry = this.#entry(topic);
      entry.wanted = true;
      if (entry.state !== 'refused' && entry.state !== 'quarantined') continue;
      entry.state = 'absent';
      entry.refusals = 0;
    }
    if (ticket !== undefined) this.#waiting.push({ ticket, kind: 'subscribe', topics: [...topics] });
  }

  unwant(topics: readonly string[], ticket?: Ticket): void {
    for (const topic of topics) {
      const entry = this.#topics.get(topic);
      if (entry !== undefined) entry.wanted = false;
    }
    if (ticket !== undefined) this.#waiting.push({ ticket, kind: 'unsubscribe', topics: [...topics] });
  }

  /** Topics to ask the venue for now; they count as asked from here on. */
  takeToSubscribe(fits: (topic: string) => boolean = () => true): readonly string[] {
    return this.#move(
      (entry, topic) => entry.wanted && entry.state === 'absent' && fits(topic),
      'subscribing',
    );
  }

  takeToUnsubscribe(): readonly string[] {
    return this.#move(
      (entry) => (!entry.wanted || entry.needsRenewal) && entry.state === 'confirmed',
      'unsubscribing',
    );
  }

  /** Asks for the topic to be unsubscribed and subscribed anew. One that is not confirmed will get its snapshot anyway. */
  renew(topic: string): void {
    const entry = this.#topics.get(topic);
    if (entry?.state === 'confirmed') entry.needsRenewal = true;
  }

  /** True where this is news. An acknowledgement for a topic that is not wanted any more is news as well: it has to be undone. */
  confirm(topic: string): boolean {
    const entry = this.#topics.get(topic);
    if (entry === undefined || entry.state === 'confirmed') return false;
    entry.state = 'confirmed';
    entry.refusals = 0;
    entry.retries = 0;
    entry.error = undefined;
    return true;
  }

  /** `isPassing`: the venue was in trouble or asked too fast, which says nothing about the topic. */
  refuse(topic: string, error: VenueError, isPassing = false): void {
    const entry = this.#topics.get(topic);
    if (entry === undefined) return;
    if (!isPassing) entry.refusals += 1;
    entry.error = error;
    entry.state = entry.refusals >= QUARANTINE_AFTER ? 'quarantined' : 'refused';
  }

  /** Topics that were refused for such a reason may be asked for again: the reason is gone, or so it seems. */
  retry(fits: (error: VenueError) => boolean): void {
    for (const entry of this.#topics.values()) {
      const { wanted, state, error, retries } = entry;
      if (!wanted || state !== 'refused' || error === undefined || !fits(error)) continue;
      if (retries >= QUARANTINE_AFTER) continue;
      entry.retries += 1;
      entry.state = 'absent';
    }
  }

  /** Not to be tried any more, until the user asks for it again. */
  quarantine(topic: string, error: VenueError): void {
    const entry = this.#topics.get(topic);
    if (entry === undefined) return;
    entry.error = error;
    entry.state = 'quarantined';
  }

  /** The venue no longer sends the topic. */
  release(topic: string): void {
    const entry = this.#topics.get(topic);
    if (entry === undefined) return;
    if (entry.state !== 'refused' && entry.state !== 'quarantined') entry.state = 'absent';
  }

  /**
   * Forgets what the venue said, because its connection is gone: nothing is confirmed any more, refused topics may try again.
   * Returns the topics whose stream was cut.
   */
  startEpoch(): readonly string[] {
    const cut: string[] = [];
    for (const [topic, entry] of this.#topics) {
      if (entry.wanted && entry.state === 'confirmed') cut.push(topic);
      if (entry.state !== 'quarantined') entry.state = 'absent';
      entry.needsRenewal = false;
      entry.retries = 0;
    }
    this.#forgetUnwanted();
    return cut;
  }

  /** Calls of the user that are complete by now; each is returned once. */
  takeFinished(): readonly FinishedCall[] {
    if (this.#waiting.length === 0) return [];
    const finished = this.#waiting.filter((call) => this.#isFinished(call));
    if (finished.length === 0) return [];
    this.#waiting = this.#waiting.filter((call) => !finished.includes(call));
    const results = finished.map((call) => this.#resultOf(call));
    this.#forgetUnwanted();
    return results;
  }

  /** Tickets of calls that will never be complete, because the adapter ends. */
  takeWaiting(): readonly Ticket[] {
    const tickets = this.#waiting.map((call) => call.ticket);
    this.#waiting = [];
    return tickets;
  }

  get wanted(): readonly string[] {
    return this.#select((entry) => entry.wanted);
  }

  get confirmed(): readonly string[] {
    return this.#select((entry) => entry.state === 'confirmed');
  }

  get quarantined(): readonly string[] {
    return this.#select((entry) => entry.wanted && entry.state === 'quarantined');
  }

  get refused(): readonly { readonly topic: string; readonly error: VenueError }[] {
    return this.#select((entry) => entry.wanted && entry.state === 'refused').map((topic) =>
      this.#refusal(topic),
    );
  }

  /** Topics that were asked for and not answered yet. */
  get unanswered(): readonly string[] {
    return this.#select((entry) => entry.state === 'subscribing' || entry.state === 'unsubscribing');
  }

  stateOf(topic: string): TopicState {
    return this.#topics.get(topic)?.state ?? 'absent';
  }

  #isFinished(call: Waiting): boolean {
    return call.topics.every((topic) => {
      const entry = this.#topics.get(topic);
      if (entry === undefined) return true;
      if (call.kind === 'unsubscribe')
        return entry.wanted || entry.state === 'absent' || isRefused(entry.state);
      return !entry.wanted || entry.state === 'confirmed' || isRefused(entry.state);
    });
  }

  #resultOf(call: Waiting): FinishedCall {
    const refused = call.topics.filter((topic) => isRefused(this.stateOf(topic)));
    const wantedState = call.kind === 'subscribe' ? 'confirmed' : 'absent';
    return {
      ticket: call.ticket,
      confirmed: call.topics.filter((topic) => this.stateOf(topic) === wantedState),
      refused: call.kind === 'subscribe' ? refused.map((topic) => this.#refusal(topic)) : [],
    };
  }

  #refusal(topic: string): { topic: string; error: VenueError } {
    return { topic, error: this.#topics.get(topic)?.error ?? { code: 'refused', message: 'refused' } };
  }

  #entry(topic: string): TopicEntry {
    let entry = this.#topics.get(topic);
    if (entry === undefined) {
      entry = {
        wanted: false,
        state: 'absent',
        refusals: 0,
        retries: 0,
        needsRenewal: false,
        error: undefined,
      };
      this.#topics.set(topic, entry);
    }
    return entry;
  }

  #move(fits: (entry: TopicEntry, topic: string) => boolean, state: TopicState): readonly string[] {
    const topics = this.#select(fits);
    for (const topic of topics) {
      const entry = this.#entry(topic);
      entry.state = state;
      entry.needsRenewal = false;
    }
    return topics;
  }

  #select(fits: (entry: TopicEntry, topic: string) => boolean): readonly string[] {
    const topics: string[] = [];
    for (const [topic, entry] of this.#topics) if (fits(entry, topic)) topics.push(topic);
    return topics;
  }

  #forgetUnwanted(): void {
    for (const [topic, entry] of this.#topics) {
      if (!entry.wanted && (entry.state === 'absent' || isRefused(entry.state))) this.#topics.delete(topic);
    }
  }
}

function isRefused(state: TopicState): boolean {
  return state === 'refused' || state === 'quarantined';
}
