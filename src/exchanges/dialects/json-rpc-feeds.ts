// Feeds over JSON-RPC: calls that take lists of channels, and beside the answers to calls heartbeats and notifications that bring the data of
// a channel: `{"jsonrpc":"2.0","method":"push","params":{"channel":"fills.X","data":[{…}]}}`.
import type {
  DecodeSink,
  Exchange,
  Heartbeat,
  RequestContext,
  TopicOutgoing,
  VenueError,
  VenueNotice,
} from '../exchange.js';
import {
  type ChannelReader,
  type ChannelReaders,
  readerFinder,
  readerTest,
  tellMessage,
} from './channel-readers.js';
import { textOf, valueAt } from './fields.js';
import { call, callWithId, isObject, type JsonObject, parseObject, readAnswer } from './json-rpc.js';
import { knownFrames } from './known-frames.js';
import { allConfirmed, batchTopics, compareTopics, textAfter } from './topics.js';

/** Ids of the calls that nobody waits for. */
const [START_ID, PONG_ID, HELLO_ID] = [-1, -2, -3];
/** What a call of a list of channels has around it, in bytes, and some more. */
const ENVELOPE_BYTES = 200;

/** Methods that take a list of channels: the one for everybody's, and the one for those that need a login. */
export interface ChannelMethods {
  readonly open: string;
  readonly own: string;
}

/** Heartbeats that the venue sends once it was asked for them; some want an answer: `{"method":"beat","params":{"type":"tick"}}`. */
export interface FeedHeartbeat extends Pick<Heartbeat, 'intervalMs' | 'silenceMs'> {
  /** The method that asks for them, with the seconds between two of them as `interval`. */
  readonly ask: string;
  readonly leastSeconds: number;
  /** The method of the heartbeats. */
  readonly method: string;
  /** The type that is a sign of life. */
  readonly beat: string;
  /** The type that wants to be answered by a call, and the method of this call. */
  readonly challenge: string;
  readonly answer: string;
}

export interface FeedWords {
  readonly venue: string;
  readonly subscribe: ChannelMethods;
  readonly unsubscribe: ChannelMethods;
  /** True for channels that need a login. */
  readonly isOwn: (channel: string) => boolean;
  /** Channels of one call, and the largest frame that the venue accepts. */
  readonly maxTopics: number;
  readonly maxRequestBytes: number;
  /** What it means that the answer, a list of channels, lacks one that was asked for. */
  readonly leftOut: VenueError;
  /** The call that introduces the client. */
  readonly hello: { readonly method: string; readonly params: JsonObject };
  readonly heartbeat: FeedHeartbeat;
  /** Errors that answer nothing, and must not be taken for the refusal of the oldest request: by their text what kind of notice they are. */
  readonly notices: Readonly<Record<string, VenueNotice['kind']>>;
  /** The method of the notifications. */
  readonly method: string;
  /** Market data that is a list of rows, which the reader checks. Sought first. */
  readonly lists: ChannelReaders<unknown>;
  /** Market data that is an object. */
  readonly objects: ChannelReaders<JsonObject>;
  /**
   * What is no market data: the account's own, and what the venue says of itself. It is read even where frames of market data are handed
   * on unread. Channels that are in none of these tables are messages.
   */
  readonly events: ChannelReaders<JsonObject>;
}

/** How a feed is kept alive and asked, and what its frames say. */
export function jsonRpcFeeds(words: FeedWords) {
  const { method, hello, maxRequestBytes } = words;
  // Notifications whose keys stand in another order are read as well, but slower.
  const head = `{"jsonrpc":"2.0","method":"${method}","params":{"channel":"`;
  const isEvent = readerTest(words.events);
  return {
    hello: () => callWithId(HELLO_ID, hello.method, hello.params).frame,
    heartbeat: heartbeatOf(words.heartbeat),
    isPrivate: words.isOwn,
    subscribe: channelCalls(words.subscribe, words),
    unsubscribe: channelCalls(words.unsubscribe, words),
    readSubscribed: (topics, granted) => compareTopics(topics, granted, words.leftOut),
    readUnsubscribed: allConfirmed,
    request: (name, params, context) => call(context, name, params),
    maxRequestBytes,
    decode: frameReader(words, knownFrames(head, '","data":', '}}')),
    topicOf(frame) {
      const channel = textAfter(head, frame) ?? '';
      return channel === '' || isEvent(channel) ? undefined : channel;
    },
  } satisfies Partial<Exchange>;
}

function heartbeatOf({ ask, leastSeconds, intervalMs, silenceMs }: FeedHeartbeat): Heartbeat {
  return {
    intervalMs,
    silenceMs,
    start(ms) {
      const interval = Math.max(leastSeconds, Math.round(ms / 1000));
      return callWithId(START_ID, ask, { interval }).frame;
    },
  };
}

function channelCalls({ open, own }: ChannelMethods, { isOwn, maxTopics, maxRequestBytes }: FeedWords) {
  const limits = { maxTopics, maxBytes: maxRequestBytes - ENVELOPE_BYTES };
  const callsOf = (method: string, channels: readonly string[], context: RequestContext) =>
    batchTopics(channels, limits).map((topics) => ({
      ...call(context, method, { channels: topics }),
      topics,
    }));
  return (topics: readonly string[], context: RequestContext): readonly TopicOutgoing[] => {
    const others = topics.filter((topic) => !isOwn(topic));
    return [...callsOf(open, others, context), ...callsOf(own, topics.filter(isOwn), context)];
  };
}

function frameReader(words: FeedWords, readKnown: ReturnType<typeof knownFrames>): Exchange['decode'] {
  const { venue, method, heartbeat } = words;
  const notices = new Map(Object.entries(words.notices));
  const readNotification = notificationReader(words);
  const readHeartbeat = heartbeatReader(heartbeat);
  return (frame, sink) => {
    const known = readKnown(frame);
    if (known !== undefined) return readNotification(known, sink);
    const message = parseObject(frame);
    if (message === undefined) return 'the frame is not a JSON object';
    const { method: said, params, error } = message;
    if (said === method) return readNotification(params, sink);
    if (said === heartbeat.method) return readHeartbeat(params, sink);
    if (said !== undefined) return `a method that is neither ${method} nor ${heartbeat.method}`;
    const text = textOf(valueAt(error, 'message'));
    const kind = notices.get(text);
    if (kind === undefined) return readAnswer(message, sink);
    return void sink.notice({ kind, text: `${venue}: ${text}` });
  };
}

type ParamsReader = (params: unknown, sink: DecodeSink) => string | undefined;

function notificationReader(words: FeedWords): ParamsReader {
  const listReader = readerFinder(words.lists);
  const objectReader = readerFinder(words.objects);
  const [isEvent, eventReader] = [readerTest(words.events), readerFinder(words.events)];
  // A message is asked whether it is an event, not whether it is this one or that.
  const otherReader = (channel: string): ChannelReader<JsonObject> =>
    (isEvent(channel) ? eventReader(channel) : undefined) ?? tellMessage;
  return (params, sink) => {
    if (!isObject(params)) return 'a notification without params';
    const { channel, data } = params;
    if (typeof channel !== 'string' || channel === '') return 'a notification without channel';
    const readList = listReader(channel);
    if (readList !== undefined) return readList(channel, data, sink);
    if (typeof data !== 'object' || data === null) return `${channel}: no data`;
    const read = objectReader(channel) ?? otherReader(channel);
    return read(channel, data as JsonObject, sink);
  };
}

function heartbeatReader({ beat, challenge, answer }: FeedHeartbeat): ParamsReader {
  const { frame } = callWithId(PONG_ID, answer);
  return (params, sink) => {
    const type = valueAt(params, 'type');
    if (type === challenge) sink.answer(frame);
    else if (type === beat) sink.alive();
    else return 'a heartbeat of unknown type';
    return undefined;
  };
}
