// Topics in the common form, `trades:BTC-PERPETUAL`, put into the venue's own words.
import type { CommonTopicKind, Exchange, Venue } from '../exchanges/exchange.js';

const COMMON = /^(trades|quotes|book):(.+)$/;

/** The venue's own topic; what is not in the common form, or has none at this venue, is the venue's own already. */
export function ownTopic(venue: Venue, topic: string): string {
  const [, kind, symbol = ''] = COMMON.exec(topic) ?? [];
  if (kind === undefined) return topic;
  const exchanges = Object.values(venue.sockets) as unknown as readonly Exchange[];
  for (const { commonTopic } of [venue, ...exchanges]) {
    const own = commonTopic?.(kind as CommonTopicKind, symbol);
    if (own !== undefined) return own;
  }
  return topic;
}
