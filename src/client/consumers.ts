// Everybody who reads a client: listeners and frame streams. What comes before anybody reads waits, and while it waits its credit
// is held back, so that a server's first words are not lost between the open and the first `frames()`.
import type { Batch } from '../batch/batch.js';
import { monotonicNs } from '../clock.js';
import type { Gap } from '../market.js';
import type { ClientEvents } from './client-options.js';
import { FrameStream } from './frame-stream.js';
import { Listeners } from './listeners.js';

interface Unread {
  readonly batch: Batch;
  readonly epoch: number;
  /** Gives the credit back. */
  readonly read: () => void;
}

export class Consumers {
  readonly #maxBytes: number;
  readonly #listeners = new Listeners<ClientEvents>();
  readonly #streams = new Set<FrameStream>();
  #unread: Unread[] | undefined = [];
  #unreadBytes = 0;
  #isDone = false;

  /** `maxBytes`: what may wait here, for each reader. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add<Name extends keyof ClientEvents>(
    name: Name,
    listener: (...values: ClientEvents[Name]) => unknown,
  ): void {
    this.#listeners.add(name, listener);
    this.#tellUnread(name);
  }

  once<Name extends keyof ClientEvents>(
    name: Name,
    listener: (...values: ClientEvents[Name]) => unknown,
  ): void {
    this.#listeners.once(name, listener);
    this.#tellUnread(name);
  }

  remove<Name extends keyof ClientEvents>(
    name: Name,
    listener: (...values: ClientEvents[Name]) => unknown,
  ): void {
    this.#listeners.remove(name, listener);
  }

  stream(): FrameStream {
    const stream = new FrameStream(this.#maxBytes, (detached) => this.#streams.delete(detached));
    for (const { batch, epoch, read } of this.#takeUnread()) settled(stream.push(batch, epoch), read);
    if (this.#isDone) stream.finish();
    else this.#streams.add(stream);
    return stream;
  }

  /** Returns a promise where somebody wants the next batch to wait. */
  batch(batch: Batch, epoch: number): Promise<void> | undefined {
    for (const gap of batch.gaps) this.tell('gap', gap);
    if (this.#unread !== undefined) return this.#keepUnread(this.#unread, batch, epoch);
    const listened = this.#listeners.emit('batch', batch);
    if (this.#streams.size === 0) return listened;
    const streamed = [...this.#streams].map((stream) => stream.push(batch, epoch));
    return Promise.all([listened, ...streamed]).then(() => undefined);
  }

  /** A gap that the thread could not tell, because it was gone. */
  gap(gap: Gap): void {
    for (const stream of this.#streams) stream.mark(gap);
    this.tell('gap', gap);
  }

  tell<Name extends keyof ClientEvents>(name: Name, ...values: ClientEvents[Name]): void {
    void this.#listeners.emit(name, ...values);
  }

  /** Nothing more will come. */
  finish(): void {
    this.#isDone = true;
    for (const stream of this.#streams) stream.finish();
    this.#streams.clear();
  }

  #keepUnread(unread: Unread[], batch: Batch, epoch: number): Promise<void> {
    this.#unreadBytes += batch.byteLength;
    const kept = new Promise<void>((read) => unread.push({ batch, epoch, read }));
    // One life cannot get here, for want of credit; several that nobody reads can.
    while (this.#unreadBytes > this.#maxBytes && unread.length > 1) this.#dropUnread(unread.shift()!);
    return kept;
  }

  #dropUnread({ batch, epoch, read }: Unread): void {
    this.#unreadBytes -= batch.byteLength;
    read();
    this.tell('gap', {
      topic: '',
      reason: 'overflow',
      epoch,
      dropped: batch.length,
      noticedAtNs: monotonicNs(),
    });
  }

  #tellUnread(name: keyof ClientEvents): void {
    if (name !== 'batch') return;
    for (const { batch, read } of this.#takeUnread()) settled(this.#listeners.emit('batch', batch), read);
  }

  #takeUnread(): readonly Unread[] {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    return unread;
  }
}

/** Runs `then` when the work is done, at once where there is none to wait for. Listeners' promises never reject here. */
function settled(work: Promise<void> | undefined, then: () => void): void {
  if (work === undefined) then();
  else void work.then(then);
}
