// The names of one epoch on the main thread: topics and symbols, by the number the thread gave them.

/** One for each epoch: the next thread numbers its names anew. */
export class NameTable {
  readonly #names: string[] = [];
  readonly #indexes = new Map<string, number>();

  get length(): number {
    return this.#names.length;
  }

  /** Adds names from this index on; at the end where none is given. Names that are there already stay as they are. */
  add(names: readonly string[], first = this.#names.length): void {
    for (const [place, name] of names.entries()) {
      this.#names[first + place] = name;
      this.#indexes.set(name, first + place);
    }
  }

  /** The name with this number. */
  at(index: number): string {
    return this.#names[index]!;
  }

  /** The number of a name for the rest of the epoch, -1 while no event has brought it. */
  indexOf(name: string): number {
    return this.#indexes.get(name) ?? -1;
  }
}
