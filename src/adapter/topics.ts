// Keeps the venue's subscriptions equal to the wanted ones: asks for what is missing, gives back what is not wanted any more.
import type { ErrorClass, RequestId, TopicResult, VenueError } from '../exchanges/exchange.js';
import { ask } from './calls.js';
import type { Exit } from '../client/exit.js';
import type { ExitReason } from '../errors.js';
import type { Purpose, Turn } from './state.js';

const NO_ANSWER: VenueError = {
  code: 'no-answer',
  message: 'the venue did not acknowledge the topic in time',
};

export const CLOSES_CONNECTION: VenueError = {
  code: 'closes-connection',
  message: 'the venue closed the connection each time this topic was asked for',
};

/** A close within so many ms after topics were asked for is taken for an answer to them. */
const POISON_MS = 2_000;
/** Ends that the venue itself makes without a word about why. */
const sudden: ReadonlySet<ExitReason> = new Set<ExitReason>(['socket-closed', 'network-error']);
/** Refusals that say nothing about the topic. */
const passing: ReadonlySet<ErrorClass> = new Set<ErrorClass>(['rate', 'retry', 'login']);
/** The state of a topic whose call was not answered yet. */
const OPEN_STATE = { subscribe: 'subscribing', unsubscribe: 'unsubscribing' } as const;
const NOT_LISTED: VenueError = { code: 'not-listed', message: 'the venue does not list the topic any more' };

/** Sends what brings the venue's subscriptions closer to the wanted ones. Safe to call at any time. */
export function reconcileTopics(turn: Turn): void {
  if (!mayChangeTopics(turn)) return;
  request(turn, 'unsubscribe', turn.state.topics.takeToUnsubscribe());
  const { topics, suspects } = turn.state;
  request(
    turn,
    'subscribe',
    topics.takeToSubscribe((topic) => !suspects.has(topic)),
  );
  askSuspects(turn);
}

/** Suspects are asked for when nothing else waits for an answer, so that it is known what the venue stumbles over. */
function askSuspects(turn: Turn): void {
  const { state, config, now } = turn;
  for (const group of state.suspects.groups) {
    if (state.topics.unanswered.length > 0) return;
    const asked = state.topics.takeToSubscribe((topic) => group.includes(topic));
    if (asked.length === 0) continue;
    request(turn, 'subscribe', asked);
    // Each question has its own time.
    if (state.phase.name === 'restoring') turn.setTimer('step', now + config.stepTimeoutMs);
  }
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
  if (purpose.kind === 'unsubscribe') for (const topic of purpose.topics) topics.release(topic);
  else refuseTopics(turn, purpose.topics, error);
  topicsChanged(turn);
}

/** The topics that the venue means by a name of its own. */
function topicsNamed(turn: Turn, name: string): readonly string[] {
  return turn.config.exchange.topicsNamed?.(name, turn.state.topics.wanted) ?? [name];
}

function refuseTopics(turn: Turn, asked: readonly string[], error: VenueError): void {
  const { topics } = turn.state;
  // A venue that acknowledges topic by topic may have confirmed some of them already.
  const open = asked.filter((topic) => topics.stateOf(topic) === 'subscribing');
  const read = error === NO_ANSWER ? undefined : turn.config.exchange.readRefused?.(open, error);
  const named = (read?.confirmed.length ?? 0) + (read?.refused.length ?? 0);
  if (read === undefined || named === 0) refuseWhole(turn, open, error);
  else {
    applyResult(turn, read);
    // What was not the reason is free to be asked for again.
    for (const topic of open) if (topics.stateOf(topic) === 'subscribing') topics.release(topic);
  }
}

/** A refusal that names no topic: the halves are asked for apart, until the topics are found that are the reason. */
function refuseWhole(turn: Turn, open: readonly string[], error: VenueError): void {
  const { topics, suspects } = turn.state;
  const isPassing = error !== NO_ANSWER && passing.has(turn.config.exchange.classify(error));
  if (error !== NO_ANSWER && !isPassing && suspects.split(open)) {
    for (const topic of open) topics.release(topic);
    return;
  }
  for (const topic of open) topics.refuse(topic, error, isPassing);
  const [only] = open;
  if (only !== undefined && open.length === 1 && error !== NO_ANSWER && !isPassing) suspects.isolate(only);
}

/** The venue spoke about one topic, outside any call. */
export function topicConfirmed(turn: Turn, name: string): void {
  const news = topicsNamed(turn, name).filter((topic) => turn.state.topics.confirm(topic));
  noteServed(turn, news);
  if (news.length > 0) topicsChanged(turn);
}

export function topicRefused(turn: Turn, name: string, error: VenueError): void {
  for (const topic of topicsNamed(turn, name)) turn.state.topics.refuse(topic, error);
  topicsChanged(turn);
}

/** The venue took a confirmed topic away: a gap for its consumers, and another try at the next restore. */
export function topicRevoked(turn: Turn, name: string, error: VenueError): void {
  for (const topic of topicsNamed(turn, name)) revokeTopic(turn, topic, error);
}

function revokeTopic(turn: Turn, topic: string, error: VenueError): void {
  const { topics, epoch } = turn.state;
  const before = topics.stateOf(topic);
  if (before === 'subscribing') return topicRefused(turn, topic, error);
  if (before !== 'confirmed') return;
  topics.refuse(topic, error, passing.has(turn.config.exchange.classify(error)));
  turn.emit({ type: 'emit-revoked', topic, error });
  turn.emit({ type: 'emit-gaps', reason: 'revoked', epoch, topics: [topic] });
  topicsChanged(turn);
}

/** The session is there again: what was refused or taken away because it was not is asked for anew. */
export function retryAfterLogin(turn: Turn): void {
  const { exchange } = turn.config;
  turn.state.topics.retry((error) => exchange.classify(error) === 'login');
  topicsChanged(turn);
}

/**
 * The venue told everything that is subscribed: what was asked for and is there is confirmed, what was given up and is gone is gone,
 * and what was confirmed and is gone was taken away. What was asked for and is not there yet may come with another list.
 */
export function topicsListed(turn: Turn, names: readonly string[]): void {
  const { topics } = turn.state;
  const listed = new Set(names.flatMap((name) => topicsNamed(turn, name)));
  const news = [...listed].filter(
    (topic) => topics.stateOf(topic) !== 'unsubscribing' && topics.confirm(topic),
  );
  if (listed.size > 0) turn.state.suspects.clear([...listed]);
  turn.state.probation.noteAck(news, turn.now);
  for (const topic of topics.unanswered) {
    if (topics.stateOf(topic) === 'unsubscribing' && !listed.has(topic)) topics.release(topic);
  }
  for (const topic of topics.confirmed) if (!listed.has(topic)) revokeTopic(turn, topic, NOT_LISTED);
  topicsChanged(turn);
}

/** The topic's stream is broken and only a new subscription mends it: the other topics are left alone. */
export function topicNeedsSnapshot(turn: Turn, name: string): void {
  for (const topic of topicsNamed(turn, name)) turn.state.topics.renew(topic);
  topicsChanged(turn);
}

/** The topic has gone silent: it is subscribed anew, and what it should have brought meanwhile is missing. */
export function topicRenewed(turn: Turn, topic: string): void {
  const { topics, epoch } = turn.state;
  if (topics.stateOf(topic) !== 'confirmed') return;
  topics.renew(topic);
  turn.emit({ type: 'emit-gaps', reason: 'stale', epoch, topics: [topic] });
  topicsChanged(turn);
}

/** Topics whose own acknowledgement did not come within the step's deadline. */
export function giveUpUnanswered(turn: Turn): void {
  for (const topic of turn.state.topics.unanswered) turn.state.topics.refuse(topic, NO_ANSWER);
  topicsChanged(turn);
}

/** Tells callers whose topics are all answered, and sends what the change makes necessary. */
export function topicsChanged(turn: Turn): void {
  forgetAnswered(turn);
  settleFinished(turn);
  reconcileTopics(turn);
}

/** A connection that was closed right after topics were asked for, before they were answered, points at them. */
export function notePoison(turn: Turn, exit: Exit): void {
  const { topics, suspects, subscribedAt } = turn.state;
  if (!isUnexplained(turn, exit) || turn.now - subscribedAt > POISON_MS) return;
  const asked = topics.unanswered.filter((topic) => topics.stateOf(topic) === 'subscribing');
  if (asked.length === 0) return;
  const convicted = suspects.noteDeath(asked, topics.confirmed.length > 0);
  if (convicted !== undefined) topics.quarantine(convicted, CLOSES_CONNECTION);
}

/** Whether the venue, or the way to it, ended the connection without a word about why. */
export function isUnexplained(turn: Turn, { code, detail }: Exit): boolean {
  const { name } = turn.state.phase;
  if (name === 'ending' || name === 'closing' || !sudden.has(code)) return false;
  const { closeCode, closeReason } = detail;
  if (typeof closeCode !== 'number') return true;
  const meaning = turn.config.exchange.classifyClose?.(closeCode, String(closeReason ?? ''));
  return meaning === undefined || meaning === 'retry';
}

/** The connection is gone: nothing is subscribed any more. A cut stream is a gap for its consumers. */
export function topicsLost(turn: Turn): void {
  const { topics, epoch, phase } = turn.state;
  const cut = topics.startEpoch();
  turn.state.suspects.startEpoch();
  turn.state.probation.startEpoch();
  // Nobody misses what comes after a close that was asked for.
  if (cut.length > 0 && phase.name !== 'closing')
    turn.emit({ type: 'emit-gaps', reason: 'exit', epoch, topics: cut });
  settleFinished(turn);
}

/** A call whose topics were all answered one by one has had its answer, and must not count as overdue later. */
function forgetAnswered(turn: Turn): void {
  const { requests, topics } = turn.state;
  const isAnswered = (purpose: Purpose) =>
    (purpose.kind === 'subscribe' || purpose.kind === 'unsubscribe') &&
    purpose.topics.every((topic) => topics.stateOf(topic) !== OPEN_STATE[purpose.kind]);
  while (requests.takeOldest(isAnswered) !== undefined);
}

function settleFinished(turn: Turn): void {
  for (const call of turn.state.topics.takeFinished()) {
    turn.settle(call.ticket, { confirmed: call.confirmed, refused: call.refused });
  }
}

/** The venue acknowledged these. */
function noteServed(turn: Turn, topics: readonly string[]): void {
  turn.state.suspects.clear(topics);
  turn.state.probation.noteAck(topics, turn.now);
}

function applyResult(turn: Turn, read: TopicResult): void {
  for (const topic of read.confirmed) turn.state.topics.confirm(topic);
  if (read.confirmed.length > 0) noteServed(turn, read.confirmed);
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
  if (kind === 'subscribe') turn.state.subscribedAt = turn.now;
  for (const outgoing of exchange[kind](topics, turn.context())) {
    const id: RequestId = outgoing.id;
    ask(turn, { id, frame: outgoing.frame }, { kind, topics: outgoing.topics }, stepTimeoutMs);
  }
}
