// Plays one recorded life to one client: frames at their time, answers when they are asked for, and a stop wherever the recorded client
// had asked for topics and this one has not yet.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recording } from '../../recording/recording.js';
import type { Connection } from '../kit/connection.js';
import type { LifeScript, RecordedRequest } from './script.js';
import { likeness, readdressed, requestOf } from './request.js';

/** Unsent bytes at which the player waits for the client to read. */
const MOST_BUFFERED = 1024 * 1024;
/** Frames between two looks at what the client sends. */
const FRAMES_PER_TURN = 64;

export interface StageOptions {
  readonly recording: Recording;
  readonly script: LifeScript;
  /** Infinity: as fast as the client reads. */
  readonly speed: number;
  /** Milliseconds that a client is waited for where the recorded one had asked for topics. */
  readonly patienceMs: number;
  readonly connection: Connection;
}

export class Stage {
  framesPlayed = 0;
  readonly #options: StageOptions;
  readonly #barriers: ReadonlyMap<number, RecordedRequest>;
  readonly #asked = new Set<RecordedRequest>();
  #wake: (() => void) | undefined;
  /** Milliseconds of this process's clock at which the recording's time 0 would be. */
  #originMs = Number.NaN;

  constructor(options: StageOptions) {
    this.#options = options;
    const barriers = options.script.requests.filter(({ isBarrier }) => isBarrier);
    this.#barriers = new Map(barriers.map((request) => [request.place, request]));
  }

  /** A frame of the client. */
  hear(text: string): void {
    const { connection, script } = this.#options;
    const asked = requestOf(text);
    const found = this.#find(text);
    if (found === undefined) {
      if (text === 'ping') connection.notify('pong');
      else if (asked.isJsonRpc && asked.id !== undefined) connection.notify(refusal(asked.id.value));
      return;
    }
    const { answer } = found;
    // The latest answer to the same question, where this one had none.
    const known =
      answer ?? script.requests.find((one) => one.answer && likeness(one.asked, asked) === 1)?.answer;
    if (known !== undefined) connection.notify(readdressed(known.text, found.asked, asked));
    this.#asked.add(found);
    this.#wake?.();
  }

  /** Plays to the end. Resolves earlier where the client leaves. */
  async play(): Promise<void> {
    const { recording, script, connection } = this.#options;
    let place = -1;
    for await (const entry of recording) {
      if (entry.life !== script.life || entry.kind !== 'frame') continue;
      place += 1;
      if (entry.direction === 'sent') await this.#awaitAsked(place, entry.atNs);
      if (!connection.isOpen) return;
      if (entry.direction === 'sent' || script.answers.has(place)) continue;
      await this.#awaitTime(entry.atNs);
      if (entry.isBinary) connection.notifyBinary(entry.data);
      else connection.notify(entry.data.toString());
      this.framesPlayed += 1;
      await this.#breathe();
    }
  }

  /** Ends a wait, because the client is gone. */
  leave(): void {
    this.#wake?.();
  }

  #find(text: string): RecordedRequest | undefined {
    const asked = requestOf(text);
    let best: RecordedRequest | undefined;
    let bestScore = 0;
    for (const request of this.#options.script.requests) {
      const score = likeness(request.asked, asked) - (this.#asked.has(request) ? 0.001 : 0);
      if (score > bestScore) [best, bestScore] = [request, score];
    }
    return best;
  }

  async #awaitAsked(place: number, atNs: number): Promise<void> {
    const { patienceMs, connection } = this.#options;
    const request = this.#barriers.get(place);
    if (request === undefined) return;
    const deadline = performance.now() + patienceMs;
    while (!this.#asked.has(request) && connection.isOpen && performance.now() < deadline) {
      await this.#woken(deadline - performance.now());
    }
    // What comes next is as far from here as it was then.
    this.#setClock(atNs);
  }

  #woken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, ms));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #awaitTime(atNs: number): Promise<void> {
    const { speed, connection } = this.#options;
    if (speed === Number.POSITIVE_INFINITY) return;
    if (Number.isNaN(this.#originMs)) this.#setClock(atNs);
    for (;;) {
      const waitMs = this.#originMs + atNs / 1e6 / speed - performance.now();
      if (waitMs < 1 || !connection.isOpen) return;
      await this.#woken(Math.min(waitMs, 2 ** 31 - 1));
    }
  }

  #setClock(atNs: number): void {
    const { speed } = this.#options;
    if (speed !== Number.POSITIVE_INFINITY) this.#originMs = performance.now() - atNs / 1e6 / speed;
  }

  async #breathe(): Promise<void> {
    const { connection } = this.#options;
    if (this.framesPlayed % FRAMES_PER_TURN !== 0) return;
    await new Promise((resolve) => setImmediate(resolve));
    while (connection.isOpen && connection.bufferedBytes > MOST_BUFFERED) await sleep(1);
  }
}

function refusal(id: string): string {
  return `{"jsonrpc":"2.0","id":${id},"error":{"code":-32601,"message":"the recording has no such request"}}`;
}
