import { expect } from 'chai';
import fc from 'fast-check';
import { optionTopics } from '../../../src/exchanges/dialects/option-topics.js';

const topics = optionTopics({
  venue: 'Toy',
  examples: 'book:X, bars:X?of=1m',
  subjects: {
    item: { types: 'book?depth&fast bars?of= marks', hint: 'name the item', example: 'X' },
    owner: {
      types: 'events fills?item=',
      form: /^[a-z]+$/,
      hint: 'name the owner in lower case',
      example: 'ann',
      isCaseless: true,
    },
  },
  alone: 'all status?zone',
  options: { depth: /^\d+$/, fast: /^true$/, item: /^\w+$/, of: /^\d+m$/, zone: /^\w+$/ },
  repeated: 'item of zone',
  nameless: 'events',
  channels: { happened: 'events', levels: 'book' },
  fields: { bars: { item: 's', of: 'i' } },
});

describe('topics with options', () => {
  it('are one for each subscription, and the subscription says its topic again', () => {
    const pairs: Readonly<Record<string, object>> = {
      'book:X': { type: 'book', item: 'X' },
      'book:a:X?depth=5&fast=true': { type: 'book', item: 'a:X', depth: 5, fast: true },
      'bars:X?of=1m': { type: 'bars', item: 'X', of: '1m' },
      'fills:ann?item=X': { type: 'fills', owner: 'ann', item: 'X' },
      all: { type: 'all' },
      'status?zone=eu': { type: 'status', zone: 'eu' },
    };
    for (const [topic, subscription] of Object.entries(pairs)) {
      expect(topics.problemOf(topic), topic).to.equal(undefined);
      expect(topics.subscriptionOf(topic)).to.deep.equal(subscription);
      expect(topics.topicOf(subscription)).to.equal(topic);
    }
  });

  it('are the same where the venue fills in defaults, adds keys of its own, or writes capitals', () => {
    const book = { type: 'book', item: 'X', depth: null, fast: false, more: 7 };
    expect(topics.topicOf(book)).to.equal('book:X');
    expect(topics.topicOf({ type: 'events', owner: 'ANN' })).to.equal('events:ann');
    for (const none of [undefined, null, 'book', {}, { type: 'other' }, { type: { toString: 0 } }])
      expect(topics.topicOf(none)).to.equal(undefined);
  });

  it('say how they ought to be written', () => {
    const problems: Readonly<Record<string, RegExp>> = {
      '': /is no topic of Toy: compare book:X, bars:X\?of=1m/,
      'other:X': /is no topic of Toy/,
      [`book:${'X'.repeat(200)}`]: /is no topic of Toy/,
      book: /name the item, as in book:X/,
      'events:Ann': /name the owner in lower case, as in events:ann/,
      'all:X': /all is of everything/,
      'bars:X': /bars needs \?of=/,
      'marks:X?fast=true': /marks has no option "fast"/,
      'book:X?fast=false': /"false" is no value for fast; leave out what has its default/,
      'book:X?fast=true&depth=5': /alphabetical order/,
      'book:X?depth=5&depth=6': /alphabetical order/,
    };
    for (const [topic, problem] of Object.entries(problems))
      expect(topics.problemOf(topic), topic).to.match(problem);
    fc.assert(fc.property(fc.string(), (topic) => void topics.problemOf(topic)));
  });

  it('are known from frames as far as those tell', () => {
    const frames: readonly (readonly [topic: string, channel: string, data: unknown])[] = [
      ['book:X?depth=5', 'levels', { item: 'X', bids: [] }],
      ['marks:X', 'marks', [{ item: 'X' }, { item: 'X' }]],
      ['bars:X?of=1m', 'bars', { s: 'X', i: '1m' }],
      ['events:ann', 'happened', { owner: 'bob' }],
      ['fills:ann?item=X', 'fills', { owner: 'Ann', item: 'X' }],
      ['all', 'all', {}],
      ['status?zone=eu', 'status', { zone: 'eu' }],
    ];
    for (const [topic, channel, data] of frames)
      expect(topics.toldBy(channel, data), topic).to.equal(topics.toldOf(topic));
    expect(topics.toldBy('other', { item: 'X' })).to.equal('other');
    expect(topics.toldBy('marks', [])).to.equal('marks');
  });
});
