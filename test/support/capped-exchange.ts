// Deribit with a limit of topics for each connection, which the real one does not have: `cappedExchange({ topics: 2 })` is its address.
import { deribit } from '../../src/exchanges/deribit.js';
import { type ConnectionLimits, defineExchange } from '../../src/exchanges/exchange.js';

const limits = Object.fromEntries(
  [...new URL(import.meta.url).searchParams].map(([name, value]) => [name, Number(value)]),
);

/** The module's URL, which carries the limits: the thread loads it by that name. */
export function cappedExchange(asked: Pick<ConnectionLimits, 'topics' | 'topicCharacters'>): string {
  const url = new URL(import.meta.url);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, String(value));
  return url.href;
}

export default defineExchange({ ...deribit, limits: { ...deribit.limits, ...limits } });
