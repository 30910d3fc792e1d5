// Raw streams of the simulated Binance: below `/ws` each frame is the payload itself, and the path may name streams to begin with.
import type { Connection } from '../kit/connection.js';

const RAW = 'raw ';

export const isRaw = ({ path }: Connection): boolean => /\/ws(?:\/|$)/.test(path);

/** What listeners of a stream without the wrapper are listed under. */
export const rawTopic = (stream: string): string => RAW + stream;

export function topicOn(connection: Connection, stream: string): string {
  return isRaw(connection) ? rawTopic(stream) : stream;
}

/** The symbol that a stream, wrapped or not, is about. */
export function symbolOf(topic: string): string {
  const stream = topic.startsWith(RAW) ? topic.slice(RAW.length) : topic;
  return stream.slice(0, Math.max(0, stream.indexOf('@'))).toUpperCase();
}

/** Streams that were asked for with the address: `/ws/btcusdt@trade`, `/stream?streams=btcusdt@trade/btcusdt@depth`. */
export function streamsOf({ path, query }: Connection): readonly string[] {
  const named = [...path.split('/'), ...(query.get('streams') ?? '').split('/')];
  return named.filter((part) => part.includes('@'));
}
