// Topics of frames that nobody has parsed.
import { expect } from 'chai';
import { frameTopics, headTopics } from '../../../src/exchanges/dialects/frame-topics.js';

const topicOf = frameTopics(/^\{"feed":"(deals|bids)","rows":\[\{/, 'item');

describe('topics of frames', () => {
  it('are the channel and the first symbol behind it', () => {
    expect(topicOf('{"feed":"deals","rows":[{"item":"OAK","paid":5}]}')).to.equal('deals:OAK');
    expect(topicOf('{"feed":"bids","rows":[{"at":"x","item":"ELM"},{"item":"OAK"}]}')).to.equal('bids:ELM');
  });

  it('are not told of frames that begin otherwise', () => {
    for (const frame of [
      '',
      'tick',
      '{"feed":"owner","rows":[{"item":"OAK"}]}',
      ' {"feed":"deals","rows":[{',
    ])
      expect(topicOf(frame), frame).to.equal(undefined);
    expect(topicOf('{"item":"OAK","feed":"deals","rows":[{"paid":5}]}')).to.equal(undefined);
  });

  it('are not told where there is no symbol, or no end of it', () => {
    const head = '{"feed":"deals","rows":[{';
    for (const rest of ['', '"item":5}]}', '"item":"OA', '"items":"OAK"}]}'])
      expect(topicOf(head + rest), rest).to.equal(undefined);
  });
});

describe('topics of frames that begin with channel and symbol', () => {
  const head = /^\{"feed":"(deals|bids)","item":"([^"\\]+)"/;

  it('are both of them', () => {
    const topic = headTopics(head);
    expect(topic('{"feed":"deals","item":"OAK","paid":5}')).to.equal('deals:OAK');
    expect(topic('{"feed":"bids","item":"ELM","item":"OAK"}')).to.equal('bids:ELM');
  });

  it('can call the channel otherwise than the frame does', () => {
    const topic = headTopics(head, (channel) => (channel === 'bids' ? 'bids-5' : channel));
    expect(topic('{"feed":"bids","item":"ELM"}')).to.equal('bids-5:ELM');
    expect(topic('{"feed":"deals","item":"ELM"}')).to.equal('deals:ELM');
  });

  it('are not told of frames that begin otherwise', () => {
    for (const frame of [
      '',
      'tick',
      '{"feed":"owner","item":"OAK"}',
      '{"feed":"deals","item":""}',
      '{"feed":"deals","item":"O\\u0041K"}',
      '{"feed":"deals","paid":5,"item":"OAK"}',
      ' {"feed":"deals","item":"OAK"}',
    ])
      expect(headTopics(head)(frame), frame).to.equal(undefined);
  });
});
