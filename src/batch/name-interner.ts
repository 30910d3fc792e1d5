// Numbers the topics and symbols of one epoch, so that a name crosses the thread once and its number ever after.
import { ownText } from '../own-text.js';

export class NameInterner {
  readonly #indexes = new Map<string, number>();
  readonly #names: string[] = [];
  /** How many names the main thread has been told. */
  #told = 0;
  // Feeds come in runs of one topic and one symbol: comparing with the last one is cheaper than hashing a fresh string.
  #lastTopic = '';
  #lastTopicIndex = -1;
  #lastSymbol = '';
  #lastSymbolIndex = -1;

  get told(): number {
    return this.#told;
  }

  topic(name: string): number {
    if (name === this.#lastTopic && this.#lastTopicIndex >= 0) return this.#lastTopicIndex;
    this.#lastTopicIndex = this.#intern(name);
    this.#lastTopic = this.at(this.#lastTopicIndex);
    return this.#lastTopicIndex;
  }

  symbol(name: string): number {
    if (name === this.#lastSymbol && this.#lastSymbolIndex >= 0) return this.#lastSymbolIndex;
    this.#lastSymbolIndex = this.#intern(name);
    this.#lastSymbol = this.at(this.#lastSymbolIndex);
    return this.#lastSymbolIndex;
  }

  at(index: number): string {
    return this.#names[index]!;
  }

  /** The names that the main thread does not know yet; from now on it does. */
  tell(): readonly string[] {
    if (this.#told === this.#names.length) return [];
    const names = this.#names.slice(this.#told);
    this.#told = this.#names.length;
    return names;
  }

  #intern(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    // A name is often a part of its frame, which can be a whole book.
    const own = ownText(name);
    const index = this.#names.push(own) - 1;
    this.#indexes.set(own, index);
    return index;
  }
}
