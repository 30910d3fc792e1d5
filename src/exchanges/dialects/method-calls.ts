// Calls by method with a number of their own, and their answers: `{"method":"subscribe","params":{…},"req_id":33}`. One call can have
// many answers, one for each of its symbols or orders, all with the number of the call; a subscription's name their topic.
import type { DecodeSink, Outgoing, RequestContext, VenueError } from '../exchange.js';
import { textOf } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';

/** Members of `params` that are undefined are left out. */
export function methodCall(id: number, method: string, params: JsonObject): Outgoing {
  return { id, frame: JSON.stringify({ method, params, req_id: id }) };
}

/** What numbers of calls are apart: one less is how many channels they can name. */
const STEP = 32;

/**
 * Numbers of calls that also say which channel is meant, for venues whose refusals name the symbol only:
 * `{"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":33,"success":false,"symbol":"XBT/USD"}`
 */
export interface ChannelIds {
  /** The number of the next call. Left out or no channel of the list: it is about none. */
  readonly next: (context: RequestContext, channel?: string) => number;
  /** '' where the number is about no channel. */
  readonly channelOf: (id: number) => string;
}

/** @throws RangeError for more channels than the numbers can name. */
export function channelIds(channels: readonly string[]): ChannelIds {
  if (channels.length >= STEP) throw new RangeError(`no more than ${STEP - 1} channels can be told apart`);
  return {
    next: (context, channel = '') => context.nextId() * STEP + channels.indexOf(channel) + 1,
    channelOf: (id) => channels[(id % STEP) - 1] ?? '',
  };
}

/** What a venue's answers say in its own way. */
export interface AnswerWords {
  readonly ids: ChannelIds;
  /** The topic that an answer to a subscription of this channel is about, undefined where it does not say enough. */
  readonly topicOf: (channel: string, said: JsonObject) => string | undefined;
  /** The error that means that a topic is subscribed already. */
  readonly alreadySubscribed: string;
  readonly errorOf: (text: string) => VenueError;
}

/**
 * Tells the sink what an answer says; returns what is wrong with it, or undefined.
 *
 * - success: `{"method":"subscribe","req_id":33,"result":{"channel":"book","symbol":"A/B"},"success":true}`
 * - failure: `{"error":"not supported","method":"subscribe","req_id":33,"success":false,"symbol":"A/B"}`
 */
export function readMethodAnswer(
  message: JsonObject,
  words: AnswerWords,
  sink: DecodeSink,
): string | undefined {
  const { method, req_id: id, success, result = {}, error } = message;
  if (id !== undefined && typeof id !== 'number') return 'an answer whose req_id is no number';
  const isDone = success === true;
  if (!isDone && typeof error !== 'string') return 'an answer without success and error';
  const problem = isDone ? undefined : (error as string);
  if (method === 'subscribe')
    return readSubscribed(id, isDone && isObject(result) ? result : message, problem, words, sink);
  // A topic that cannot be given up was not had, which is what was wanted.
  if (id !== undefined && (isDone || method === 'unsubscribe')) sink.reply(id, result);
  else if (problem !== undefined) sink.refusal(id, words.errorOf(problem));
  else return 'an answer without the req_id of its request';
  return undefined;
}

function readSubscribed(
  id: number | undefined,
  said: JsonObject,
  problem: string | undefined,
  words: AnswerWords,
  sink: DecodeSink,
): string | undefined {
  const channel = textOf(said['channel']) || words.ids.channelOf(id ?? Number.NaN);
  const topic = words.topicOf(channel, said);
  if (topic === undefined) {
    if (problem === undefined) return 'an acknowledgement that names no channel';
    sink.refusal(id, words.errorOf(problem));
  } else if (problem === undefined || problem === words.alreadySubscribed) sink.confirmed(topic);
  else sink.refused(topic, words.errorOf(problem));
  return undefined;
}
