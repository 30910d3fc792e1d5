// Test tools: arbitrary calls of the sink, and the events they stand for.
import fc from 'fast-check';
import type { BatchEvent } from '../../src/batch/batch.js';
import type { MarketLane } from '../../src/batch/lane.js';
import type { BookLevel, Gap, Side } from '../../src/market.js';

interface Level extends BookLevel {
  readonly side: 'bid' | 'ask';
}

export type Call =
  | {
      readonly kind: 'trade';
      readonly topic: string;
      readonly symbol: string;
      readonly side: Side;
      readonly numbers: readonly number[];
      readonly id: string;
      readonly priceText: string | undefined;
      readonly amountText: string | undefined;
    }
  | {
      readonly kind: 'quote';
      readonly topic: string;
      readonly symbol: string;
      readonly numbers: readonly number[];
    }
  | {
      readonly kind: 'book';
      readonly topic: string;
      readonly symbol: string;
      readonly type: 'snapshot' | 'change';
      readonly numbers: readonly number[];
      readonly levels: readonly Level[];
    }
  | { readonly kind: 'message'; readonly topic: string; readonly text: string; readonly asBytes: boolean }
  | { readonly kind: 'frame'; readonly data: Uint8Array; readonly isBinary: boolean }
  | { readonly kind: 'gap'; readonly gap: Gap };

const number = fc.double();
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const decimal = fc.option(fc.oneof(fc.constant(''), fc.double().map(String), text), { nil: undefined });
const numbers = fc.array(number, { minLength: 7, maxLength: 7 });

/** Sequences of calls on these topics. */
export function calls(o: { readonly topics: readonly string[] }): fc.Arbitrary<Call[]> {
  const topic = fc.constantFrom(...o.topics);
  const symbol = fc.constantFrom('BTC', 'ETH-PERPETUAL', 'Ξ');
  const optional = { nil: undefined };
  const level = fc
    .record({
      side: fc.constantFrom('bid' as const, 'ask' as const),
      price: number,
      amount: number,
      priceText: decimal,
      amountText: decimal,
    })
    .map(({ side, price, amount, priceText, amountText }) => ({
      side,
      price,
      amount,
      ...texts(priceText, amountText),
    }));
  const call = fc.oneof(
    fc.record({
      kind: fc.constant('trade' as const),
      topic,
      symbol,
      side: fc.constantFrom('buy' as const, 'sell' as const),
      numbers,
      id: text,
      priceText: decimal,
      amountText: decimal,
    }),
    fc.record({ kind: fc.constant('quote' as const), topic, symbol, numbers }),
    fc.record({
      kind: fc.constant('book' as const),
      topic,
      symbol,
      type: fc.constantFrom('snapshot' as const, 'change' as const),
      numbers,
      levels: fc.array(level, { maxLength: 5 }),
    }),
    fc.record({ kind: fc.constant('message' as const), topic, text, asBytes: fc.boolean() }),
    fc.record({
      kind: fc.constant('frame' as const),
      data: fc.uint8Array({ maxLength: 80 }),
      isBinary: fc.boolean(),
    }),
    fc
      .record({ topic, fromSequence: fc.option(fc.nat(), optional) })
      .map(({ topic: gapTopic, fromSequence }) => ({
        kind: 'gap' as const,
        gap: gapOf(gapTopic, fromSequence),
      })),
  );
  return fc.array(call, { maxLength: 40 });
}

/** Makes the call and returns the event it stands for. */
export function perform(lane: MarketLane, call: Call): BatchEvent {
  lane.receivedAtNs += 1.5;
  const { receivedAtNs } = lane;
  switch (call.kind) {
    case 'trade': {
      const { topic, symbol, side, id, priceText, amountText } = call;
      const [price, amount, exchangeTimeMs, sequence] = call.numbers as [number, number, number, number];
      lane.trade(topic, symbol, side, price, amount, exchangeTimeMs, sequence, id, priceText, amountText);
      const named = { topic, symbol, side, id, price, amount, exchangeTimeMs, receivedAtNs, sequence };
      return { kind: 'trade', trade: { ...named, ...texts(priceText, amountText) } };
    }
    case 'quote': {
      const { topic, symbol } = call;
      const [bidPrice, bidAmount, askPrice, askAmount, exchangeTimeMs, sequence] = call.numbers as Six;
      lane.quote(topic, symbol, bidPrice, bidAmount, askPrice, askAmount, exchangeTimeMs, sequence);
      const prices = { bidPrice, bidAmount, askPrice, askAmount };
      return { kind: 'quote', quote: { topic, symbol, ...prices, exchangeTimeMs, receivedAtNs, sequence } };
    }
    case 'book': {
      const { topic, symbol, type, levels } = call;
      const [exchangeTimeMs, sequence, previousSequence] = call.numbers as [number, number, number];
      lane.book(topic, symbol, type, exchangeTimeMs, sequence, previousSequence);
      for (const level of levels)
        lane.level(level.side, level.price, level.amount, level.priceText, level.amountText);
      const side = (wanted: string): BookLevel[] =>
        levels.filter((level) => level.side === wanted).map(({ side: _side, ...level }) => level);
      const named = { topic, symbol, type, exchangeTimeMs, receivedAtNs, sequence, previousSequence };
      return { kind: 'book', book: { ...named, bids: side('bid'), asks: side('ask') } };
    }
    case 'message': {
      const { topic, text: words } = call;
      lane.message(topic, call.asBytes ? Buffer.from(words) : words);
      return { kind: 'message', message: { topic, receivedAtNs, text: words, json: () => undefined } };
    }
    case 'frame':
      lane.frame(call.data, call.isBinary);
      return { kind: 'frame', frame: { receivedAtNs, isBinary: call.isBinary, data: call.data } };
    case 'gap':
      lane.gap(call.gap);
      return { kind: 'gap', gap: call.gap };
  }
}

/** An event in a form that can be compared: a message's lazy JSON is left out. */
export function plain(event: BatchEvent): unknown {
  if (event.kind !== 'message') return event;
  const { topic, receivedAtNs, text: words } = event.message;
  return { kind: 'message', topic, receivedAtNs, words };
}

type Six = [number, number, number, number, number, number];

function gapOf(topic: string, fromSequence: number | undefined): Gap {
  const gap: Gap = { topic, reason: 'sequence', epoch: 7, noticedAtNs: 5 };
  return fromSequence === undefined ? gap : { ...gap, fromSequence };
}

function texts(priceText: string | undefined, amountText: string | undefined) {
  return {
    ...(priceText === undefined ? {} : { priceText }),
    ...(amountText === undefined ? {} : { amountText }),
  };
}
