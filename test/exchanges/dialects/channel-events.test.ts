import { expect } from 'chai';
import { channelEvents, eventRows } from '../../../src/exchanges/dialects/channel-events.js';
import { recordingSink, type SinkCall } from '../../support/recording-sink.js';

const timeOf = (value: unknown): number => (typeof value === 'number' ? value * 1000 : Number.NaN);
const counted: SinkCall = ['frameSequence', 12];

/** Tells one trade for each row with a price; anything else is malformed, as with the dialects of rows. */
const deals = {
  rows: 'deals',
  symbol: 'of',
  tell: ({ channel, timeMs, sequence }, rows, sink) => {
    const prices = rows.map((row) => Number((row as { px?: unknown } | null)?.px));
    if (prices.some(Number.isNaN)) return `${channel}: malformed deals`;
    for (const price of prices) sink.trade(channel, 'X', 'buy', price, 1, timeMs, sequence, 'id');
    return undefined;
  },
} satisfies Parameters<typeof eventRows>[0];
const dealAt = (price: number): SinkCall => ['trade', 'deals', 'X', 'buy', price, 1, 7000, 12, 'id'];

const decode = channelEvents({
  channel: 'feed',
  events: 'items',
  sequence: 'count',
  time: 'at',
  timeOf,
  refusal: { type: 'kind', word: 'no', text: 'why' },
  readers: {
    deals: eventRows({ ...deals, isPast: ({ kind }) => kind === 'old' }),
    more: eventRows({
      ...deals,
      tell: (frame, rows, sink) => deals.tell({ ...frame, channel: 'deals' }, rows, sink),
      sayMore: true,
    }),
    bars: eventRows({ rows: 'bars', symbol: 'of' }),
    pulse: (_frame, sink) => void sink.alive(),
  },
});

function told(message: unknown) {
  const sink = recordingSink();
  const frame = typeof message === 'string' ? message : JSON.stringify(message);
  const problem = decode(frame, sink);
  return { problem, calls: sink.calls };
}
const frameOf = (feed: string, ...items: readonly unknown[]) => ({ feed, at: 7, count: 12, items });

describe('frames with a channel and a list of events', () => {
  it('tell their number, then what their channel means', () => {
    expect(told(frameOf('pulse'))).to.deep.equal({ problem: undefined, calls: [counted, ['alive']] });
  });

  it('count where their channel is not known, so that none looks lost', () => {
    for (const feed of ['other', 'constructor', '__proto__', '']) {
      const { problem, calls } = told(frameOf(feed));
      expect(problem, feed).to.equal('a channel that is not known');
      expect(calls).to.deep.equal([counted]);
    }
  });

  it('say that they have no number, no events, or no sense at all', () => {
    const good = frameOf('pulse');
    for (const count of [undefined, null, '12', 1.5, {}])
      expect(told({ ...good, count })).to.deep.equal({ problem: 'pulse: no count', calls: [] });
    for (const bad of [
      { feed: 7 },
      { feed: undefined },
      { items: {} },
      { items: [7] },
      { items: [[]] },
      { items: [{}, null] },
    ])
      expect(told({ ...good, ...bad })).to.deep.equal({ problem: 'no events', calls: [] });
    for (const frame of ['', '[]', 'null', '{"feed":"pulse"', '7'])
      expect(told(frame)).to.deep.equal({ problem: 'the frame is not a JSON object', calls: [] });
  });

  it('refuse in words of their own, without saying what', () => {
    const error = { code: 'no', message: 'not like this' };
    expect(told({ kind: 'no', why: 'not like this' }).calls).to.deep.equal([['refusal', undefined, error]]);
    for (const why of [undefined, null, 7, {}])
      expect(told({ kind: 'no', why })).to.deep.equal({ problem: 'an error without a message', calls: [] });
  });

  it('may be told by a sink that counts no frames', () => {
    const { frameSequence: _, ...sink } = recordingSink();
    expect(decode(JSON.stringify(frameOf('pulse')), sink)).to.equal(undefined);
    expect(sink.calls).to.deep.equal([['alive']]);
  });
});

describe('rows of events', () => {
  const deal = (px: unknown, of: unknown = 'X') => ({ of, px });

  it('are told together, whichever event they are of', () => {
    const { problem, calls } = told(frameOf('deals', { deals: [deal(1), deal(2)] }, { deals: [deal(3)] }));
    expect(problem).to.equal(undefined);
    expect(calls).to.deep.equal([counted, dealAt(1), dealAt(2), dealAt(3)]);
  });

  it('of the past go on as messages, one for each symbol', () => {
    const old = { kind: 'old', deals: [deal(1), deal(2, 'Y'), deal(3)] };
    expect(told(frameOf('deals', old))).to.deep.equal({
      problem: undefined,
      calls: [counted, ['message', 'deals:X'], ['message', 'deals:Y']],
    });
    // One frame is one message: what is news in it is not told twice.
    const mixed = told(frameOf('deals', { kind: 'new', deals: [deal(4)] }, old));
    expect(mixed.calls.map(([name]) => name)).to.deep.equal(['frameSequence', 'message', 'message']);
  });

  it('that say more are told and go on, too', () => {
    expect(told(frameOf('more', { deals: [deal(1)] })).calls).to.deep.equal([
      counted,
      dealAt(1),
      ['message', 'more:X'],
    ]);
  });

  it('without a common form are messages', () => {
    expect(told(frameOf('bars', { bars: [{ of: 'X' }, { of: 'Y' }] })).calls).to.deep.equal([
      counted,
      ['message', 'bars:X'],
      ['message', 'bars:Y'],
    ]);
  });

  it('can be none at all, which is a sign of life', () => {
    for (const items of [[], [{ bars: [] }], [{ bars: [] }, { bars: [] }]])
      expect(told(frameOf('bars', ...items)).calls).to.deep.equal([counted, ['alive']]);
  });

  it('are told all or none: nothing where one is malformed, or an event has no rows', () => {
    const bad: readonly unknown[] = [
      {},
      { bars: null },
      { bars: 7 },
      { bars: [null] },
      { bars: [7] },
      { bars: [{ of: '' }] },
      { bars: [{ of: 7 }] },
    ];
    for (const event of bad) {
      for (const items of [[event], [{ bars: [{ of: 'X' }] }, event]])
        expect(told(frameOf('bars', ...items)), JSON.stringify(items)).to.deep.equal({
          problem: 'bars: malformed',
          calls: [counted],
        });
    }
    for (const row of [null, {}, deal('x'), { of: 'X' }]) {
      const { problem, calls } = told(frameOf('deals', { deals: [deal(1), row] }));
      expect(problem, JSON.stringify(row)).to.equal('deals: malformed deals');
      expect(calls).to.deep.equal([counted]);
    }
    // What goes on needs its symbol before anything is told.
    expect(told(frameOf('more', { deals: [deal(1), deal(2, '')] }))).to.deep.equal({
      problem: 'more: malformed',
      calls: [counted],
    });
  });
});
