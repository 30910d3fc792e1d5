// Frames of a channel and its data: `{"channel":"tides","data":{…}}`. By the channel goes who reads the data, by what the connection has
// asked for what its topic is called; acknowledgements, errors and pongs are channels like any other.
import type { DecodeSink, Exchange } from '../exchange.js';
import { parseObject } from './json-rpc.js';
import type { NamedSubscriptions } from './named-subscriptions.js';

/** Tells the sink what the data of a topic says. Returns what is wrong with it, or undefined. */
export type DataReader = (topic: string, data: unknown, sink: DecodeSink) => string | undefined;

export interface ChannelWords {
  /** A frame that is no JSON, by which servers greet. */
  readonly greeting?: string;
  /** The channels that answer a ping, repeat a subscription, and say in words what is wrong. */
  readonly channels: { readonly pong: string; readonly acknowledgement: string; readonly error: string };
  /** Channels whose data is about no topic: answers to requests, say. */
  readonly answers: Readonly<Record<string, (data: unknown, sink: DecodeSink) => string | undefined>>;
  /** By channel, or several separated by spaces, what reads its data; and what reads that of every other channel. */
  readonly readers: Readonly<Record<string, DataReader>>;
  readonly others: DataReader;
}

/** How each connection decodes. */
export function channelDecoder(
  subscriptions: NamedSubscriptions,
  { greeting, channels, others, ...words }: ChannelWords,
): Required<Pick<Exchange, 'decode' | 'newDecode'>> {
  const { pong, acknowledgement, error } = channels;
  const answers = new Map(Object.entries(words.answers));
  const readers = new Map(
    Object.entries(words.readers).flatMap(([names, read]) =>
      names.split(' ').map((name) => [name, read] as const),
    ),
  );
  const newDecode = (): Exchange['decode'] => {
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
  return { decode: (frame, sink) => newDecode()(frame, sink), newDecode };
}
