import { expect } from 'chai';
import { namedSubscriptions } from '../../../src/exchanges/dialects/named-subscriptions.js';
import { optionTopics } from '../../../src/exchanges/dialects/option-topics.js';
import { recordingSink, type SinkCall } from '../../support/recording-sink.js';
import { requestContext } from '../../support/request-context.js';

const topics = optionTopics({
  venue: 'Toy',
  examples: 'book:X',
  subjects: { item: { types: 'book?depth', hint: 'name the item', example: 'X' } },
  alone: 'all',
  options: { depth: /^\d+$/ },
  repeated: '',
  nameless: '',
});
const subscriptions = namedSubscriptions(topics, {
  frame: (method, subscription) => JSON.stringify({ method, subscription }),
  isThere: /^There/,
  isGone: /^Gone/,
});
const deep = { type: 'book', item: 'X', depth: 5 };

/** What a step tells the sink, and its problem where it has one. */
function told(step: (sink: ReturnType<typeof recordingSink>) => string | undefined): readonly SinkCall[] {
  const sink = recordingSink();
  expect(step(sink)).to.equal(undefined);
  return sink.calls;
}

describe('subscriptions by name', () => {
  it('are one in each frame; what ends one is matched by its name', () => {
    const [call] = subscriptions.calls('subscribe', ['book:X?depth=5'], requestContext());
    expect(call).to.deep.equal({
      id: 1,
      frame: JSON.stringify({ method: 'subscribe', subscription: deep }),
      topics: ['book:X?depth=5'],
    });
    const ends = subscriptions.calls('unsubscribe', ['book:X', 'all'], requestContext());
    expect(ends.map(({ id }) => id)).to.deep.equal(['unsubscribe book:X', 'unsubscribe all']);
  });

  it('give data the topic that was asked for until they end', () => {
    const connection = subscriptions.connection();
    const answer = (method: string) =>
      told((sink) => connection.readAcknowledgement({ method, subscription: deep }, sink));
    expect(connection.topicOf('book', { item: 'X' })).to.equal('book:X');
    expect(answer('subscribe')).to.deep.equal([['confirmed', 'book:X?depth=5']]);
    expect(connection.topicOf('book', { item: 'X' })).to.equal('book:X?depth=5');
    expect(connection.topicOf('book', { item: 'Y' })).to.equal('book:Y');
    expect(answer('unsubscribe')).to.deep.equal([['reply', 'unsubscribe book:X?depth=5', true]]);
    expect(connection.topicOf('book', { item: 'X' })).to.equal('book:X');
  });

  it('are refused and given back where their frames look like those of another one', () => {
    const connection = subscriptions.connection();
    const subscribe = (subscription: object) =>
      told((sink) => connection.readAcknowledgement({ method: 'subscribe', subscription }, sink));
    subscribe(deep);
    const [refused, answer] = subscribe({ type: 'book', item: 'X' });
    expect(refused?.slice(0, 2)).to.deep.equal(['refused', 'book:X']);
    expect(refused?.[2]).to.include({ code: 'indistinguishable' });
    expect(JSON.parse(String(answer?.[1]))).to.deep.equal({
      method: 'unsubscribe',
      subscription: { type: 'book', item: 'X' },
    });
    // Once more for the same one is no twin.
    expect(subscribe(deep)).to.deep.equal([['confirmed', 'book:X?depth=5']]);
  });

  it('read errors by what they repeat', () => {
    const read = (text: unknown) => told((sink) => subscriptions.connection().readError(text, sink));
    const json = JSON.stringify(deep);
    expect(read(`There: ${json}`)).to.deep.equal([['confirmed', 'book:X?depth=5']]);
    expect(read(`Gone: ${json}`)).to.deep.equal([['reply', 'unsubscribe book:X?depth=5', true]]);
    expect(read(`No such item: {"method":"subscribe","subscription":${json}}`)).to.deep.equal([
      ['refused', 'book:X?depth=5', { code: 'error', message: 'No such item' }],
    ]);
    for (const text of ['Bad frame', 'Bad frame: {"a":', 'Bad frame: {"type":"other"}'])
      expect(read(text)).to.deep.equal([['refusal', undefined, { code: 'error', message: 'Bad frame' }]]);
  });

  it('say what is wrong with frames that are neither', () => {
    const connection = subscriptions.connection();
    const sink = recordingSink();
    expect(connection.readError({}, sink)).to.be.a('string');
    for (const odd of [null, {}, { method: 'subscribe' }, { method: 'x', subscription: deep }])
      expect(connection.readAcknowledgement(odd, sink)).to.be.a('string');
    expect(sink.calls).to.deep.equal([]);
  });
});
