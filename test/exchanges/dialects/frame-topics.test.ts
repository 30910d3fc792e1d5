// Topics of frames that nobody has parsed.
import { expect } from 'chai';
import { frameTopics } from '../../../src/exchanges/dialects/frame-topics.js';

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
