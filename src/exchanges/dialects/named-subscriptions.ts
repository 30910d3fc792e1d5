// Subscriptions without ids: one in each frame, confirmed, ended and refused by repeating it. What frames of data tell of their topic can be
// less than was asked for, so each connection remembers what that was.
import type { DecodeSink, RequestContext, TopicOutgoing } from '../exchange.js';
import { valueAt } from './fields.js';
import { type JsonObject, parseObject } from './json-rpc.js';
import type { OptionTopics } from './option-topics.js';
import { endOf, topicCalls, type TopicMethod } from './topic-calls.js';

export interface SubscriptionWords {
  readonly frame: (method: TopicMethod, subscription: JsonObject) => string;
  /** Errors that mean that a subscription is there already, and that one is gone already. */
  readonly isThere: RegExp;
  readonly isGone: RegExp;
}

export interface NamedSubscriptions {
  /** One call for each topic. */
  readonly calls: (
    method: TopicMethod,
    names: readonly string[],
    context: RequestContext,
  ) => readonly TopicOutgoing[];
  /** What a connection knows of its subscriptions before the first frame. */
  readonly connection: () => ConnectionSubscriptions;
}

export function namedSubscriptions(topics: OptionTopics, words: SubscriptionWords): NamedSubscriptions {
  return {
    calls: (method, names, context) =>
      topicCalls(method, names, context, (topic) => words.frame(method, topics.subscriptionOf(topic))),
    connection: () => new ConnectionSubscriptions(topics, words),
  };
}

export class ConnectionSubscriptions {
  readonly #topics: OptionTopics;
  readonly #words: SubscriptionWords;
  /** By what frames tell of their topic, the topic as it was asked for. Bounded by the subscriptions that the venue allows. */
  readonly #asked = new Map<string, string>();

  constructor(topics: OptionTopics, words: SubscriptionWords) {
    this.#topics = topics;
    this.#words = words;
  }

  /** The topic of a frame of data, as it was asked for. */
  topicOf(channel: string, data: unknown): string {
    const told = this.#topics.toldBy(channel, data);
    return this.#asked.get(told) ?? told;
  }

  /** Reads `{"method":"subscribe","subscription":{…}}`. Returns what is wrong with it, or undefined. */
  readAcknowledgement(data: unknown, sink: DecodeSink): string | undefined {
    const method = valueAt(data, 'method');
    const topic = this.#topics.topicOf(valueAt(data, 'subscription'));
    if (topic === undefined) return 'an acknowledgement without subscription';
    if (method === 'subscribe') this.#confirm(topic, sink);
    else if (method === 'unsubscribe') this.#release(topic, sink);
    else return 'an acknowledgement of neither subscribe nor unsubscribe';
    return undefined;
  }

  /** Reads an error in words, with the subscription that it is about behind them: `Already subscribed: {"type":"l2Book",…}`. */
  readError(text: unknown, sink: DecodeSink): string | undefined {
    if (typeof text !== 'string') return 'an error without text';
    const [, words = '', json = ''] = /^([^{]*)(.*)$/s.exec(text) ?? [];
    const repeated = parseObject(json);
    const topic = this.#topics.topicOf(repeated?.['subscription'] ?? repeated);
    const error = { code: 'error', message: words.replace(/:?\s*$/, '') };
    if (topic === undefined) sink.refusal(undefined, error);
    else if (this.#words.isThere.test(text)) sink.confirmed(topic);
    else if (this.#words.isGone.test(text)) sink.reply(endOf(topic), true);
    else sink.refused(topic, error);
    return undefined;
  }

  /** Two books of one coin, or two addresses, whose frames look alike: whatever was told of either would be a guess. */
  #confirm(topic: string, sink: DecodeSink): void {
    const told = this.#topics.toldOf(topic);
    const held = this.#asked.get(told) ?? topic;
    if (held === topic) {
      this.#asked.set(told, topic);
      sink.confirmed(topic);
      return;
    }
    const message = `frames of ${topic} cannot be told from those of ${held} on the same connection: use another adapter for it`;
    sink.refused(topic, { code: 'indistinguishable', message });
    sink.answer(this.#words.frame('unsubscribe', this.#topics.subscriptionOf(topic)));
  }

  #release(topic: string, sink: DecodeSink): void {
    const told = this.#topics.toldOf(topic);
    if (this.#asked.get(told) === topic) this.#asked.delete(told);
    sink.reply(endOf(topic), true);
  }
}
