// Frames with a channel and a list of events, numbered in one count over the whole connection:
// `{"feed":"deals","at":"…","count":12,"items":[{"kind":"news","deals":[{"of":"X","px":"2.5"}]}]}`. Most events hold a list of rows.
import type { DecodeSink } from '../exchange.js';
import { countOf, textOf } from './fields.js';
import { isObject, type JsonObject, parseObject } from './json-rpc.js';

/** What a frame holds. */
export interface ChannelEvents {
  readonly channel: string;
  readonly events: readonly JsonObject[];
  readonly timeMs: number;
  readonly sequence: number;
}

/** Tells what the events of a channel say. Returns what is wrong with them, and has told no market data then. */
export type EventReader = (frame: ChannelEvents, sink: DecodeSink) => string | undefined;

export interface EventWords {
  /** The venue's names of the fields of a frame. */
  readonly channel: string;
  readonly events: string;
  /** The number in the connection's one count: it is told whatever the events say, so that no frame looks lost. */
  readonly sequence: string;
  readonly time: string;
  /** Reads the time as milliseconds, NaN where it is none. */
  readonly timeOf: (value: unknown) => number;
  /** Frames that refuse something without saying what: the field and the word that tell them from events, and the field of their text. */
  readonly refusal: { readonly type: string; readonly word: string; readonly text: string };
  /** By the channel's name in frames, those of which most come first. */
  readonly readers: Readonly<Record<string, EventReader>>;
}

/** What an exchange's `decode` is. */
export function channelEvents(words: EventWords): (frame: string, sink: DecodeSink) => string | undefined {
  const { channel: channelName, events: eventsName, sequence: sequenceName, time, timeOf, refusal } = words;
  const { type, word } = refusal;
  const readers = Object.entries(words.readers).map(([name, read]) => ({ name, read }));
  return (frame, sink) => {
    const message = parseObject(frame);
    if (message === undefined) return 'the frame is not a JSON object';
    if (message[type] === word) return readRefusal(message, refusal, sink);
    const channel = message[channelName];
    const events = message[eventsName];
    if (typeof channel !== 'string' || !Array.isArray(events) || !events.every(isObject)) return 'no events';
    const sequence = countOf(message[sequenceName]);
    if (Number.isNaN(sequence)) return `${channel}: no ${sequenceName}`;
    sink.frameSequence?.(sequence);
    // They are few: comparing them costs less than a map, which would have to read the whole text of each channel.
    for (const { name, read } of readers) {
      if (name === channel) return read({ channel, events, timeMs: timeOf(message[time]), sequence }, sink);
    }
    return 'a channel that is not known';
  };
}

function readRefusal(message: JsonObject, { word, text }: EventWords['refusal'], sink: DecodeSink) {
  const said = message[text];
  if (typeof said !== 'string') return 'an error without a message';
  sink.refusal(undefined, { code: word, message: said });
  return undefined;
}

/** Channels whose events hold rows. Topics are `channel:symbol`. */
export interface EventRows {
  /** The venue's names of the list in an event, and of the symbol in a row. */
  readonly rows: string;
  readonly symbol: string;
  /** Tells the rows of all events, or none of them. Left out: they have no common form and go on as messages. */
  readonly tell?: (frame: ChannelEvents, rows: readonly unknown[], sink: DecodeSink) => string | undefined;
  /** True where rows say more than `tell` tells of them: then they go on as messages, too. Default: false. */
  readonly sayMore?: boolean;
  /** True for an event that holds rows of the past, which are no news: its frame goes on as a message. */
  readonly isPast?: (event: JsonObject) => boolean;
}

export function eventRows(words: EventRows): EventReader {
  const { rows: name, symbol, tell, sayMore = tell === undefined, isPast = isNever } = words;
  return (frame, sink) => {
    const { channel, events } = frame;
    const rows = rowsIn(events, name);
    const isNews = tell !== undefined && !events.some(isPast);
    if (isNews && !sayMore) return tell(frame, rows, sink);
    const symbols = symbolsIn(rows, symbol);
    if (symbols === undefined) return `${channel}: malformed`;
    const problem = isNews ? tell(frame, rows, sink) : undefined;
    if (problem !== undefined) return problem;
    for (const one of symbols) sink.message(`${channel}:${one}`);
    if (symbols.size === 0) sink.alive();
    return undefined;
  };
}

const isNever = (): boolean => false;

/** The rows of all events; what holds no rows counts as a row that is none. Nearly always there is one event. */
function rowsIn(events: readonly JsonObject[], name: string): readonly unknown[] {
  const only = events.length === 1 ? events[0]?.[name] : undefined;
  return Array.isArray(only) ? only : events.flatMap((event) => event[name] ?? [undefined]);
}

/** Each symbol once; undefined where a row has none. */
function symbolsIn(rows: readonly unknown[], name: string): ReadonlySet<string> | undefined {
  if (!rows.every(isObject)) return undefined;
  const symbols = new Set(rows.map((row) => textOf(row[name])));
  return symbols.has('') ? undefined : symbols;
}
