// Finds the one topic that sinks all others asked for together with it: the venue refuses the whole call, or closes the connection.
// Suspects are asked for apart from the others, one group at a time, and a group that fails is halved.

/** Connections in a row that must die over unanswered topics before these are suspected. */
const DEATHS_BEFORE_SUSPICION = 2;
/** Connections that one topic, asked for alone, must have ended. */
const STRIKES_BEFORE_CONVICTION = 2;
/** Refused calls that are halved in one life of the connection. What is refused beyond is refused whole. */
const MOST_SPLITS = 64;

export class Suspects {
  /** Those that never failed as a group are first: what they confirm shows that the venue serves at all. */
  #groups: (readonly string[])[] = [];
  readonly #strikes = new Map<string, number>();
  #deaths = 0;
  #splits = 0;

  /** Groups that are to be asked for apart. */
  get groups(): readonly (readonly string[])[] {
    return this.#groups;
  }

  has(topic: string): boolean {
    return this.#groups.some((group) => group.includes(topic));
  }

  startEpoch(): void {
    this.#splits = 0;
  }

  /** The venue refused these together and did not say why. False where halving them leads no further. */
  split(topics: readonly string[]): boolean {
    if (topics.length < 2 || this.#splits >= MOST_SPLITS) return false;
    this.#splits += 1;
    this.#halve(topics);
    return true;
  }

  /** Refused, or failed, alone: from now on it is asked for alone. */
  isolate(topic: string): void {
    this.#forget([topic]);
    this.#groups.push([topic]);
  }

  /** The venue serves these: they are beyond suspicion. */
  clear(topics: readonly string[]): void {
    this.#deaths = 0;
    if (this.#groups.length === 0) return;
    this.#forget(topics);
    for (const topic of topics) this.#strikes.delete(topic);
  }

  /**
   * The connection was closed while these were asked for and not answered. Returns the topic that is convicted: it was asked for alone,
   * more than once, on connections that served others (`hasWitness`).
   */
  noteDeath(unanswered: readonly string[], hasWitness: boolean): string | undefined {
    const [only] = unanswered;
    const isGroup = only !== undefined && this.has(only);
    if (!isGroup) {
      this.#deaths += 1;
      if (this.#deaths < DEATHS_BEFORE_SUSPICION) return undefined;
    }
    if (unanswered.length > 1) this.#halve(unanswered);
    else if (only !== undefined) return this.#strike(only, hasWitness);
    return undefined;
  }

  #strike(topic: string, hasWitness: boolean): string | undefined {
    this.isolate(topic);
    if (!hasWitness) return undefined;
    const strikes = (this.#strikes.get(topic) ?? 0) + 1;
    this.#strikes.set(topic, strikes);
    if (strikes < STRIKES_BEFORE_CONVICTION) return undefined;
    this.#strikes.delete(topic);
    return topic;
  }

  #halve(topics: readonly string[]): void {
    this.#forget(topics);
    const middle = Math.ceil(topics.length / 2);
    this.#groups.push(topics.slice(0, middle), topics.slice(middle));
  }

  #forget(topics: readonly string[]): void {
    const gone = new Set(topics);
    this.#groups = this.#groups
      .map((group) => group.filter((topic) => !gone.has(topic)))
      .filter(({ length }) => length > 0);
  }
}
