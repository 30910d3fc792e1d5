// Topics that are asked for later than the others, because connections died right after the venue had acknowledged them.
import type { Exit } from '../client/exit.js';
import type { VenueError } from '../exchanges/exchange.js';
import type { Turn } from './state.js';
import { CLOSES_CONNECTION, isUnexplained, topicsChanged } from './topics.js';

const HELD_BACK: VenueError = {
  code: 'held-back',
  message:
    'connections were closed right after this topic was acknowledged; it is asked for again once this one has lived for a while',
};

/** Before the topics of a restore are asked for. What is held back is reported like a refused topic. */
export function holdBack(turn: Turn): void {
  const { topics, probation } = turn.state;
  if (!probation.isOn) return;
  const wanted = new Set(topics.wanted);
  probation.keepOnly((topic) => wanted.has(topic));
  for (const topic of probation.heldBack)
    if (topics.stateOf(topic) === 'absent') topics.refuse(topic, HELD_BACK, true);
}

/** The connection is READY: it is looked at again after a while. */
export function watchProbation(turn: Turn): void {
  const { probation } = turn.state;
  if (probation.isOn) turn.setTimer('probation', turn.now + probation.waitMs(turn.environment.random()));
}

/** The connection has lived well for a while: what was held back is asked for, and was innocent where the connection outlives it. */
export function probationDue(turn: Turn): void {
  const { topics, probation, phase } = turn.state;
  if (phase.name !== 'ready' || probation.hasSettled(turn.now)) return;
  if (probation.heldBack.length > 0) {
    probation.release();
    topics.retry((error) => error === HELD_BACK);
    topicsChanged(turn);
  }
  watchProbation(turn);
}

/** A connection that was closed right after topics had been acknowledged may point at one of them. */
export function noteProbation(turn: Turn, exit: Exit): void {
  const { topics, probation, epoch } = turn.state;
  if (!isUnexplained(turn, exit) || topics.unanswered.length > 0) return probation.noteOtherDeath();
  const topic = probation.noteDeath(topics.confirmed, turn.now);
  if (topic === undefined) return;
  topics.quarantine(topic, CLOSES_CONNECTION);
  turn.emit({ type: 'emit-revoked', topic, error: CLOSES_CONNECTION });
  turn.emit({ type: 'emit-gaps', reason: 'revoked', epoch, topics: [topic] });
}
