import { expect } from 'chai';
import { listedSubscriptions } from '../../../src/exchanges/dialects/listed-subscriptions.js';
import type { DecodeSink } from '../../../src/exchanges/exchange.js';
import { recordingSink, type SinkCall } from '../../support/recording-sink.js';
import { requestContext } from '../../support/request-context.js';

const { calls, read } = listedSubscriptions({
  method: 'do',
  channel: 'feed',
  symbols: 'of',
  token: 'pass',
  limits: { maxTopics: 2, maxBytes: 1000 },
  list: 'all',
  whole: /^(?:own|news)$/,
  untold: /^clock$/,
  tokenOf: (channel, context) => (channel === 'own' ? `for-${context.nonce()}` : undefined),
});

function listed(...lists: readonly unknown[]): readonly SinkCall[] {
  const sink = recordingSink();
  expect(
    read(
      lists.map((all) => ({ all })),
      sink,
    ),
  ).to.equal(undefined);
  return sink.calls;
}

describe('subscriptions that are answered with a list of all', () => {
  it('are asked for channel by channel, within the limits', () => {
    const asked = calls('add', ['depth:A', 'deals:A', 'depth:B', 'news', 'depth:C'], requestContext());
    expect(asked.map(({ frame }) => JSON.parse(frame) as unknown)).to.deep.equal([
      { do: 'add', of: ['A', 'B'], feed: 'depth' },
      { do: 'add', of: ['C'], feed: 'depth' },
      { do: 'add', of: ['A'], feed: 'deals' },
      { do: 'add', feed: 'news' },
    ]);
    expect(asked.map(({ topics }) => topics)).to.deep.equal([
      ['depth:A', 'depth:B'],
      ['depth:C'],
      ['deals:A'],
      ['news'],
    ]);
    expect(new Set(asked.map(({ id }) => id)).size).to.equal(4);
  });

  it('carry a token where the channel needs one, also to be given up', () => {
    const asked = calls('drop', ['own', 'news'], requestContext({ nonce: 'n1' }));
    expect(asked.map(({ frame }) => JSON.parse(frame) as unknown)).to.deep.equal([
      { do: 'drop', feed: 'own', pass: 'for-n1' },
      { do: 'drop', feed: 'news' },
    ]);
  });

  it('are all that the lists hold, in alphabetical order, without what is no topic', () => {
    const all = listed({ own: ['u-1'], depth: ['B', 'A'], clock: ['clock'] }, { deals: ['A'], news: [] });
    expect(all).to.deep.equal([['subscribed', ['deals:A', 'depth:A', 'depth:B', 'news', 'own']]]);
    expect(listed({})).to.deep.equal([['subscribed', []]]);
    expect(listed()).to.deep.equal([['subscribed', []]]);
  });

  it('are confirmed one by one where the sink knows no whole lists', () => {
    const sink = recordingSink();
    const plain = Object.entries(sink).filter(([name]) => name !== 'subscribed');
    read([{ all: { depth: ['B', 'A'] } }], Object.fromEntries(plain) as unknown as DecodeSink);
    expect(sink.calls).to.deep.equal([
      ['confirmed', 'depth:A'],
      ['confirmed', 'depth:B'],
    ]);
  });

  it('are not told where one list is none', () => {
    for (const odd of [undefined, null, 'depth', 7, ['depth']]) {
      const sink = recordingSink();
      expect(read([{ all: { depth: ['A'] } }, { all: odd }], sink), JSON.stringify(odd)).to.equal(
        'subscriptions: malformed',
      );
      expect(sink.calls).to.deep.equal([]);
    }
  });

  it('meet symbols that are none without a throw', () => {
    const odd = { depth: 'A', deals: [{ toString: 7 }, 5] };
    expect(listed(odd)).to.deep.equal([['subscribed', ['deals:', 'deals:5']]]);
  });
});
