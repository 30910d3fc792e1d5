// Who reads the data of which channel, where the first words of a channel's name say what it brings: `fills.X`, `books.X.10`, `status`.
import type { DecodeSink, VenueNotice } from '../exchange.js';
import type { JsonObject } from './json-rpc.js';

/** Tells the sink the data of a channel. Returns what is wrong with it, or undefined. */
export type ChannelReader<Data> = (channel: string, data: Data, sink: DecodeSink) => string | undefined;

/** Readers by what their channels begin with, up to a point, `fills.`, or by a whole name, `status`. The first that fits reads. */
export type ChannelReaders<Data> = Readonly<Record<string, ChannelReader<Data>>>;

type Finder<Data> = (channel: string) => ChannelReader<Data> | undefined;

/** Finds the reader of a channel; undefined where it has none. It runs for each frame: tests that follow each other cost less than a loop. */
export function readerFinder<Data>(readers: ChannelReaders<Data>): Finder<Data> {
  return Object.entries(readers).reduceRight<Finder<Data>>(
    (next, [name, read]) =>
      name.endsWith('.')
        ? (channel) => (channel.startsWith(name) ? read : next(channel))
        : (channel) => (channel === name ? read : next(channel)),
    () => undefined,
  );
}

/** Tells whether a channel has one of these readers. */
export function readerTest(readers: ChannelReaders<never>): (channel: string) => boolean {
  const names = Object.keys(readers);
  // Where `me.` is there, `me.fills.` makes no difference.
  const isCovered = (name: string): boolean =>
    names.some((other) => other !== name && other.endsWith('.') && name.startsWith(other));
  return names
    .filter((name) => !isCovered(name))
    .reduceRight<(channel: string) => boolean>(
      (next, name) =>
        name.endsWith('.')
          ? (channel) => channel.startsWith(name) || next(channel)
          : (channel) => channel === name || next(channel),
      () => false,
    );
}

/** The frame goes to the user as it is. */
export function tellMessage(channel: string, _data: unknown, sink: DecodeSink): undefined {
  sink.message(channel);
}

/** The same; and the venue gives notice where this member of the data is true. */
export function tellNotice(member: string, notice: VenueNotice): ChannelReader<JsonObject> {
  return (channel, data, sink) => {
    if (data[member] === true) sink.notice(notice);
    return tellMessage(channel, data, sink);
  };
}
