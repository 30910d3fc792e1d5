import { expect } from 'chai';
import { readPost, signedPosts } from '../../../src/exchanges/dialects/posts.js';
import { recordingSink, type SinkCall } from '../../support/recording-sink.js';
import { requestContext } from '../../support/request-context.js';

const posts = signedPosts({
  payload: (action, { wallMs }, expiresAfter) => ({ action, nonce: wallMs, signature: 'Toy', expiresAfter }),
});
const context = () => requestContext({ wallMs: 17 });

/** What an answer to a post tells the sink. */
function told(id: unknown, response: unknown): readonly SinkCall[] {
  const sink = recordingSink();
  expect(readPost({ id, response }, sink)).to.equal(undefined);
  return sink.calls;
}
const action = (payload: unknown) => told(7, { type: 'action', payload });
const done = (data: unknown) => ({ status: 'ok', response: { type: 'light', data } });

describe('posts', () => {
  it('carry questions, and actions that are signed', () => {
    expect(posts.ask(context(), 'lamps')).to.deep.equal({
      id: 1,
      frame: '{"method":"post","id":1,"request":{"type":"info","payload":{"type":"lamps"}}}',
    });
    expect(posts.act(context(), { type: 'light', lamp: 3 }, 99).frame).to.equal(
      '{"method":"post","id":1,"request":{"type":"action","payload":{"action":{"type":"light","lamp":3},"nonce":17,"signature":"Toy","expiresAfter":99}}}',
    );
  });

  it('carry any call: one method is for actions, every other one asks', () => {
    const light = { type: 'light' };
    expect(posts.request('action', light, context())).to.deep.equal(posts.act(context(), light));
    const street = { street: 'North' };
    expect(posts.request('lamps', street, context())).to.deep.equal(posts.ask(context(), 'lamps', street));
  });

  it('are answered with data, or with what became of an action', () => {
    expect(told(8, { type: 'info', payload: { type: 'lamps', data: null } })).to.deep.equal([
      ['reply', 8, null],
    ]);
    const results = [
      done({ statuses: ['lit'] }),
      done({ statuses: [{ error: 'broken' }, 'lit'] }),
      done({ status: 'dark' }),
      done(undefined),
      { status: 'ok' },
    ];
    for (const result of results) expect(action(result)).to.deep.equal([['reply', 7, result]]);
  });

  it('fail as requests, as whole actions and in their only part', () => {
    const refusal = (code: string, message: string) => [['refusal', 7, { code, message }]];
    const failed = (payload: unknown) => told(7, { type: 'error', payload });
    expect(failed('503 Come back')).to.deep.equal(refusal('503', '503 Come back'));
    expect(failed('No such street')).to.deep.equal(refusal('error', 'No such street'));
    expect(failed({})).to.deep.equal(refusal('error', 'an error without words'));
    expect(action({ status: 'err', response: 'No key' })).to.deep.equal(refusal('err', 'No key'));
    expect(action({})).to.deep.equal(refusal('err', 'an error without words'));
    for (const data of [{ statuses: [{ error: 'broken' }] }, { status: { error: 'broken' } }])
      expect(action(done(data))).to.deep.equal(refusal('order', 'broken'));
  });

  it('say what is wrong with answers of another form, and tell nothing', () => {
    const response = { type: 'info', payload: { data: 1 } };
    const odd = [
      null,
      'post',
      [],
      {},
      { id: '7', response },
      { id: 7 },
      { id: 7, response: 'lit' },
      { id: 7, response: {} },
      { id: 7, response: { type: 'info', payload: {} } },
      { id: 7, response: { type: 'info' } },
      { id: 7, response: { type: 'action', payload: 'lit' } },
      { id: 7, response: { type: 'other', payload: {} } },
    ];
    for (const data of odd) {
      const sink = recordingSink();
      expect(readPost(data, sink), JSON.stringify(data)).to.match(/^an answer to a post/);
      expect(sink.calls).to.deep.equal([]);
    }
  });
});
