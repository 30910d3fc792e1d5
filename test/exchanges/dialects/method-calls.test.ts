// Calls by method: numbers that say which channel is meant, and answers one for each symbol.
import { expect } from 'chai';
import { channelIds, methodCall, readMethodAnswer } from '../../../src/exchanges/dialects/method-calls.js';
import type { JsonObject } from '../../../src/exchanges/dialects/json-rpc.js';
import { okRequest, setupRequest } from '../../../src/exchanges/dialects/setup-requests.js';
import { recordingSink } from '../../support/recording-sink.js';
import { requestContext } from '../../support/request-context.js';

const ids = channelIds(['trade', 'book']);
const words = {
  ids,
  topicOf: (channel: string, { symbol }: JsonObject) =>
    channel === '' || typeof symbol !== 'string' ? undefined : `${channel}:${symbol}`,
  alreadySubscribed: 'had',
  errorOf: (message: string) => ({ code: 'e', message }),
};

function read(message: JsonObject) {
  const sink = recordingSink();
  const problem = readMethodAnswer(message, words, sink);
  return problem ?? sink.calls;
}

describe('calls by method', () => {
  it('have numbers that differ and tell their channel', () => {
    const context = requestContext();
    const numbers = [
      ids.next(context, 'trade'),
      ids.next(context, 'book'),
      ids.next(context),
      ids.next(context, 'x'),
    ];
    expect(new Set(numbers).size).to.equal(4);
    expect(numbers.map(ids.channelOf)).to.deep.equal(['trade', 'book', '', '']);
    expect(ids.channelOf(Number.NaN)).to.equal('');
    expect(() => channelIds(Array.from({ length: 32 }, String))).to.throw(RangeError);
    const { id, frame } = methodCall(33, 'subscribe', { channel: 'book', depth: undefined });
    expect([id, JSON.parse(frame)]).to.deep.equal([
      33,
      { method: 'subscribe', params: { channel: 'book' }, req_id: 33 },
    ]);
  });

  it('are confirmed and refused by topic where they subscribe, though a refusal names the symbol only', () => {
    const subscribe = { method: 'subscribe', req_id: ids.next(requestContext(), 'book') };
    const error = { code: 'e', message: 'no' };
    const good = { ...subscribe, success: true, result: { channel: 'trade', symbol: 'X' } };
    expect(read(good)).to.deep.equal([['confirmed', 'trade:X']]);
    expect(read({ ...subscribe, success: false, error: 'no', symbol: 'X' })).to.deep.equal([
      ['refused', 'book:X', error],
    ]);
    expect(read({ ...subscribe, success: false, error: 'had', symbol: 'X' })).to.deep.equal([
      ['confirmed', 'book:X'],
    ]);
    expect(read({ ...subscribe, success: false, error: 'no' })).to.deep.equal([
      ['refusal', subscribe.req_id, error],
    ]);
    expect(read({ ...subscribe, success: true })).to.be.a('string');
  });

  it('are answered by their number where they do anything else', () => {
    const error = { code: 'e', message: 'no' };
    expect(read({ method: 'add', req_id: 64, success: true, result: 5 })).to.deep.equal([['reply', 64, 5]]);
    expect(read({ method: 'add', req_id: 64, success: false, error: 'no' })).to.deep.equal([
      ['refusal', 64, error],
    ]);
    expect(read({ success: false, error: 'no' })).to.deep.equal([['refusal', undefined, error]]);
    // What cannot be given up was not had, which is what was wanted.
    const gone = { method: 'unsubscribe', req_id: 64, success: false, error: 'no' };
    expect(read(gone)).to.deep.equal([['reply', 64, {}]]);
    for (const bad of [{ method: 'add' }, { method: 'add', success: true }, { req_id: '1', success: true }])
      expect(read(bad), JSON.stringify(bad)).to.be.a('string');
  });
});

describe('a question of a step', () => {
  it('has a problem exactly where its answer is not good', () => {
    const outgoing = { id: 1, frame: '{}' };
    const request = setupRequest('arm', outgoing, (result) => result === 7, 'not seven');
    expect(request).to.include({ ...outgoing, name: 'arm' });
    expect([request.check(7), request.check(8)]).to.deep.equal([undefined, 'not seven']);
    expect([okRequest('arm', outgoing).check('ok'), okRequest('arm', outgoing).check({})]).to.deep.equal([
      undefined,
      'the venue did not answer ok',
    ]);
  });
});
