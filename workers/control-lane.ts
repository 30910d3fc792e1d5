// The lane of replies, private events and notices: never dropped, never behind market data, and still bounded.
// What one socket read produced crosses as one call; when too much is on its way unread, the connection ends.
import type { Counters } from '../src/client/counters.js';
import type { ConnectClient, ControlMessage } from '../src/client/protocol.js';

/** Log lines are the one thing that may be dropped; they are counted then. */
const MAX_LOGS_UNDERWAY = 200;

export interface ControlLaneOptions {
  readonly bounds: ConnectClient['control'];
  /** Says how many calls the main thread is done with. */
  readonly counters: Counters;
  post(messages: readonly ControlMessage[]): void;
  overflowed(): void;
}

/** A call that the main thread is not done with. A log line has neither entries nor bytes. */
interface Underway {
  readonly entries: number;
  readonly bytes: number;
  readonly logs: number;
}

export class ControlLane {
  readonly #options: ControlLaneOptions;
  /** Oldest first. */
  readonly #underway: Underway[] = [];
  #read: number;
  #waiting: ControlMessage[] = [];
  #waitingBytes = 0;
  #entries = 0;
  #bytes = 0;
  #logs = 0;
  #droppedLogs = 0;

  constructor(options: ControlLaneOptions) {
    this.#options = options;
    this.#read = options.counters.controlsRead;
  }

  /** `bytes`: about how much memory the message holds; the size of its frame will do. */
  add(message: ControlMessage, bytes: number): void {
    this.#waiting.push(message);
    this.#waitingBytes += bytes;
    this.#settle();
    const { maxEntries, maxBytes } = this.#options.bounds;
    if (this.#entries + this.#waiting.length <= maxEntries && this.#bytes + this.#waitingBytes <= maxBytes)
      return;
    this.#options.overflowed();
  }

  /** Log lines do not count towards the bounds. */
  log(message: Extract<ControlMessage, { kind: 'log' }>): void {
    this.#settle();
    if (this.#logs >= MAX_LOGS_UNDERWAY) {
      this.#droppedLogs += 1;
      return;
    }
    const dropped = this.#droppedLogs;
    this.#droppedLogs = 0;
    const fields = dropped === 0 ? message.fields : { ...message.fields, droppedLogs: dropped };
    this.#post([{ ...message, fields }], { entries: 0, bytes: 0, logs: 1 });
  }

  flush(): void {
    const entries = this.#waiting.length;
    if (entries === 0) return;
    const bytes = this.#waitingBytes;
    const messages = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#post(messages, { entries, bytes, logs: 0 });
  }

  #post(messages: readonly ControlMessage[], underway: Underway): void {
    this.#underway.push(underway);
    this.#count(underway, 1);
    this.#options.post(messages);
  }

  /** Lets go of what the main thread is done with. Its count goes around the end of 32 bits. */
  #settle(): void {
    for (let done = (this.#options.counters.controlsRead - this.#read) | 0; done > 0; done -= 1) {
      this.#read = (this.#read + 1) | 0;
      const underway = this.#underway.shift();
      if (underway !== undefined) this.#count(underway, -1);
    }
  }

  #count({ entries, bytes, logs }: Underway, sign: 1 | -1): void {
    this.#entries += sign * entries;
    this.#bytes += sign * bytes;
    this.#logs += sign * logs;
  }
}
