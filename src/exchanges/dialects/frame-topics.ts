// Topics of frames that are not parsed, for venues that write the channel first and its symbol somewhere behind it:
// `{"feed":"deals","rows":[{"at":"…","item":"OAK","paid":5}]}` is of the topic `deals:OAK`.

/**
 * `head` fits the beginning of a frame and captures the channel; the first text under `key` behind it is the symbol. Undefined for frames
 * that begin otherwise, or have no such text.
 */
export function frameTopics(head: RegExp, key: string): (frame: string) => string | undefined {
  const before = `"${key}":"`;
  return (frame) => {
    const [beginning, channel] = head.exec(frame) ?? [];
    if (beginning === undefined) return undefined;
    const start = frame.indexOf(before, beginning.length) + before.length;
    const end = frame.indexOf('"', start);
    return start < before.length || end < 0 ? undefined : `${channel}:${frame.slice(start, end)}`;
  };
}

/**
 * The same where the symbol stands in the beginning, too: `head` captures the channel and the symbol. `nameOf`: what the channel is called
 * in topics, where that is not its name on the wire.
 */
export function headTopics(head: RegExp, nameOf = sameName): (frame: string) => string | undefined {
  return (frame) => {
    const [, channel, symbol] = head.exec(frame) ?? [];
    return channel === undefined ? undefined : `${nameOf(channel)}:${symbol}`;
  };
}

function sameName(channel: string): string {
  return channel;
}
