// A venue's table of error codes, read once into a look-up.
import type { ErrorClass, VenueError } from '../exchange.js';

/** Codes separated by spaces for each class. `otherwise`, by default, a code refuses its own request only. */
export function classifier(
  codes: Readonly<Partial<Record<ErrorClass, string>>>,
  otherwise: ErrorClass = 'reject',
): (error: VenueError) => ErrorClass {
  const classOf = new Map<string, ErrorClass>();
  for (const [name, list] of Object.entries(codes)) {
    for (const code of list.split(' ')) classOf.set(code, name as ErrorClass);
  }
  return ({ code }) => classOf.get(code) ?? otherwise;
}

/** For venues whose errors are words: the first pattern that fits the message counts. Words that fit none refuse their own request only. */
export function wordClassifier(
  classes: readonly (readonly [ErrorClass, RegExp])[],
): (error: VenueError) => ErrorClass {
  return ({ message }) => classes.find(([, words]) => words.test(message))?.[0] ?? 'reject';
}
