// Decides for each frame whether it is decoded and how it crosses. One reader is chosen per connection, so that the flood of
// frames meets no question that was answered at the start.
import type { ConnectClient, Delivery } from '../src/client/protocol.js';
import type { Exchange } from '../src/exchanges/exchange.js';
import { ControlSink, EventSink, HeartbeatSink, RoutedSink, type SinkParts } from './sinks.js';

/** Reads one frame. Returns what is wrong with it, or undefined. */
export type FrameReader = (data: Buffer, isBinary: boolean) => string | undefined;

export interface ReaderOptions {
  readonly command: Pick<ConnectClient, 'delivery' | 'topicDelivery'>;
  /** The connection's exchange. */
  readonly exchange: Exchange | undefined;
  /** The exchange of the heartbeat, for plain clients. */
  readonly heartbeatExchange: Exchange | undefined;
  readonly parts: SinkParts;
}

export function chooseReader(options: ReaderOptions): FrameReader {
  const { exchange, heartbeatExchange, parts, command } = options;
  if (exchange === undefined) {
    return heartbeatExchange === undefined
      ? bytesReader(parts)
      : frameReader(heartbeatExchange, new HeartbeatSink(parts), parts);
  }
  const special = Object.keys(command.topicDelivery).length > 0;
  if (!special && command.delivery === 'frames') return frameReader(exchange, new ControlSink(parts), parts);
  if (!special && command.delivery === 'events') return eventReader(exchange, new EventSink(parts), parts);
  return routedReader(exchange, deliveryOf(command), parts);
}

/** Every frame crosses as bytes and means nothing. */
function bytesReader({ lane }: SinkParts): FrameReader {
  return (data, isBinary) => {
    lane.frame(data, isBinary);
    return undefined;
  };
}

/** Every frame crosses as bytes and is decoded as well, for what it says beside market data; a frame that says nothing else is not. */
function frameReader(exchange: Exchange, sink: HeartbeatSink, { lane }: SinkParts): FrameReader {
  const decode = decoderOf(exchange, sink);
  const isMarketData = (text: string): boolean => exchange.topicOf?.(text) !== undefined;
  return (data, isBinary) => {
    lane.frame(data, isBinary);
    if (isBinary) return undefined;
    const text = data.toString();
    return isMarketData(text) ? undefined : decode(data, text);
  };
}

/** Text frames are decoded; binary ones, which no exchange has, cross as bytes. */
function eventReader(exchange: Exchange, sink: EventSink, parts: SinkParts): FrameReader {
  return textReader(decoderOf(exchange, sink), parts);
}

function textReader(decode: Decoder, { lane, books }: SinkParts): FrameReader {
  return (data, isBinary) => {
    if (isBinary) {
      lane.frame(data, true);
      return undefined;
    }
    const problem = decode(data, data.toString());
    books?.endFrame();
    return problem;
  };
}

/** Asks the exchange for the topic by a cheap look, so that a frame that crosses whole is not decoded. */
function routedReader(
  exchange: Exchange,
  delivery: (topic: string) => Delivery,
  parts: SinkParts,
): FrameReader {
  const decode = decoderOf(exchange, new RoutedSink(parts, delivery));
  const decodeFrame = textReader(decode, parts);
  const topicOf = exchange.topicOf?.bind(exchange);
  if (topicOf === undefined) return decodeFrame;
  return (data, isBinary) => {
    if (isBinary) return decodeFrame(data, true);
    const text = data.toString();
    const topic = topicOf(text);
    if (topic === undefined || delivery(topic) === 'events') {
      const problem = decode(data, text);
      parts.books?.endFrame();
      return problem;
    }
    if (delivery(topic) === 'messages') parts.lane.message(topic, data);
    else parts.lane.frame(data, false);
    return undefined;
  };
}

function deliveryOf(command: ReaderOptions['command']): (topic: string) => Delivery {
  const special = new Map(Object.entries(command.topicDelivery));
  return (topic) => special.get(topic) ?? command.delivery;
}

/** Decodes one text frame into a sink. Returns what is wrong with it, or undefined. */
type Decoder = (data: Buffer, text: string) => string | undefined;

function decoderOf(exchange: Exchange, sink: HeartbeatSink): Decoder {
  const decode = exchange.newDecode?.() ?? ((frame: string) => exchange.decode(frame, sink));
  return (data, text) => {
    sink.frame = data;
    try {
      return decode(text, sink);
    } catch (error) {
      // The contract forbids it, but one bad frame of a venue must not end a connection that works.
      return `decode threw: ${(error as Error).message}`;
    }
  };
}
