// How urgent a request is where the rate budget lets only some of them through.
import type { Priority } from '../rate-budget.js';
import type { Purpose } from './state.js';

const urgentCalls: ReadonlyMap<string, Priority> = new Map([
  ['cancel', 'cancel'],
  ['cancel-all', 'cancel'],
  ['order', 'order'],
  ['edit', 'order'],
]);

export function priorityOf(purpose: Purpose): Priority {
  if (purpose.kind === 'safety' || purpose.kind === 'cancel-all') return 'cancel';
  if (purpose.kind === 'subscribe' || purpose.kind === 'unsubscribe') return 'subscribe';
  return purpose.kind === 'call' ? (urgentCalls.get(purpose.subject.call) ?? 'request') : 'request';
}
