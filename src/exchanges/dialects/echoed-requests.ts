// Answers that repeat the request they belong to, so that its name is as good as an id: `{"success":true,"request":{"op":"dim","args":5}}`,
// `{"status":400,"error":"No such lamp","request":{"op":"subscribe","args":["lamp:hall"]}}`. Topics go one by one and are confirmed by name.
import type { DecodeSink, Outgoing, RequestContext, TopicOutgoing, VenueError } from '../exchange.js';
import { objectOf, rowsOf, textOf, wordOf } from './fields.js';
import type { JsonObject } from './json-rpc.js';
import { endOf, topicCalls, type TopicKeeper, type TopicMethod } from './topic-calls.js';

export interface EchoWords {
  /** What frames are that answer nothing, for the text about one that is neither: `a table`. */
  readonly data: string;
  /** Errors that mean that a subscription is there already. */
  readonly isThere: RegExp;
  /** Errors that repeat no request and take a topic away, which is the first group of the pattern. */
  readonly revoked: RegExp;
  /** By op, for those whose good answers say more than `success`: what of an answer is the result, or in words what is wrong with it. */
  readonly results: Readonly<Record<string, (answer: JsonObject) => JsonObject | string>>;
}

export interface EchoedRequests {
  /** A call that its answer names by `op`. */
  readonly call: (op: string, args: unknown) => Outgoing;
  /** One call for each topic. */
  readonly topicCalls: (
    method: TopicMethod,
    topics: readonly string[],
    context: RequestContext,
  ) => readonly TopicOutgoing[];
  /**
   * Tells what a frame answers. Returns what is wrong with it, or undefined. Of a request no more than its name is passed on: that of a
   * login repeats its signature.
   */
  readonly readAnswer: (message: JsonObject, keeper: TopicKeeper, sink: DecodeSink) => string | undefined;
}

export function echoedRequests(words: EchoWords): EchoedRequests {
  const results = new Map(Object.entries(words.results));
  return {
    call: (op, args) => ({ id: op, frame: frameOf(op, args) }),
    topicCalls: (method, topics, context) =>
      topicCalls(method, topics, context, (topic) => frameOf(method, [topic])),
    readAnswer(message, keeper, sink) {
      const { request, error: text, status } = message;
      const { op, args } = objectOf(request);
      const error = typeof text === 'string' ? { code: wordOf(status), message: text } : undefined;
      if (typeof op !== 'string') return readUnaddressed(error, words, sink);
      const topic = textOf(rowsOf(args)[0]);
      if (error !== undefined && op === 'subscribe' && topic !== '' && words.isThere.test(error.message))
        return keepTopic(topic, keeper, sink);
      if (error !== undefined) return tellError(op, topic, error, sink);
      const resultOf = results.get(op);
      if (resultOf === undefined) return readSuccess(op, topic, message, keeper, sink);
      return readResult(op, resultOf(message), sink);
    },
  };
}

function frameOf(op: string, args: unknown): string {
  return JSON.stringify({ op, args });
}

function readResult(op: string, result: JsonObject | string, sink: DecodeSink): string | undefined {
  if (typeof result === 'string') return result;
  return void sink.reply(op, result);
}

function readSuccess(
  op: string,
  topic: string,
  { success }: JsonObject,
  keeper: TopicKeeper,
  sink: DecodeSink,
): string | undefined {
  if (success !== true) return 'an answer that is neither success nor error';
  if (op === 'subscribe') {
    if (topic === '') return 'an acknowledgement without topic';
    keepTopic(topic, keeper, sink);
  } else if (op === 'unsubscribe') {
    keeper.unsubscribed(topic);
    sink.reply(endOf(topic), true);
  } else sink.reply(op, true);
  return undefined;
}

function keepTopic(topic: string, keeper: TopicKeeper, sink: DecodeSink): undefined {
  keeper.subscribed(topic);
  sink.confirmed(topic);
}

function tellError(op: string, topic: string, error: VenueError, sink: DecodeSink): undefined {
  if (op === 'unsubscribe') sink.refusal(endOf(topic), error);
  else if (op !== 'subscribe') sink.refusal(op, error);
  else if (topic === '') sink.refusal(undefined, error);
  else sink.refused(topic, error);
}

/** Nothing is repeated: an error of the connection as a whole, or of a topic that stands in its words. */
function readUnaddressed(
  error: VenueError | undefined,
  words: EchoWords,
  sink: DecodeSink,
): string | undefined {
  if (error === undefined) return `neither ${words.data} nor an answer`;
  const [, topic] = words.revoked.exec(error.message) ?? [];
  if (topic === undefined) sink.refusal(undefined, error);
  else sink.revoked(topic, error);
  return undefined;
}
