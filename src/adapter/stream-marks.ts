// How far a stream has been delivered, and where an event stands in it. Several connections can bring copies of one stream.

/** An event's place in its stream. Numbers of a stream rise; events with the same number are told apart by counting them. */
export interface StreamPlace {
  /** The venue's sequence, or the time of the event where it has none. NaN where it has neither. */
  readonly number: number;
  /** The how-manieth with this number it is, from 1 on. */
  readonly count: number;
  /** The number after which nothing can lie between: the one it names, or its own less 1. NaN where nobody can say. */
  readonly previous: number;
  /** Whether it is of no use without the event it follows: a change of a book. */
  readonly isChained: boolean;
  /** Told apart by this where there is no number: the id of a trade, the text of a message. */
  readonly identity: string | undefined;
}

/** `apart`: later than what was delivered, but it does not follow from it. */
export type Standing = 'new' | 'behind' | 'apart';

/** Identities that are remembered for a stream without numbers. */
const MOST_IDENTITIES = 1024;

/** How far one stream has been delivered, by whichever connection. */
export class StreamMark {
  number = Number.NaN;
  count = 0;
  /** The connection that delivered last; 0 for none. */
  owner = 0;
  /** Whether its topic brings the stream of one symbol only. */
  isAlone = true;
  #identities: Map<string, number> | undefined;

  /** Whether anything was delivered by which another event can be judged. */
  get tellsApart(): boolean {
    return !Number.isNaN(this.number) || this.#identities !== undefined;
  }

  /** Where an event of a connection stands. `overlaps`: an update may reach back behind what was delivered. */
  standingOf(place: StreamPlace, source: number, overlaps: boolean): Standing {
    if (Number.isNaN(place.number)) return this.#standingById(place.identity, source);
    if (Number.isNaN(this.number)) return 'new';
    if (place.number < this.number) return 'behind';
    if (place.number === this.number && place.count <= this.count) return 'behind';
    if (!place.isChained || place.previous === this.number) return 'new';
    return overlaps && place.previous < this.number ? 'new' : 'apart';
  }

  /** True where nothing of the topic can lie between what was delivered and this event. */
  isNext(place: StreamPlace): boolean {
    return this.isAlone && place.previous === this.number;
  }

  /** The event was delivered. */
  take(place: StreamPlace, source: number): void {
    this.owner = source;
    if (!Number.isNaN(place.number)) {
      this.number = place.number;
      this.count = place.count;
    } else if (place.identity !== undefined) this.#remember(place.identity, source);
  }

  /** The stream was cut, and a gap told: what comes next is taken as it is. */
  reset(): void {
    this.number = Number.NaN;
    this.count = 0;
    this.owner = 0;
    this.#identities = undefined;
  }

  #remember(identity: string, source: number): void {
    this.#identities ??= new Map();
    this.#identities.set(identity, source);
    if (this.#identities.size <= MOST_IDENTITIES) return;
    const oldest = this.#identities.keys().next();
    if (oldest.done !== true) this.#identities.delete(oldest.value);
  }

  /** A connection that repeats itself means it; only what another one brought is known. */
  #standingById(identity: string | undefined, source: number): Standing {
    const owner = identity === undefined ? undefined : this.#identities?.get(identity);
    return owner === undefined || owner === source ? 'new' : 'behind';
  }
}

/** One connection's copy of one stream: how far it has been read. */
export class StreamCopy {
  readonly mark: StreamMark;
  number = Number.NaN;
  count = 0;
  /** Events in a row below what was delivered, since the numbers fell back. */
  fallen = 0;
  /** Whether its count can be compared with that of others: events that share a time are told apart by it. */
  isSure = true;
  #generation = 0;

  constructor(mark: StreamMark) {
    this.mark = mark;
  }

  /** Begins anew where the generation is another than before. */
  begin(generation: number, isNumbered: boolean): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.number = Number.NaN;
    this.isSure = isNumbered;
  }

  /** Moves on to the next event. */
  advance(number: number): void {
    if (number === this.number) this.count += 1;
    else {
      if (!Number.isNaN(this.number)) this.isSure = true;
      if (number < this.number) this.fallen = 1;
      else if (this.fallen > 0) this.fallen = number < this.mark.number ? this.fallen + 1 : 0;
      this.number = number;
      this.count = 1;
    }
  }

  /**
   * Moves on over events that were all delivered, to the `count` last ones, which have this number. `before`: another number right
   * before them, NaN where there was none.
   */
  skipTo(number: number, count: number, before: number): void {
    const last = Number.isNaN(before) ? this.number : before;
    if (Number.isNaN(last)) {
      this.number = number;
      this.count = count;
      return;
    }
    const isSame = Number.isNaN(before) && number === last;
    this.count = isSame ? this.count + count : count;
    if (!isSame) this.isSure = true;
    this.number = number;
    this.fallen = 0;
  }
}
