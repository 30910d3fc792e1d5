// Keeps the venue's subscriptions equal to the wanted ones: asks for what is missing, gives back what is not wanted any more.
import type { RequestId, TopicResult, VenueError } from '../exchanges/exchange.js';
import { ask } from './calls.js';
import type { Purpose, Turn } from './state.js';

const NO_ANSWER: VenueError = {
  code: 'no-answer',
  message: 'the venue did not acknowledge the topic in time',
};

/** Sends what brings the venue's subscriptions closer to the wanted ones. Safe to call at any time. */
export function reconcileTopics(turn: Turn): void {
  if (!mayChangeTopics(turn)) return;
  request(turn, 'unsubscribe', turn.state.topics.takeToUnsubscribe());
  request(turn, 'subscribe', turn.state.topics.takeToSubscribe());
}

/** Reads the venue's answer to a subscribe or unsubscribe call. */
export function topicsAnswered(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'subscribe' | 'unsubscribe' }>,
  result: unknown,
): void {
  const { exchange } = turn.config;
  const { topics } = turn.state;
  if (purpose.kind === 'unsubscribe') {
    const read = exchange.readUnsubscribed?.(purpose.topics, result) ?? {
      confirmed: purpose.topics,
      refused: [],
    };
    for (const topic of read.confirmed) topics.release(topic);
    // A topic that the venue would not give up is not ours to keep asking for: its data is dropped like any other unwanted data.
    for (const { topic } of read.refused) topics.release(topic);
  } else if (exchange.readSubscribed !== undefined) {
    applyResult(turn, exchange.readSubscribed(purpose.topics, result));
  }
  topicsChanged(turn);
}

/** The venue refused the whole call, or did not answer it in time. */
export function topicsRefused(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'subscribe' | 'unsubscribe' }>,
  error: VenueError = NO_ANSWER,
): void {
  const { topics } = turn.state;
  for (const topic of purpose.topics) {
    if (purpose.kind === 'unsubscribe') topics.release(topic);
    // A venue that acknowledges topic by topic may have confirmed some of them already.
    else if (topics.stateOf(topic) === 'subscribing') topics.refuse(topic, error);
  }
  topicsChanged(turn);
}

/** The venue spoke about one topic, outside any call. */
export function topicConfirmed(turn: Turn, topic: string): void {
  if (turn.state.topics.confirm(topic)) topicsChanged(turn);
}

export function topicRefused(turn: Turn, topic: string, error: VenueError): void {
  turn.state.topics.refuse(topic, error);
  topicsChanged(turn);
}

/** The venue took a confirmed topic away: a gap for its consumers, and another try at the next restore. */
export function topicRevoked(turn: Turn, topic: string, error: VenueError): void {
  const { topics, epoch } = turn.state;
  const before = topics.stateOf(topic);
  if (before === 'subscribing') return topicRefused(turn, topic, error);
  if (before !== 'confirmed') return;
  topics.refuse(topic, error);
  turn.emit({ type: 'emit-revoked', topic, error });
  turn.emit({ type: 'emit-gaps', reason: 'revoked', epoch, topics: [topic] });
  topicsChanged(turn);
}

/** Topics whose own acknowledgement did not come within the step's deadline. */
export function giveUpUnanswered(turn: Turn): void {
  for (const topic of turn.state.topics.unanswered) turn.state.topics.refuse(topic, NO_ANSWER);
  topicsChanged(turn);
}

/** Tells callers whose topics are all answered, and sends what the change makes necessary. */
export function topicsChanged(turn: Turn): void {
  settleFinished(turn);
  reconcileTopics(turn);
}

/** The connection is gone: nothing is subscribed any more. A cut stream is a gap for its consumers. */
export function topicsLost(turn: Turn): void {
  const { topics, epoch, phase } = turn.state;
  const cut = topics.startEpoch();
  // Nobody misses what comes after a close that was asked for.
  if (cut.length > 0 && phase.name !== 'closing') turn.emit({ type: 'emit-gaps', reason: 'exit', epoch, topics: cut });
  settleFinished(turn);
}

function settleFinished(turn: Turn): void {
  for (const call of turn.state.topics.takeFinished()) {
    turn.settle(call.ticket, { confirmed: call.confirmed, refused: call.refused });
  }
}

function applyResult(turn: Turn, read: TopicResult): void {
  for (const topic of read.confirmed) turn.state.topics.confirm(topic);
  for (const { topic, error } of read.refused) turn.state.topics.refuse(topic, error);
}

function mayChangeTopics(turn: Turn): boolean {
  const { phase } = turn.state;
  if (phase.name === 'ready') return true;
  return phase.name === 'restoring' && ['subscribe', 'reconcile', 'resume'].includes(phase.step);
}

function request(turn: Turn, kind: 'subscribe' | 'unsubscribe', topics: readonly string[]): void {
  if (topics.length === 0) return;
  const { exchange, stepTimeoutMs } = turn.config;
  for (const outgoing of exchange[kind](topics, turn.context())) {
    const id: RequestId = outgoing.id;
    ask(turn, { id, frame: outgoing.frame }, { kind, topics: outgoing.topics }, stepTimeoutMs);
  }
}
