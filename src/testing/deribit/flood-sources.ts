// Deribit channels under load: frames that keep their chain (`prev_change_id`, `trade_seq`) and carry the true time.
import type { FloodSource } from '../kit/flood.js';
import { FrameTemplate } from '../kit/frame-template.js';
import { BookStream } from './book-stream.js';
import { QuoteStream, TradesStream } from './public-streams.js';
import type { ChannelStream } from './streams.js';
import type { World } from './world.js';

// Stand-ins of the right width for the digits that change: every figure appears nowhere else in its frame.
const examples = {
  timestamp: 1_111_111_111_111,
  changeId: 222_222_222_222,
  previous: 333_333_333_333,
  tradeSeq: 444_444_444,
  tradeId: 555_555_555,
};

export function floodSources(world: World, topics: readonly string[] | undefined): readonly FloodSource[] {
  return world.subscriptions
    .streams()
    .filter((stream) => topics === undefined || topics.includes(stream.channel))
    .flatMap((stream) => {
      const source = sourceOf(world, stream);
      return source === undefined ? [] : [source];
    });
}

function sourceOf(world: World, stream: ChannelStream): FloodSource | undefined {
  if (stream instanceof BookStream) return bookSource(world, stream);
  if (stream instanceof TradesStream) return tradesSource(world, stream);
  if (stream instanceof QuoteStream) return quoteSource(world, stream);
  return undefined;
}

function templateOf(stream: ChannelStream, data: unknown): FrameTemplate {
  const text = JSON.stringify({
    jsonrpc: '2.0',
    method: 'subscription',
    params: { channel: stream.channel, data },
  });
  return new FrameTemplate(text, { ...examples });
}

/** The best bid changes its size from frame to frame; when it is over its true size is sent. */
function bookSource(world: World, stream: BookStream): FloodSource {
  const { market } = stream;
  stream.flush();
  const best = market.book.bids.best;
  const tick = best?.tick ?? 1;
  const data = {
    timestamp: examples.timestamp,
    type: 'change',
    change_id: examples.changeId,
    instrument_name: market.instrument.name,
    bids: [['change', market.priceOf(tick), market.amountOf(best?.lots ?? 1)]],
    asks: [],
    prev_change_id: examples.previous,
  };
  return sourceFrom(world, stream, templateOf(stream, data), {
    next: (values) => {
      values['previous'] = stream.lastChangeId;
      stream.lastChangeId = market.nextChangeId();
      market.changeId = stream.lastChangeId;
      values['changeId'] = stream.lastChangeId;
      return stream.lastChangeId;
    },
    finish: () => stream.forceChange('bid', tick),
  });
}

function tradesSource(world: World, stream: TradesStream): FloodSource | undefined {
  const market = stream.market;
  if (market === undefined) return undefined;
  stream.flush();
  const data = [
    {
      timestamp: examples.timestamp,
      price: market.lastPrice,
      amount: market.amountOf(1),
      direction: 'buy',
      index_price: market.markPrice,
      instrument_name: market.instrument.name,
      trade_seq: examples.tradeSeq,
      mark_price: market.markPrice,
      tick_direction: 1,
      contracts: market.contractsOf(1),
      trade_id: String(examples.tradeId),
    },
  ];
  // Several channels of one instrument are flooded side by side: each counts for itself.
  let tradeSeq = market.tradeSeq;
  return sourceFrom(world, stream, templateOf(stream, data), {
    next: (values) => {
      tradeSeq += 1;
      market.counters.tradeId += 1;
      values['tradeSeq'] = tradeSeq;
      values['tradeId'] = market.counters.tradeId;
      return tradeSeq;
    },
    finish: () => {
      market.tradeSeq = Math.max(market.tradeSeq, tradeSeq);
    },
  });
}

function quoteSource(world: World, stream: QuoteStream): FloodSource {
  const template = templateOf(stream, stream.market.quote(examples.timestamp));
  let frames = 0;
  return sourceFrom(world, stream, template, {
    next: () => {
      frames += 1;
      return frames;
    },
    finish: () => {},
  });
}

function sourceFrom(
  world: World,
  stream: ChannelStream,
  template: FrameTemplate,
  how: { next(values: Record<string, number>): number; finish(): void },
): FloodSource {
  const values: Record<string, number> = {};
  return {
    topic: stream.channel,
    get listeners() {
      return stream.listeners.keys();
    },
    frameLength: template.length,
    renderNext: (target, offset) => {
      values['timestamp'] = world.clock.milliseconds();
      const sequence = how.next(values);
      template.render(target, offset, values);
      return sequence;
    },
    finish: () => how.finish(),
  };
}
