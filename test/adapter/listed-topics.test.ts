import { expect } from 'chai';
import { Play, toy } from './play.js';

const { readSubscribed: _, ...untold } = toy;
/** A venue that answers each change with the whole list of topics and no id. */
const config = { exchange: untold };

function ready(...topics: string[]): Play {
  const play = new Play(config);
  play.subscribe(...topics);
  play.connect();
  play.open();
  play.control({ kind: 'subscribed', topics });
  return play;
}

describe('topics of a venue that tells the whole list', () => {
  it('are confirmed by being there, and the others go on waiting', () => {
    const play = new Play(config);
    play.subscribe('a', 'b');
    play.connect();
    play.open();
    play.control({ kind: 'subscribed', topics: [] });
    play.control({ kind: 'subscribed', topics: ['a'] });
    expect(play.phase).to.equal('restoring subscribe');
    play.control({ kind: 'subscribed', topics: ['a', 'b', 'of somebody else'] });
    expect(play.phase).to.equal('ready');
    expect(play.all('emit-restored')[0]?.report).to.deep.include({ restored: ['a', 'b'] });
  });

  it('are given up by not being there any more, at once', () => {
    const play = ready('a', 'b');
    const ticket = play.unsubscribe('a');
    expect(play.settled.has(ticket)).to.equal(false);
    play.control({ kind: 'subscribed', topics: ['b'] });
    expect(play.settled.get(ticket)).to.deep.include({ ok: true });
    expect(play.state.topics.confirmed).to.deep.equal(['b']);
    expect(play.count('emit-revoked')).to.equal(0);
  });

  it('stay subscribed when the call that gave them up before runs past its deadline', () => {
    const play = ready('a');
    play.unsubscribe('a');
    play.control({ kind: 'subscribed', topics: [] });
    play.subscribe('a');
    play.control({ kind: 'subscribed', topics: ['a'] });
    const before = play.sent().length;
    while (play.timers.has('requests')) play.fire('requests');
    expect(play.state.topics.stateOf('a')).to.equal('confirmed');
    expect(play.sent()).to.have.length(before);
  });

  it('that were confirmed and are not there any more were taken away: a gap', () => {
    const play = ready('a', 'b');
    play.control({ kind: 'subscribed', topics: ['a'] });
    expect(play.all('emit-gaps')[0]).to.deep.include({ reason: 'revoked', topics: ['b'] });
    expect(play.all('emit-revoked')[0]).to.deep.include({ topic: 'b' });
  });
});

describe('a login', () => {
  const login = { validate: () => undefined, read: () => ({ code: 'bad-key', message: 'no such key' }) };

  it('whose good HTTP answer holds the venue’s error is refused like any other', () => {
    const fetch = () => ({ method: 'POST', url: '/token' }) as const;
    const play = new Play({ exchange: { ...toy, login: { ...login, fetch } }, credentials: 'key' });
    play.connect();
    play.open();
    expect(play.all('fetch')).to.have.length(1);
    play.reply(1, { error: 'bad-key' });
    expect(play.all('end-client')[0]).to.include({ reason: 'login-refused' });
  });

  it('that each message carries itself is no step of the restore', () => {
    const play = new Play({ exchange: { ...untold, login }, credentials: 'key' });
    play.subscribe('a');
    play.connect();
    play.open();
    expect(play.phase).to.equal('restoring subscribe');
    expect(play.sent()).to.deep.equal(['subscribe#1:a']);
  });
});
