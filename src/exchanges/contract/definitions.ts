// Checks of what somebody wrote as an exchange: what is missing is said in words, at once.
import type { Exchange, Venue } from '../exchange.js';

/** Checks the shape of a venue with several sockets. @throws TypeError that names what is missing. */
export function defineVenue<const Definition extends Venue>(venue: Definition): Definition {
  const problem = venueProblem(venue);
  if (problem !== undefined) throw new TypeError(problem);
  return venue;
}

/** Says what keeps a value from being a venue, or undefined. */
export function venueProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `a venue is an object, got ${typeof value}`;
  const venue = value as Partial<Venue>;
  const sockets = Object.entries(venue.sockets ?? {});
  if (sockets.length === 0) return `venue ${venue.name}: sockets must name at least one exchange`;
  for (const [key, exchange] of sockets) {
    const problem = exchangeProblem(exchange);
    if (problem !== undefined) return `venue ${venue.name}, socket ${key}: ${problem}`;
  }
  if (typeof venue.socketOfTopic !== 'function')
    return `venue ${venue.name}: socketOfTopic must be a function`;
  return undefined;
}

/** Checks the shape of an exchange and keeps its exact type. @throws TypeError that names the missing member. */
export function defineExchange<Credentials>(exchange: Exchange<Credentials>): Exchange<Credentials> {
  const problem = exchangeProblem(exchange);
  if (problem !== undefined) throw new TypeError(problem);
  return exchange;
}

/** Says what keeps a value from being an exchange, or undefined. */
export function exchangeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `an exchange is an object, got ${typeof value}`;
  const exchange = value as Partial<Record<keyof Exchange, unknown>>;
  if (typeof exchange.name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(exchange.name)) {
    return 'exchange.name must be lower-case letters, digits and dashes';
  }
  const missing = (['subscribe', 'unsubscribe', 'decode', 'classify'] as const).find(
    (member) => typeof exchange[member] !== 'function',
  );
  if (missing !== undefined) return `exchange ${exchange.name}: ${missing} must be a function`;
  const urls = exchange.urls as { live?: unknown } | undefined;
  if (typeof urls?.live !== 'string') return `exchange ${exchange.name}: urls.live must be a string`;
  return undefined;
}
