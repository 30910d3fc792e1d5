// Feeds over JSON-RPC: how they are asked for, kept alive and read.
import { expect } from 'chai';
import { tellMessage } from '../../../src/exchanges/dialects/channel-readers.js';
import { jsonRpcFeeds } from '../../../src/exchanges/dialects/json-rpc-feeds.js';
import { decoded } from '../../support/recording-sink.js';
import { requestContext, sent } from '../../support/request-context.js';

const leftOut = { code: 'absent', message: 'Toy knows no such channel' };
const feeds = jsonRpcFeeds({
  venue: 'Toy',
  subscribe: { open: 'open/follow', own: 'own/follow' },
  unsubscribe: { open: 'open/leave', own: 'own/leave' },
  isOwn: (channel) => channel.startsWith('me.'),
  maxTopics: 2,
  maxRequestBytes: 1000,
  leftOut,
  hello: { method: 'open/hello', params: { name: 'bot' } },
  heartbeat: {
    intervalMs: 5000,
    silenceMs: 12_000,
    ask: 'open/beats',
    leastSeconds: 3,
    method: 'beat',
    beat: 'tick',
    challenge: 'ask',
    answer: 'open/here',
  },
  notices: { 'reads too slowly': 'too-slow' },
  method: 'push',
  lists: { 'fills.': (channel, data) => (Array.isArray(data) ? undefined : `${channel}: no list`) },
  objects: { 'books.': tellMessage, 'bad.': (channel) => `${channel}: malformed` },
  events: {
    'me.cash.': (topic, raw, sink) => void sink.private({ kind: 'account', topic, raw }),
    'me.': (channel) => `${channel}: unknown`,
    status: tellMessage,
  },
});
const push = (channel: unknown, data: unknown) =>
  JSON.stringify({ jsonrpc: '2.0', method: 'push', params: { channel, data } });
/** The same notification, its keys in another order. */
const turned = (channel: unknown, data: unknown) =>
  JSON.stringify({ params: { data, channel }, method: 'push', jsonrpc: '2.0' });

/** What a frame means: the calls of the sink, or its problem. */
function read(frame: string): unknown {
  const { calls, problem } = decoded(feeds, frame);
  if (problem !== undefined) expect(calls).to.deep.equal([]);
  return problem ?? calls;
}

describe('a feed over JSON-RPC', () => {
  it('subscribes in batches, what needs a login by a method of its own', () => {
    const topics = ['me.cash.A', 'books.X', 'fills.X', 'books.Y'];
    const calls = feeds.subscribe(topics, requestContext());
    expect(calls.map(sent)).to.deep.equal([
      { method: 'open/follow', params: { channels: ['books.X', 'fills.X'] } },
      { method: 'open/follow', params: { channels: ['books.Y'] } },
      { method: 'own/follow', params: { channels: ['me.cash.A'] } },
    ]);
    expect(calls.flatMap(({ topics: own }) => own)).to.have.members(topics);
    expect(feeds.unsubscribe(['me.cash.A'], requestContext()).map(sent)).to.deep.equal([
      { method: 'own/leave', params: { channels: ['me.cash.A'] } },
    ]);
    expect(feeds.subscribe([], requestContext())).to.deep.equal([]);
    expect(['me.cash.A', 'books.me.'].map(feeds.isPrivate)).to.deep.equal([true, false]);
  });

  it('keeps calls within the frame that the venue accepts', () => {
    const topics = ['a', 'b', 'c'].map((letter) => `books.${letter.repeat(450)}`);
    const calls = feeds.subscribe(topics, requestContext());
    expect(calls.flatMap(({ topics: own }) => own)).to.deep.equal(topics);
    for (const { frame } of calls) expect(Buffer.byteLength(frame)).to.be.at.most(feeds.maxRequestBytes);
  });

  it('takes what the answer leaves out for refused, and everything for given back', () => {
    expect(feeds.readSubscribed(['books.X', 'books.Y'], ['books.Y', 'other'])).to.deep.equal({
      confirmed: ['books.Y'],
      refused: [{ topic: 'books.X', error: leftOut }],
    });
    expect(feeds.readSubscribed(['books.X'], 'ok').refused).to.have.length(1);
    expect(feeds.readUnsubscribed(['books.X'])).to.deep.equal({ confirmed: ['books.X'], refused: [] });
  });

  it('introduces itself, asks for heartbeats in seconds and makes any other call', () => {
    const { hello, heartbeat, request } = feeds;
    expect(JSON.parse(hello())).to.deep.equal({
      jsonrpc: '2.0',
      id: -3,
      method: 'open/hello',
      params: { name: 'bot' },
    });
    expect(heartbeat).to.include({ intervalMs: 5000, silenceMs: 12_000 });
    const frames = [100, 5400].map((ms) => JSON.parse(heartbeat.start!(ms)) as unknown);
    expect(frames[0]).to.deep.equal({
      jsonrpc: '2.0',
      id: -1,
      method: 'open/beats',
      params: { interval: 3 },
    });
    expect(frames[1]).to.have.nested.property('params.interval', 5);
    expect(sent(request('open/time', { zone: 0 }, requestContext()))).to.deep.equal({
      method: 'open/time',
      params: { zone: 0 },
    });
  });

  it('lives where the venue says so, and answers where it is asked', () => {
    const beat = (params: unknown) => read(JSON.stringify({ jsonrpc: '2.0', method: 'beat', params }));
    expect(beat({ type: 'tick' })).to.deep.equal([['alive']]);
    expect(beat({ type: 'ask' })).to.deep.equal([
      ['answer', '{"jsonrpc":"2.0","id":-2,"method":"open/here","params":{}}'],
    ]);
    for (const params of [undefined, null, 'tick', ['tick'], {}, { type: 'other' }])
      expect(beat(params)).to.equal('a heartbeat of unknown type');
  });
});

describe('the frames of a feed over JSON-RPC', () => {
  for (const [order, frameOf] of Object.entries({ usual: push, other: turned })) {
    it(`are read by the reader of their channel, their keys in the ${order} order`, () => {
      expect(read(frameOf('fills.X', []))).to.deep.equal([]);
      expect(read(frameOf('books.X', {}))).to.deep.equal([['message', 'books.X']]);
      expect(read(frameOf('me.cash.A', { all: 5 }))).to.deep.equal([
        ['private', { kind: 'account', topic: 'me.cash.A', raw: { all: 5 } }],
      ]);
      expect(read(frameOf('rates', [5]))).to.deep.equal([['message', 'rates']]);
    });

    it(`tell what is wrong with them, their keys in the ${order} order`, () => {
      expect(read(frameOf('fills.X', null))).to.equal('fills.X: no list');
      expect(read(frameOf('bad.X', {}))).to.equal('bad.X: malformed');
      expect(read(frameOf('me.X', {}))).to.equal('me.X: unknown');
      for (const channel of ['books.X', 'me.cash.A', 'rates'])
        for (const data of [undefined, null, 5, 'x', true])
          expect(read(frameOf(channel, data)), channel).to.equal(`${channel}: no data`);
      for (const channel of [undefined, null, 5, '', {}])
        expect(read(frameOf(channel, {}))).to.equal('a notification without channel');
    });
  }

  it('are answers where they are no notifications', () => {
    expect(read('{"jsonrpc":"2.0","id":3,"result":"ok"}')).to.deep.equal([['reply', 3, 'ok']]);
    expect(read('{"jsonrpc":"2.0","id":-1,"result":"ok"}')).to.deep.equal([['alive']]);
    expect(read('{"id":3,"error":{"code":5,"message":"no"}}')).to.deep.equal([
      ['refusal', 3, { code: '5', message: 'no' }],
    ]);
  });

  it('refuse no request where an error is the notice of the venue', () => {
    expect(read('{"error":{"code":5,"message":"reads too slowly"}}')).to.deep.equal([
      ['notice', { kind: 'too-slow', text: 'Toy: reads too slowly' }],
    ]);
    expect(read('{"error":{"code":5,"message":"no"}}')).to.deep.equal([
      ['refusal', undefined, { code: '5', message: 'no' }],
    ]);
  });

  it('are told to be wrong where they are anything else', () => {
    for (const frame of ['', 'x', '[]', '5', 'null'])
      expect(read(frame)).to.equal('the frame is not a JSON object');
    expect(read('{"method":"pull"}')).to.equal('a method that is neither push nor beat');
    for (const params of ['5', '[]', 'null'])
      expect(read(`{"method":"push","params":${params}}`)).to.equal('a notification without params');
    for (const frame of ['{}', '{"error":5}', '{"error":{"message":5}}', '{"id":{},"result":1}'])
      expect(read(frame), frame).to.be.a('string');
  });

  it('tell the topic of market data by a cheap look, and of nothing else', () => {
    const topics = ['books.X', 'fills.X', 'rates', 'statuses', 'meals.X'];
    expect(topics.map((topic) => feeds.topicOf(push(topic, {})))).to.deep.equal(topics);
    const others = [push('me.cash.A', {}), push('me.X', {}), push('status', {}), push('', {}), push(5, {})];
    for (const frame of [
      ...others,
      turned('books.X', {}),
      '',
      '{"id":3,"result":"ok"}',
      push('x', 1).split('x"', 1)[0]!,
    ])
      expect(feeds.topicOf(frame), frame).to.equal(undefined);
  });
});
