// Frames of a channel and its data: `{"channel":"tides","data":{…}}`. By the channel goes who reads the data, by what the connection has
// asked for what its topic is called; acknowledgements, errors and pongs are channels like any other.
import type { DecodeSink } from '../exchange.js';
import { parseObject } from './json-rpc.js';
import type { NamedSubscriptions } from './named-subscriptions.js';

/** Tells the sink what the data of a topic says. Returns what is wrong with it, or undefined. */
export type DataReader = (topic: string, data: unknown, sink: DecodeSink) => string | undefined;

export interface ChannelWords {
  /** A frame that is no JSON, by which servers greet. */
  readonly greeting?: string;
  /** The channel that answers pings. */
  readonly pong: string;
  /** The channels that repeat a subscription, and that say in words what is wrong. */
  readonly acknowledgement: string;
  readonly error: string;
  /** Channels whose data is about no topic: answers to requests, say. */
  readonly answers: Readonly<Record<string, (data: unknown, sink: DecodeSink) => string | undefined>>;
  /** By channel what reads its data, and what reads that of every other channel. */
  readonly readers: Readonly<Record<string, DataReader>>;
  readonly others: DataReader;
}

/** Makes what makes the `decode` of one connection. */
export function channelDecoder(
  subscriptions: NamedSubscriptions,
  { greeting, pong, acknowledgement, error, others, ...words }: ChannelWords,
): () => (frame: string, sink: DecodeSink) => string | undefined {
  const readers = new Map(Object.entries(words.readers));
  const answers = new Map(Object.entries(words.answers));
  return () => {
    const asked = subscriptions.connection();
    return (frame, sink) => {
      if (frame === greeting) return void sink.alive();
      const message = parseObject(frame);
      if (message === undefined) return 'the frame is not a JSON object';
      const { channel, data } = message;
      if (typeof channel !== 'string') return 'a frame without channel';
      // Nearly all frames are data, so these come first.
      const read = readers.get(channel);
      if (read !== undefined) return read(asked.topicOf(channel, data), data, sink);
      if (channel === pong) return void sink.alive();
      if (channel === acknowledgement) return asked.readAcknowledgement(data, sink);
      if (channel === error) return asked.readError(data, sink);
      const answer = answers.get(channel);
      return answer === undefined ? others(asked.topicOf(channel, data), data, sink) : answer(data, sink);
    };
  };
}

/** Reads what the library has no words for: topics of the market go to the user as they are, what is left is the account's. */
export function passedOn(market: RegExp): DataReader {
  return (topic, data, sink) => {
    if (typeof data !== 'object' || data === null) return `${topic}: no data`;
    if (market.test(topic)) return void sink.message(topic);
    return void sink.private({ kind: 'account', topic, raw: data });
  };
}
