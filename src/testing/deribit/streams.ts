// The channels: who listens, what is pending, and the frames. A frame is built once for all its listeners.
import type { Connection } from '../kit/connection.js';
import { WireFrame } from '../kit/wire-frame.js';
import type { Envelope } from './envelope.js';
import type { MarketChange } from './market.js';

/** When a channel sends: at once, or what has gathered each 100 ms or each second. */
export type Pace = 'raw' | '100ms' | 'second';

export abstract class ChannelStream {
  readonly channel: string;
  readonly pace: Pace;
  /** The listeners, with the label that private notifications carry. */
  readonly listeners = new Map<Connection, string | undefined>();
  readonly #envelope: Envelope;
  #framesPublished = 0;

  constructor(channel: string, pace: Pace, envelope: Envelope) {
    this.channel = channel;
    this.pace = pace;
    this.#envelope = envelope;
  }

  /** Something happened on a market of this channel. */
  onMarket(_change: MarketChange): void {}

  /** Time to send what has gathered. */
  flush(): void {}

  /** A listener is about to join. */
  beforeJoin(): void {}

  /** A new listener: sends what the channel starts with. */
  greet(_connection: Connection): void {}

  /** Sends data to all listeners. `sequence` is the venue's own number where it has one. */
  publish(data: unknown, sequence?: number): void {
    this.#framesPublished += 1;
    const number = sequence ?? this.#framesPublished;
    const shared = this.frame(data);
    for (const [connection, label] of this.listeners) {
      const frame = label === undefined ? shared : this.#labelled(data, label);
      connection.event(this.channel, frame, number);
    }
  }

  /** Sends data to one listener. */
  publishTo(connection: Connection, data: unknown, sequence: number): void {
    connection.event(this.channel, this.frame(data), sequence);
  }

  frame(data: unknown): WireFrame {
    return new WireFrame(this.#envelope.notification(this.channel, data));
  }

  #labelled(data: unknown, label: string): WireFrame {
    return new WireFrame(this.#envelope.notification(this.channel, data, label));
  }
}
