// A venue's table of error codes, read once into a look-up.
import type { ErrorClass, VenueError } from '../exchange.js';
import { numberOf } from './fields.js';

type Classify = (error: VenueError) => ErrorClass;
/** Codes separated by spaces for each class. */
type ClassCodes = Readonly<Partial<Record<ErrorClass, string>>>;

/** `otherwise`, by default, a code refuses its own request only. */
export function classifier(codes: ClassCodes, otherwise: ErrorClass = 'reject'): Classify {
  const classOf = classesByCode(codes);
  return ({ code }) => classOf.get(code) ?? otherwise;
}

/** For venues whose errors have an HTTP status as their code: what each means anywhere, unless it is one of the venue's `own`. */
export function statusClassifier(own: ClassCodes): Classify {
  const classOf = classesByCode({ 'fatal-login': '401 403', 'not-found': '404', rate: '429' });
  for (const [code, ownClass] of classesByCode(own)) classOf.set(code, ownClass);
  return ({ code }) => classOf.get(code) ?? (numberOf(code) >= 500 ? 'retry' : 'reject');
}

function classesByCode(codes: ClassCodes): Map<string, ErrorClass> {
  const classOf = new Map<string, ErrorClass>();
  for (const [name, list] of Object.entries(codes)) {
    for (const code of list.split(' ')) classOf.set(code, name as ErrorClass);
  }
  return classOf;
}

/** For venues whose errors are words: the first pattern that fits the message counts. Words that fit none refuse their own request only. */
export function wordClassifier(classes: readonly (readonly [ErrorClass, RegExp])[]): Classify {
  return ({ message }) => classes.find(([, words]) => words.test(message))?.[0] ?? 'reject';
}
