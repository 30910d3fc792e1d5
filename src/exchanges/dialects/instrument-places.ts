// Instruments that orders name by their place in a list: in `{"streets":[{"name":"North"},{"name":"South"}]}` South is number 1. Rows of a
// list can tell their places themselves, and the numbers of a further list begin where those of the first cannot reach.
import type { HttpCall, InstrumentIds, RequestContext } from '../exchange.js';
import { neededText } from './checks.js';
import { valueAt } from './fields.js';

export interface PlaceList {
  /** The number of its place 0. */
  readonly first: number;
  /** The field by which a row tells its place. Left out: rows stand in their places. */
  readonly place?: string;
  /** A list that no other answer has beside it. Left out: an answer that is known by nothing is this list's. */
  readonly knownBy?: string;
  /** Names that tell their place, as the pattern's first group, and need not be in the list. */
  readonly placeInName?: RegExp;
}

export interface InstrumentPlaceWords {
  /** The venue's name and how instruments are written, for who names one that is not there. */
  readonly venue: string;
  readonly hint: string;
  /** The call whose answer holds the list of this name. */
  readonly call: (list: string) => HttpCall;
  readonly lists: Readonly<Record<string, PlaceList>>;
  /** The field of an answer that holds the rows, and that of a row which holds the instrument's name. */
  readonly fields: { readonly rows: string; readonly name: string };
}

export interface InstrumentPlaces {
  readonly ids: InstrumentIds;
  /** The number of an instrument. @throws TypeError for none, and for one that is not there. */
  readonly numberOf: (symbol: string | undefined, context: RequestContext) => number;
}

export function instrumentPlaces(words: InstrumentPlaceWords): InstrumentPlaces {
  const lists = Object.values(words.lists);
  return {
    ids: {
      fetch: () => Object.keys(words.lists).map((list) => words.call(list)),
      read: (result) => readPlaces(result, lists, words),
    },
    numberOf(symbol, context) {
      const name = neededText(symbol);
      const number = context.instrumentIds?.get(name) ?? numberInName(name, lists);
      if (number !== undefined) return number;
      throw new TypeError(`${words.venue} has no instrument "${name}": ${words.hint}`);
    },
  };
}

function numberInName(name: string, lists: readonly PlaceList[]): number | undefined {
  for (const { first, placeInName } of lists) {
    const place = placeInName?.exec(name)?.[1];
    if (place !== undefined) return first + Number(place);
  }
  return undefined;
}

/** Rows without name or place have no number, but take up their place. */
function readPlaces(
  result: unknown,
  lists: readonly PlaceList[],
  { fields }: InstrumentPlaceWords,
): readonly (readonly [symbol: string, id: number])[] | string {
  const rows = valueAt(result, fields.rows);
  if (!Array.isArray(rows)) return `the answer has no ${fields.rows}`;
  const list = listOf(result, lists);
  if (list === undefined) return 'the answer is that of no list';
  return (rows as readonly unknown[]).flatMap((row, at) => {
    const name = valueAt(row, fields.name);
    const place = list.place === undefined ? at : valueAt(row, list.place);
    if (typeof name !== 'string' || !Number.isSafeInteger(place)) return [];
    return [[name, list.first + (place as number)] as const];
  });
}

function listOf(result: unknown, lists: readonly PlaceList[]): PlaceList | undefined {
  const known = lists.find(({ knownBy }) => knownBy !== undefined && Array.isArray(valueAt(result, knownBy)));
  return known ?? lists.find(({ knownBy }) => knownBy === undefined);
}
