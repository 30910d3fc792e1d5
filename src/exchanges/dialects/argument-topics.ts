// Topics of venues whose subscriptions are objects: `books:BTC-USDT` for `{"channel":"books","instId":"BTC-USDT"}`, and
// `orders:instType=SWAP` for `{"channel":"orders","instType":"SWAP"}`. Each object has exactly one topic.
import type { JsonObject } from './json-rpc.js';

export interface ArgumentTopics {
  readonly argumentOf: (topic: string) => JsonObject;
  /** Undefined where there is no channel. Keys that the venue adds by itself are not part of the topic. */
  readonly topicOf: (argument: JsonObject) => string | undefined;
  /** True for a topic in the one form that `topicOf` gives back. */
  readonly isTopic: (topic: string) => boolean;
}

/** `mainKey` needs no name where it stands alone; `keys` are all that can belong to a topic, in the order they are written in. */
export function argumentTopics(mainKey: string, keys: readonly string[]): ArgumentTopics {
  const argumentOf = (topic: string): JsonObject => {
    const channel = channelOf(topic);
    const rest = topic.slice(channel.length + 1);
    if (!rest.includes('=')) return rest === '' ? { channel } : { channel, [mainKey]: rest };
    const pairs = rest.split(',').map((pair) => pair.split('=', 2) as [string, string]);
    return { channel, ...Object.fromEntries(pairs) };
  };
  const topicOf = (argument: JsonObject): string | undefined => {
    const { channel, [mainKey]: main } = argument;
    if (typeof channel !== 'string' || channel === '') return undefined;
    // Most frames are of topics with nothing but a channel and the main key.
    if (typeof main === 'string' && main !== '' && hasTwoKeys(argument)) return `${channel}:${main}`;
    const given = keys.filter((key) => typeof argument[key] === 'string' && argument[key] !== '');
    if (given.length === 0) return channel;
    if (given.length === 1 && given[0] === mainKey) return `${channel}:${main as string}`;
    return `${channel}:${given.map((key) => `${key}=${argument[key] as string}`).join(',')}`;
  };
  const isTopic = (topic: string): boolean =>
    /^[a-zA-Z][\w-]*(?::[\w=,.-]+)?$/.test(topic) && topicOf(argumentOf(topic)) === topic;
  return { argumentOf, topicOf, isTopic };
}

function hasTwoKeys(argument: JsonObject): boolean {
  let count = 0;
  for (const _key in argument) count += 1;
  return count === 2;
}

export function channelOf(topic: string): string {
  const end = topic.indexOf(':');
  return end < 0 ? topic : topic.slice(0, end);
}
