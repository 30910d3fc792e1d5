// One browser that looks: a stream of server-sent events that is never written to faster than it is read.
import type { ServerResponse } from 'node:http';
import type { PageMessage } from './messages.js';

export class Viewer {
  readonly #response: ServerResponse;
  #isBehind = false;
  /** Ticks in a row that could not be written. */
  skipped = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('error', () => undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    // How long the browser waits before it connects anew, in ms.
    response.write('retry: 1000\n\n');
  }

  /**
   * Sends the changes, or everything to a page that has missed some. While the last message still waits in the socket nothing is sent:
   * what a slow reader gets is newer, not more.
   */
  tell(change: string, full: () => PageMessage): void {
    if (this.#response.writableNeedDrain) {
      this.#isBehind = true;
      this.skipped += 1;
      return;
    }
    this.skipped = 0;
    if (this.#isBehind) return this.catchUp(full());
    this.#response.write(change);
  }

  catchUp(full: PageMessage): void {
    this.#isBehind = false;
    this.#response.write(encode(full));
  }

  end(): void {
    this.#response.destroy();
  }
}

export function encode(message: PageMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
