// The opt-in heartbeat: `heartbeat` and `test_request` frames, and the 4000 close when a test_request stays unanswered.
// Measured on the wire with interval 10: a test_request each 10.6 s, a heartbeat beside it while no events are sent.
import type { Clock } from '../kit/clock.js';
import type { Connection } from '../kit/connection.js';

const answerWithinMs = 10_000;
/** The real server's period is a little longer than the interval asked for. */
const measuredStretch = 1.06;
const heartbeatFrame = '{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}';
const testRequestFrame = '{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}';

export class Heartbeat {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #onMissed: () => void;
  readonly #timer: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | undefined;

  constructor(connection: Connection, clock: Clock, intervalSeconds: number, onMissed: () => void) {
    this.#connection = connection;
    this.#clock = clock;
    this.#onMissed = onMissed;
    connection.eventsSinceLook = 0;
    this.#timer = setInterval(() => this.#beat(), clock.scale(intervalSeconds * 1000 * measuredStretch));
  }

  /** The client sent `public/test`. */
  answered(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.answered();
  }

  #beat(): void {
    if (this.#connection.eventsSinceLook === 0) this.#connection.notify(heartbeatFrame);
    this.#connection.notify(testRequestFrame);
    this.#connection.eventsSinceLook = 0;
    this.#deadline ??= setTimeout(this.#onMissed, this.#clock.scale(answerWithinMs));
  }
}
