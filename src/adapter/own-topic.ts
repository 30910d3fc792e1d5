// Topics in the common form, `trades:BTC-PERPETUAL`, put into the venue's own words.
import type { CommonTopicKind, Exchange, Venue } from '../exchanges/exchange.js';
import type { AdapterSettings } from './options.js';

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

/** The settings with what is chosen by topic under the venue's own words, which the thread knows alone. */
export function ownTopicSettings(venue: Venue, settings: AdapterSettings): AdapterSettings {
  const { topicDelivery, topicBooks, conflate } = settings;
  const byOwnTopic = <Choice>(choices: Readonly<Record<string, Choice>>): Readonly<Record<string, Choice>> =>
    Object.fromEntries(Object.entries(choices).map(([topic, choice]) => [ownTopic(venue, topic), choice]));
  return {
    ...settings,
    topicDelivery: byOwnTopic(topicDelivery),
    topicBooks: byOwnTopic(topicBooks),
    conflate: conflate.map((topic) => ownTopic(venue, topic)),
  };
}
