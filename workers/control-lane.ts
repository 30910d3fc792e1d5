// The lane of replies, private events and notices: never dropped, never behind market data, and still bounded.
// What one socket read produced crosses as one call; when too much is on its way unanswered, the connection ends.
import type { ConnectClient, ControlMessage } from '../src/client/protocol.js';

/** Log lines are the one thing that may be dropped; they are counted then. */
const MAX_LOGS_UNDERWAY = 200;

export interface ControlLaneOptions {
  readonly bounds: ConnectClient['control'];
  /** The answer is the credit. */
  post(messages: readonly ControlMessage[]): Promise<void>;
  overflowed(): void;
}

export class ControlLane {
  readonly #options: ControlLaneOptions;
  #waiting: ControlMessage[] = [];
  #waitingBytes = 0;
  #entries = 0;
  #bytes = 0;
  #logs = 0;
  #droppedLogs = 0;

  constructor(options: ControlLaneOptions) {
    this.#options = options;
  }

  /** `bytes`: about how much memory the message holds; the size of its frame will do. */
  add(message: ControlMessage, bytes: number): void {
    this.#waiting.push(message);
    this.#waitingBytes += bytes;
    const { maxEntries, maxBytes } = this.#options.bounds;
    if (this.#entries + this.#waiting.length <= maxEntries && this.#bytes + this.#waitingBytes <= maxBytes)
      return;
    this.#options.overflowed();
  }

  /** Log lines do not count towards the bounds. */
  log(message: Extract<ControlMessage, { kind: 'log' }>): void {
    if (this.#logs >= MAX_LOGS_UNDERWAY) {
      this.#droppedLogs += 1;
      return;
    }
    const dropped = this.#droppedLogs;
    this.#droppedLogs = 0;
    this.#logs += 1;
    const fields = dropped === 0 ? message.fields : { ...message.fields, droppedLogs: dropped };
    const done = (): void => {
      this.#logs -= 1;
    };
    this.#options.post([{ ...message, fields }]).then(done, done);
  }

  flush(): void {
    const entries = this.#waiting.length;
    if (entries === 0) return;
    const bytes = this.#waitingBytes;
    const messages = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#entries += entries;
    this.#bytes += bytes;
    const done = (): void => {
      this.#entries -= entries;
      this.#bytes -= bytes;
    };
    this.#options.post(messages).then(done, done);
  }
}
