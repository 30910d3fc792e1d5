import { expect } from 'chai';
import { passedOn } from '../../../src/exchanges/dialects/row-readers.js';
import { channelDecoder, type DataReader } from '../../../src/exchanges/dialects/channel-data.js';
import { namedSubscriptions } from '../../../src/exchanges/dialects/named-subscriptions.js';
import { optionTopics } from '../../../src/exchanges/dialects/option-topics.js';
import { recordingSink, type SinkCall } from '../../support/recording-sink.js';

const topics = optionTopics({
  venue: 'Toy',
  examples: 'tides:X',
  subjects: { harbour: { types: 'tides?step ships', hint: 'name the harbour', example: 'X' } },
  alone: 'weather',
  options: { step: /^\d+$/ },
  repeated: '',
  nameless: '',
});
const subscriptions = namedSubscriptions(topics, {
  frame: (method, subscription) => JSON.stringify({ method, subscription }),
  isThere: /^There/,
  isGone: /^Gone/,
});
const tellTides: DataReader = (topic, data, sink) => {
  if (!Array.isArray(data)) return `${topic}: malformed tides`;
  return void sink.message(topic);
};
const words = {
  channels: { pong: 'here', acknowledgement: 'done', error: 'wrong' },
  answers: { answer: (data: unknown) => (data === 1 ? undefined : 'an odd answer') },
  readers: { 'tides currents': tellTides },
  others: passedOn(/^weather/),
};
const { decode, newDecode } = channelDecoder(subscriptions, { ...words, greeting: 'Ahoy.' });

/** What frames of one connection tell, in order. */
function told(...frames: readonly object[]): readonly SinkCall[] {
  const [sink, read] = [recordingSink(), newDecode()];
  for (const frame of frames) expect(read(JSON.stringify(frame), sink)).to.equal(undefined);
  return sink.calls;
}
const problem = (frame: string) => {
  const sink = recordingSink();
  const words = newDecode()(frame, sink);
  expect(sink.calls).to.deep.equal([]);
  return words;
};

describe('frames of a channel and its data', () => {
  it('are read by channel, under the topic that this connection has asked for', () => {
    const data = [{ harbour: 'X' }];
    const subscription = { type: 'tides', harbour: 'X', step: 5 };
    const acknowledged = { channel: 'done', data: { method: 'subscribe', subscription } };
    expect(told({ channel: 'tides', data }, acknowledged, { channel: 'tides', data })).to.deep.equal([
      ['message', 'tides:X'],
      ['confirmed', 'tides:X?step=5'],
      ['message', 'tides:X?step=5'],
    ]);
    expect(told({ channel: 'tides', data }, { channel: 'currents', data })).to.deep.equal([
      ['message', 'tides:X'],
      ['message', 'currents'],
    ]);
  });

  it('can be read one by one, each as the first of its connection', () => {
    const sink = recordingSink();
    const subscription = { type: 'tides', harbour: 'X', step: 5 };
    decode(JSON.stringify({ channel: 'done', data: { method: 'subscribe', subscription } }), sink);
    decode(JSON.stringify({ channel: 'tides', data: [{ harbour: 'X' }] }), sink);
    expect(sink.calls.at(-1)).to.deep.equal(['message', 'tides:X']);
  });

  it('can be pongs, errors and answers', () => {
    expect(told({ channel: 'here' }, { channel: 'wrong', data: 'Too far' })).to.deep.equal([
      ['alive'],
      ['refusal', undefined, { code: 'error', message: 'Too far' }],
    ]);
    expect(told({ channel: 'answer', data: 1 })).to.deep.equal([]);
    expect(problem('{"channel":"answer","data":2}')).to.equal('an odd answer');
  });

  it('can begin with a greeting that is no JSON', () => {
    const sink = recordingSink();
    expect(newDecode()('Ahoy.', sink)).to.equal(undefined);
    expect(sink.calls).to.deep.equal([['alive']]);
    const greetless = channelDecoder(subscriptions, words);
    expect(greetless.decode('Ahoy.', recordingSink())).to.equal('the frame is not a JSON object');
  });

  it('have one reader for all other channels', () => {
    const ships = { harbour: 'X', ships: 3 };
    expect(told({ channel: 'weather', data: {} }, { channel: 'ships', data: ships })).to.deep.equal([
      ['message', 'weather'],
      ['private', { kind: 'account', topic: 'ships:X', raw: ships }],
    ]);
  });

  it('say what is wrong with them, and tell nothing', () => {
    for (const frame of ['', 'ahoy', '[]', 'null', '{"channel":'])
      expect(problem(frame), frame).to.equal('the frame is not a JSON object');
    for (const frame of ['{}', '{"channel":7}', '{"channel":{"toString":0}}'])
      expect(problem(frame), frame).to.equal('a frame without channel');
    expect(problem('{"channel":"tides"}')).to.equal('tides: malformed tides');
    expect(problem('{"channel":"weather"}')).to.equal('weather: no data');
    expect(problem('{"channel":"toString","data":"x"}')).to.equal('toString: no data');
    expect(problem('{"channel":"wrong"}')).to.be.a('string');
    expect(problem('{"channel":"done"}')).to.be.a('string');
  });
});
