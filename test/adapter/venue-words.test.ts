import { expect } from 'chai';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { idOf, Play, topicsOf, toy } from './play.js';

const oneBadApple: Exchange = {
  ...(toy as Exchange),
  classify: ({ code }) => (code === 'server-timeout' ? 'unknown' : 'reject'),
  readRefused: (topics, error) => ({
    confirmed: [],
    refused: topics.filter((topic) => error.code.includes(topic)).map((topic) => ({ topic, error })),
  }),
};
const { readSubscribed: _none, ...withoutLists } = toy as Exchange;
const byChannel: Exchange = {
  ...withoutLists,
  topicsNamed: (name, topics) => topics.filter((topic) => topic.startsWith(name)),
};

describe('the state machine, with a venue that has its own ways', () => {
  it('asks again for topics that were refused only because of another one in their call', () => {
    const play = new Play({ exchange: oneBadApple });
    const ticket = play.subscribe('good', 'bad', 'fine');
    play.connect();
    play.open();
    const [first] = play.sent();
    play.refuse(idOf(first!), 'no such topic: bad');
    const second = play.sent().at(-1)!;
    expect(topicsOf(second)).to.deep.equal(['good', 'fine']);
    expect(play.phase).to.equal('restoring subscribe');
    play.reply(idOf(second), ['good', 'fine']);
    expect(play.phase).to.equal('ready');
    expect(play.settled.get(ticket))
      .to.have.nested.property('value.confirmed')
      .that.deep.equals(['good', 'fine']);
  });

  it('asks for the topics of a call apart where the refusal names none', () => {
    const play = new Play({ exchange: oneBadApple });
    play.subscribe('good', 'bad');
    play.connect();
    play.open();
    play.refuse(idOf(play.sent()[0]!), 'something else');
    expect(topicsOf(play.sent()[1]!)).to.deep.equal(['good']);
    play.reply(idOf(play.sent()[1]!), ['good']);
    expect(topicsOf(play.sent()[2]!)).to.deep.equal(['bad']);
    play.refuse(idOf(play.sent()[2]!), 'something else');
    expect(play.phase).to.equal('ready');
    expect(play.all('emit-restored')[0]?.report.restored).to.deep.equal(['good']);
  });

  it('counts a call as answered when its topics were acknowledged one by one', () => {
    const play = new Play({ exchange: byChannel, hasReconcileHook: true });
    play.subscribe('a:1', 'b:1');
    play.connect();
    play.open();
    play.control({ kind: 'confirmed', topic: 'a:1' });
    expect(play.state.requests.size).to.equal(1);
    play.control({ kind: 'refused', topic: 'b:1', error: { code: 'x', message: 'x' } });
    expect(play.state.requests.size).to.equal(0);
    // The reconcile hook may take longer than a request is given.
    play.fire('requests');
    expect(play.phase).to.equal('restoring reconcile');
  });

  it('finds the topics that the venue names by their channel only', () => {
    const play = new Play({ exchange: byChannel });
    play.subscribe('a:1', 'a:2', 'b:1');
    play.connect();
    play.open();
    for (const topic of ['a:1', 'a:2', 'b:1']) play.control({ kind: 'confirmed', topic });
    expect(play.phase).to.equal('ready');
    play.control({ kind: 'revoked', topic: 'a:', error: { code: 'limit', message: 'too many' } });
    expect(play.all('emit-revoked').map(({ topic }) => topic)).to.deep.equal(['a:1', 'a:2']);
    expect(play.all('emit-gaps').flatMap(({ topics }) => topics)).to.deep.equal(['a:1', 'a:2']);
  });

  it('takes an order for unknown, not for rejected, where the venue itself cannot say', () => {
    const play = new Play({ exchange: oneBadApple });
    play.becomeReady();
    const ticket = play.call('order');
    play.refuse(idOf(play.sent().at(-1)!), 'server-timeout');
    expect(play.settled.get(ticket)).to.include({ ok: false, outcome: 'unknown' });
    expect(play.state.unknown).to.have.length(1);
    const rejected = play.call('order');
    play.refuse(idOf(play.sent().at(-1)!), 'no');
    expect(play.settled.get(rejected)).to.include({ ok: false, outcome: 'rejected' });
  });
});
