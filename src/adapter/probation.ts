// Finds the topic that the venue acknowledges and then closes the connection over. Dying soon after an acknowledgement proves nothing by
// itself, because a server that flaps does the same to everybody. So what is suspected is only asked for later than the rest, and one
// topic is convicted only where connections that had lived well for long without it died of asking for it, again and again, with no other
// death in between. Any death that does not fit ends the suspicion: a wrong quarantine is worse than none. See docs/decisions/probation.md.

/** An acknowledgement that the connection outlives by less is taken for a possible reason of its death. */
const AT_ONCE_MS = 500;
/** Connections in a row that must have died at once after their acknowledgements. */
const DEATHS_BEFORE_PROBATION = 5;
/** How long a connection must live on after it was given topics, to clear them. */
const SETTLE_MS = 2_000;
/** How long a connection must live without the last suspect before that is asked for: so long, up to twice as long at random. */
const DWELL_MS = 30_000;
/** Connections in a row that the last suspect must have ended. */
const STRIKES_BEFORE_CONVICTION = 3;

export class Probation {
  /** Early deaths in a row, while nothing is suspected. */
  #deaths = 0;
  #suspects: readonly string[] = [];
  #strikes = 0;
  #ackedAt = Number.NEGATIVE_INFINITY;
  /** Whether this connection has been given what was held back. */
  #isReleased = false;
  /** Whether something else was acknowledged since: then nobody can say which of them it was. */
  #isBlurred = false;

  /** Topics that the next or present connection is given later than the others. */
  get heldBack(): readonly string[] {
    return this.#isReleased ? [] : this.#laterOnes;
  }

  /** Whether a connection that is READY has to be looked at after a while. */
  get isOn(): boolean {
    return this.#suspects.length > 0;
  }

  /** How long a READY connection lives before it is given the rest, or is looked at again. `random`: from 0 to 1. */
  waitMs(random: number): number {
    return this.#suspects.length > 1 || this.#isReleased ? SETTLE_MS : DWELL_MS * (1 + random);
  }

  startEpoch(): void {
    this.#ackedAt = Number.NEGATIVE_INFINITY;
    this.#isReleased = false;
    this.#isBlurred = false;
  }

  noteAck(topics: readonly string[], now: number): void {
    if (topics.length === 0) return;
    this.#ackedAt = now;
    if (this.#isReleased && topics.some((topic) => !this.#suspects.includes(topic))) this.#isBlurred = true;
  }

  /** The connection has waited long enough: what was held back is asked for. */
  release(): void {
    this.#isReleased = true;
  }

  /** Looks at a connection that was given everything. True where it has outlived that for long enough: nothing is suspected any more. */
  hasSettled(now: number): boolean {
    if (!this.#isReleased || now - this.#ackedAt < SETTLE_MS) return false;
    this.#forget();
    return true;
  }

  /** These are not wanted any more. */
  keepOnly(isWanted: (topic: string) => boolean): void {
    if (!this.#suspects.every(isWanted)) this.#forget();
  }

  /**
   * The connection died without a word, with all its topics answered and these confirmed. Returns the topic that is convicted.
   */
  noteDeath(confirmed: readonly string[], now: number): string | undefined {
    const isAtOnce = now - this.#ackedAt <= AT_ONCE_MS;
    if (!isAtOnce || this.#isBlurred) this.#forget();
    else if (this.#suspects.length === 0) this.#noteEarlyDeath(confirmed);
    else if (this.#suspects.length > 1) this.#suspects = this.#isReleased ? this.#laterOnes : this.#firstOnes;
    else return this.#strike(confirmed);
    return undefined;
  }

  /** The connection died in a way that says nothing about topics, or did not come as far. */
  noteOtherDeath(): void {
    this.#forget();
  }

  #noteEarlyDeath(confirmed: readonly string[]): void {
    this.#deaths += 1;
    // Where there is only one topic, nobody could bear witness that the venue serves at all.
    if (this.#deaths >= DEATHS_BEFORE_PROBATION && confirmed.length > 1) this.#suspects = confirmed;
  }

  #strike(confirmed: readonly string[]): string | undefined {
    const [only] = this.#suspects;
    // It died without the suspect, or without anybody else that it served.
    if (!this.#isReleased || !confirmed.some((topic) => topic !== only)) {
      this.#forget();
      return undefined;
    }
    this.#strikes += 1;
    if (this.#strikes < STRIKES_BEFORE_CONVICTION) return undefined;
    this.#forget();
    return only;
  }

  #forget(): void {
    this.#deaths = 0;
    this.#strikes = 0;
    this.#suspects = [];
  }

  get #firstOnes(): readonly string[] {
    return this.#suspects.slice(0, Math.ceil(this.#suspects.length / 2));
  }

  /** The second half; where only one is left, that one. */
  get #laterOnes(): readonly string[] {
    return this.#suspects.length > 1
      ? this.#suspects.slice(Math.ceil(this.#suspects.length / 2))
      : this.#suspects;
  }
}
