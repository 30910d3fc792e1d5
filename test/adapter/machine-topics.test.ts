// Which topics are asked for, how often, and what becomes of those that the venue refuses or takes away.
import { expect } from 'chai';
import { idOf, Play } from './play.js';

describe('the state machine', () => {
  describe('topics', () => {
    it('subscribed while reconnecting are remembered and asked for once', () => {
      const play = new Play();
      play.becomeReady();
      play.exit();
      const ticket = play.subscribe('late');
      play.subscribe('late');
      expect(play.sent()).to.deep.equal([]);
      play.open();
      expect(play.sent()).to.have.length(1);
      play.reply(idOf(play.sent()[0] ?? ''), ['late']);
      expect(play.settled.get(ticket)).to.deep.include({ ok: true });
    });

    it('unsubscribed during a restore stay unsubscribed', () => {
      const play = new Play();
      play.subscribe('a', 'b');
      play.connect();
      play.open();
      const ticket = play.unsubscribe('a');
      play.reply(1, ['a', 'b']);
      expect(play.sent()).to.deep.equal(['subscribe#1:a,b', 'unsubscribe#2:a']);
      play.reply(2, 'ok');
      expect(play.settled.get(ticket)).to.deep.equal({ ok: true, value: { confirmed: ['a'], refused: [] } });
      play.exit();
      play.open();
      expect(play.sent().at(-1)).to.match(/:b$/);
    });

    it('end up as they were wanted last, however quickly the mind was changed', () => {
      const play = new Play();
      play.becomeReady();
      play.subscribe('a');
      play.unsubscribe('a');
      play.subscribe('a');
      play.unsubscribe('a');
      play.reply(1, ['a']);
      play.reply(2, 'ok');
      expect(play.sent()).to.deep.equal(['subscribe#1:a', 'unsubscribe#2:a']);
      expect(play.state.topics.confirmed).to.deep.equal([]);
    });

    it('that the venue revokes are told as a gap', () => {
      const play = new Play();
      play.subscribe('a');
      play.becomeReady();
      play.control({ kind: 'revoked', topic: 'a', error: { code: 'x', message: 'too many' } });
      expect(play.all('emit-gaps')[0]).to.deep.include({ reason: 'revoked', topics: ['a'] });
      expect(play.count('emit-revoked')).to.equal(1);
    });

    it('that the venue revokes because the session is over are asked for again after a new login', () => {
      const play = new Play({ credentials: 'key' });
      play.subscribe('a');
      play.connect();
      play.open();
      play.reply(1, 3_600_000);
      play.reply(2, ['a']);
      const over = { code: 'session-over', message: 'the key expired' };
      for (let time = 0; time < 5; time += 1) {
        const { length } = play.sent();
        play.control({ kind: 'revoked', topic: 'a', error: over });
        expect(play.sent().slice(length)).to.have.length(1);
        play.reply(idOf(play.sent().at(-1) ?? ''), 3_600_000);
        expect(play.sent().at(-1)).to.match(/^subscribe#\d+:a$/);
        play.reply(idOf(play.sent().at(-1) ?? ''), ['a']);
        expect(play.state.topics.confirmed).to.deep.equal(['a']);
      }
      expect(play.phase).to.equal('ready');
    });

    it('that the venue goes on refusing for want of a session are not asked for without end', () => {
      const play = new Play({ credentials: 'key' });
      play.connect();
      play.open();
      play.reply(1, 3_600_000);
      const ticket = play.subscribe('a');
      for (let time = 0; time < 20; time += 1) {
        const last = play.sent().at(-1) ?? '';
        if (last.startsWith('subscribe')) play.refuse(idOf(last), 'session-over');
        else play.reply(idOf(last), 3_600_000);
      }
      expect(play.sent().filter((sent) => sent.startsWith('subscribe'))).to.have.length(4);
      expect(play.settled.get(ticket)).to.have.nested.property('value.refused[0].topic', 'a');
      expect(play.phase).to.equal('ready');
    });

    it('whose stream broke are unsubscribed and subscribed anew, without touching the others', () => {
      const play = new Play();
      play.subscribe('a', 'b');
      play.becomeReady();
      play.control({ kind: 'resync', topic: 'a' });
      play.control({ kind: 'resync', topic: 'a' });
      expect(play.sent()).to.deep.equal(['subscribe#1:a,b', 'unsubscribe#2:a']);
      play.reply(2, 'ok');
      expect(play.sent().at(-1)).to.equal('subscribe#3:a');
      play.reply(3, ['a']);
      expect(play.state.topics.confirmed).to.deep.equal(['a', 'b']);
      expect(play.phase).to.equal('ready');
    });

    it('acknowledged one by one count as answered', () => {
      const play = new Play();
      play.subscribe('a', 'b');
      play.connect();
      play.open();
      play.control({ kind: 'confirmed', topic: 'a' });
      play.control({ kind: 'refused', topic: 'b', error: { code: 'x', message: 'no' } });
      expect(play.phase).to.equal('ready');
      expect(play.all('emit-restored')[0]?.report).to.deep.include({ restored: ['a'] });
    });
  });
});
