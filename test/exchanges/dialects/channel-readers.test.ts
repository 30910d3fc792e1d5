// Readers by the first words of a channel.
import { expect } from 'chai';
import {
  type ChannelReaders,
  readerFinder,
  readerTest,
  tellMessage,
  tellNotice,
} from '../../../src/exchanges/dialects/channel-readers.js';
import { recordingSink } from '../../support/recording-sink.js';

const [fills, mine, status, rest] = ['fills', 'mine', 'status', 'rest'].map((word) => () => word);
const readers = { 'me.fills.': fills!, 'me.': mine!, status: status!, 'status.': rest! };
const none = 'none';

describe('the reader of a channel', () => {
  it('is the first whose name the channel begins with up to a point, or that has the very name', () => {
    const find = readerFinder(readers);
    const found = (channel: string) => find(channel)?.(channel, {}, recordingSink()) ?? none;
    expect(['me.fills.X', 'me.fills.', 'me.cash', 'me.'].map(found)).to.deep.equal([
      'fills',
      'fills',
      'mine',
      'mine',
    ]);
    expect(['status', 'status.now'].map(found)).to.deep.equal(['status', 'rest']);
    expect(['', 'me', 'meals.X', 'you.me.X', 'statuses', 'toString', '__proto__'].map(found)).to.deep.equal(
      Array.from({ length: 7 }, () => none),
    );
  });

  it('is told to be there without being sought', () => {
    const tables: readonly ChannelReaders<unknown>[] = [{}, readers, { 'a.b.': fills!, 'a.': mine! }];
    const channels = [
      '',
      'me',
      'me.',
      'me.fills.X',
      'status',
      'status.',
      'statuses',
      'a',
      'a.',
      'a.b.c',
      'b.',
    ];
    for (const table of tables) {
      const [find, has] = [readerFinder(table), readerTest(table)];
      for (const channel of channels) expect(has(channel), channel).to.equal(find(channel) !== undefined);
    }
  });
});

describe('data that goes on as it is', () => {
  it('is a message of its channel', () => {
    const sink = recordingSink();
    expect(tellMessage('rates', [1], sink)).to.equal(undefined);
    expect(sink.calls).to.deep.equal([['message', 'rates']]);
  });

  it('is a notice besides where it says so, and nowhere else', () => {
    const notice = { kind: 'planned-stop', text: 'Toy: closing' } as const;
    const read = tellNotice('closing', notice);
    const told = (data: object) => {
      const sink = recordingSink();
      expect(read('status', data as never, sink)).to.equal(undefined);
      return sink.calls;
    };
    expect(told({ closing: true })).to.deep.equal([
      ['notice', notice],
      ['message', 'status'],
    ]);
    for (const data of [{}, { closing: false }, { closing: 'true' }, { closing: null }, []])
      expect(told(data)).to.deep.equal([['message', 'status']]);
  });
});
