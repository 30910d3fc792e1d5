// Puts frames on the socket and tells what became of each: the number in the shared counters proves what never got there.
import { monotonicNs } from '../src/clock.js';
import type { Counters } from '../src/client/counters.js';
import type { SendResult } from '../src/client/protocol.js';
import type { FrameTap } from './frame-tap.js';
import type { Socket } from './socket.js';

type SendFailure = Extract<SendResult, { ok: false }>;
const sent: SendResult = { ok: true };

export class Sender {
  readonly #socket: Socket;
  readonly #counters: Counters;
  readonly #maxWaitingBytes: number;
  readonly #tap: FrameTap | undefined;

  /** `maxWaitingBytes`: how much may wait for the kernel; one frame is taken whenever nothing waits. */
  constructor(socket: Socket, counters: Counters, maxWaitingBytes: number, tap?: FrameTap) {
    this.#socket = socket;
    this.#counters = counters;
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#tap = tap;
  }

  /** `sendBeforeNs`: on the monotonic clock, 0 for no deadline. */
  send(
    number: number,
    frame: string | Uint8Array,
    sendBeforeNs: number,
    isSecret: boolean,
  ): Promise<SendResult> | SendResult {
    const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
    return this.#refusal(bytes, sendBeforeNs) ?? this.#write(number, frame, bytes, isSecret);
  }

  /** A frame of the library's own: heartbeats. Nobody waits for it. */
  answer(frame: string): void {
    if (!this.#socket.isOpen) return;
    this.#count(Buffer.byteLength(frame));
    // A failed write ends the socket, which is told as the thread's ending.
    this.#socket.send(frame, () => undefined);
    this.#tap?.sent(frame, false);
  }

  #refusal(bytes: number, sendBeforeNs: number): SendFailure | undefined {
    if (!this.#socket.isOpen) return refused('not-sent', 'the connection is not open');
    const waiting = this.#socket.bufferedBytes;
    if (waiting > 0 && waiting + bytes > this.#maxWaitingBytes) {
      return refused('queue-full', `${waiting} bytes wait for the network already; the peer does not read`);
    }
    if (sendBeforeNs > 0 && monotonicNs() > sendBeforeNs) {
      return refused('send-deadline-passed', 'the deadline of the send had passed in the thread');
    }
    return undefined;
  }

  #write(number: number, frame: string | Uint8Array, bytes: number, isSecret: boolean): Promise<SendResult> {
    return new Promise((resolve) => {
      this.#counters.sendsStarted = number;
      this.#socket.send(frame, (error) => {
        resolve(
          error === undefined || error === null
            ? sent
            : refused('unknown', `the write failed: ${error.message}`),
        );
      });
      this.#count(bytes);
      this.#tap?.sent(frame, isSecret);
    });
  }

  #count(bytes: number): void {
    this.#counters.add('framesSent', 1);
    this.#counters.add('bytesSent', bytes);
  }
}

function refused(code: SendFailure['code'], message: string): SendFailure {
  return { ok: false, code, message };
}
