// What the page knows: rows and the fleet, kept up to date by the messages of the stream.
import type { PageFleet, PageMessage, PageRow } from '../messages.js';

export class Model {
  readonly rows = new Map<string, PageRow>();
  fleet: PageFleet | undefined;
  controlKey: string | null = null;
  /** What the server's clock is ahead of the browser's, in ms. */
  #clockOffsetMs = 0;

  /** The server's time now. */
  get nowMs(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  /** Takes a message in. Returns the names whose rows are new or changed. */
  apply(message: PageMessage): ReadonlySet<string> {
    this.#clockOffsetMs = message.atMs - Date.now();
    this.fleet = message.fleet;
    if (message.kind === 'full') {
      const present = new Set(message.rows.map(({ name }) => name));
      for (const name of this.rows.keys()) if (!present.has(name)) this.rows.delete(name);
      this.controlKey = message.controlKey ?? null;
    }
    for (const name of message.removed) this.rows.delete(name);
    for (const change of message.rows) {
      const before = this.rows.get(change.name);
      // A row that is new comes whole.
      this.rows.set(change.name, before === undefined ? (change as PageRow) : { ...before, ...change });
    }
    return new Set(message.rows.map(({ name }) => name));
  }
}
