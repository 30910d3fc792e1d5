// Frames that are written alike but for their channel and data: `{"stream":"CHANNEL","data":DATA}`. What is known letter by letter need not
// be parsed, which is a fifth to a third of a short frame's cost.
import { ownText } from '../../own-text.js';
import { parseJson } from './json-rpc.js';

export interface ChannelData {
  readonly channel: string;
  readonly data: unknown;
}

/** What may not stand in a text of JSON, or means something else there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NEEDS_PARSER = /["\\\u0000-\u001f]/; // oxlint-disable-line no-control-regex

/** Channels that are known again; far more than one connection has. */
const MOST_CHANNELS = 10_000;

/**
 * Reads frames made of `head`, a channel, `middle`, JSON and `tail`, where head, middle and tail together with a channel and any JSON make
 * a whole text of JSON. Then the frame says just what it would say to `JSON.parse`, because data that is whole by itself leaves no room for
 * anything else. Undefined for every other frame, good or bad: it is to be parsed as a whole. Never throws.
 */
export function knownFrames(
  head: string,
  middle: string,
  tail: string,
): (frame: string) => ChannelData | undefined {
  const channels = new Map<string, string>();
  let last = '';
  return (frame) => {
    // V8 compares a slice thrice as fast as `startsWith`.
    if (frame.slice(0, head.length) !== head || !frame.endsWith(tail)) return undefined;
    const channelEnd = frame.indexOf(middle, head.length);
    if (channelEnd < 0) return undefined;
    const channel = frame.slice(head.length, channelEnd);
    if (channel !== last) {
      const known = channels.get(channel);
      if (known === undefined && NEEDS_PARSER.test(channel)) return undefined;
      last = known ?? keep(channel, channels);
    }
    const data = parseJson(frame.slice(channelEnd + middle.length, frame.length - tail.length));
    return data === undefined ? undefined : { channel: last, data };
  };
}

function keep(channel: string, channels: Map<string, string>): string {
  if (channels.size >= MOST_CHANNELS) channels.clear();
  const own = ownText(channel);
  channels.set(own, own);
  return own;
}
