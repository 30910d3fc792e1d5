// What the venue says, and what of the machine it is about: answers by their request, confirmations and refusals by their topic.
import type { ControlMessage } from '../client/protocol.js';
import type { RequestId, VenueError } from '../exchanges/exchange.js';
import { callRefused, describe, forgetUnknown } from './calls.js';
import type { PendingRequest } from './requests.js';
import {
  checkStep,
  clockAnswered,
  failStep,
  instrumentsAnswered,
  loginAnswered,
  loginRefused,
  refreshRefused,
  sessionLost,
  setupAnswered,
  setupRefused,
} from './restore.js';
import { allCancelled, cancelAllRefused, safetyAnswered, safetyRefused } from './safety.js';
import type { Purpose, Turn } from './state.js';
import {
  topicConfirmed,
  topicNeedsSnapshot,
  topicRefused,
  topicRevoked,
  topicsAnswered,
  topicsListed,
  topicsRefused,
} from './topics.js';
import { limitsRefused, notePace, readLimits } from './waiting.js';

/** What the thread read: an answer to a request, or news of a topic. The rest goes on to the adapter. */
export function controlRead(turn: Turn, message: ControlMessage): void {
  switch (message.kind) {
    case 'reply':
      return replied(turn, message.id, message.result);
    case 'refusal':
      return refused(turn, message.id, message.error);
    case 'confirmed':
      topicConfirmed(turn, message.topic);
      return checkStep(turn);
    case 'refused':
      topicRefused(turn, message.topic, message.error);
      return checkStep(turn);
    case 'revoked':
      topicRevoked(turn, message.topic, message.error);
      return noteLostSession(turn, message.error);
    case 'subscribed':
      topicsListed(turn, message.topics);
      return checkStep(turn);
    case 'resync':
      return topicNeedsSnapshot(turn, message.topic);
    default:
      turn.emit({ type: 'emit-control', message });
  }
}

function replied(turn: Turn, id: RequestId, result: unknown): void {
  const request = turn.state.requests.take(id);
  if (request === undefined) return forgetUnknown(turn, id);
  const { purpose } = request;
  switch (purpose.kind) {
    case 'instruments':
      return instrumentsAnswered(turn, purpose, result);
    case 'clock':
      return clockAnswered(turn, purpose, result);
    case 'login':
    case 'refresh':
      return loginAnswered(turn, purpose, result);
    case 'setup':
      return setupAnswered(turn, purpose, result);
    case 'safety':
      return safetyAnswered(turn, purpose, result);
    case 'cancel-all':
      return allCancelled(turn, result);
    case 'subscribe':
    case 'unsubscribe':
      topicsAnswered(turn, purpose, result);
      return checkStep(turn);
    case 'limits':
      return readLimits(turn, purpose.method, result);
    case 'call':
      readLimits(turn, purpose.subject.call, result);
      return turn.settle(purpose.ticket, result);
  }
}

function refused(turn: Turn, id: RequestId | undefined, error: VenueError): void {
  notePace(turn, error);
  // Ids below zero are the thread's own greeting and heartbeat. A venue that refuses those would leave a connection whose death
  // nobody notices.
  if (typeof id === 'number' && id < 0) {
    return failStep(
      turn,
      'protocol-error',
      `the venue refused the greeting or the heartbeat: ${describe(error)}`,
    );
  }
  const request = id === undefined ? currentQuestion(turn) : turn.state.requests.take(id);
  if (request === undefined) {
    if (id !== undefined) forgetUnknown(turn, id);
    const problem = `the venue reported an error that belongs to no request: ${describe(error)}`;
    return turn.emit({ type: 'emit-control', message: { kind: 'problem', problem, sample: '' } });
  }
  const { purpose } = request;
  switch (purpose.kind) {
    case 'instruments':
      return failStep(turn, 'restore-failed', `the instruments cannot be had: ${describe(error)}`);
    case 'clock':
      return failStep(turn, 'restore-failed', `the venue did not tell its time: ${describe(error)}`);
    case 'limits':
      return limitsRefused(turn, error);
    case 'login':
      return loginRefused(turn, error);
    case 'refresh':
      return refreshRefused(turn);
    case 'setup':
      return setupRefused(turn, purpose, error);
    case 'safety':
      return safetyRefused(turn, purpose, error);
    case 'cancel-all':
      return cancelAllRefused(turn, error);
    case 'subscribe':
    case 'unsubscribe':
      topicsRefused(turn, purpose, error);
      noteLostSession(turn, error);
      return checkStep(turn);
    case 'call':
      callRefused(turn, request, error);
      return noteLostSession(turn, error);
  }
}

function noteLostSession(turn: Turn, error: VenueError): void {
  if (turn.config.exchange.classify(error) === 'login') sessionLost(turn);
}

/**
 * What an error without an address is about. The restore asks one thing at a time, so it can only be that. Once READY it could be any
 * request, and taking an order for rejected that was not would be a guess: its own deadline decides.
 */
function currentQuestion(turn: Turn): PendingRequest<Purpose> | undefined {
  const { requests, phase } = turn.state;
  if (phase.name !== 'restoring') return undefined;
  return requests.takeOldest((purpose) => purpose.kind !== 'call');
}
