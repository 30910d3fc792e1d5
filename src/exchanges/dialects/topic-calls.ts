// One topic in each frame, for venues whose errors do not say which of several topics they mean. There are no ids on the wire: an answer is
// matched by what it repeats of the frame.
import type { RequestContext, TopicOutgoing } from '../exchange.js';

export type TopicMethod = 'subscribe' | 'unsubscribe';

/** Who has to know which topics a connection has: what is remembered of them, or how their data is named, can depend on it. */
export interface TopicKeeper {
  readonly subscribed: (topic: string) => void;
  readonly unsubscribed: (topic: string) => void;
}

/** One call for each topic. `frameOf` writes what is sent for it. */
export function topicCalls(
  method: TopicMethod,
  topics: readonly string[],
  context: RequestContext,
  frameOf: (topic: string) => string,
): readonly TopicOutgoing[] {
  return topics.map((topic) => ({
    // What is subscribed is confirmed by topic, so this id is never answered and must not be in the way of the next try.
    id: method === 'subscribe' ? context.nextId() : endOf(topic),
    frame: frameOf(topic),
    topics: [topic],
  }));
}

/** The id of the call that gives a topic back: nothing but its name says which one an answer has ended. */
export function endOf(topic: string): string {
  return `unsubscribe ${topic}`;
}
