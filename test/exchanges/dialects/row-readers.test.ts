import { expect } from 'chai';
import { innerList, passedOn, rowList } from '../../../src/exchanges/dialects/row-readers.js';
import type { AccountRows } from '../../../src/exchanges/dialects/account-rows.js';
import type { DataReader } from '../../../src/exchanges/dialects/channel-data.js';
import { isObject } from '../../../src/exchanges/dialects/json-rpc.js';
import { recordingSink } from '../../support/recording-sink.js';

/** Tells a row under its kind; a row without an oar is malformed. */
const rows: Pick<AccountRows, 'tell'> = {
  tell(kind, topic, list, sink) {
    for (const row of list as readonly unknown[]) {
      if (!isObject(row) || row['oar'] === undefined) return `${topic}: malformed ${kind}`;
      sink.private({ kind: 'account', topic, raw: [kind, row['oar']] });
    }
    return undefined;
  },
};
const others = passedOn(/^weather/);

function told(read: DataReader, data: unknown, topic = 'oars') {
  const sink = recordingSink();
  return { problem: read(topic, data, sink), calls: sink.calls };
}
const account = (raw: unknown, topic = 'oars') => ({
  problem: undefined,
  calls: [['private', { kind: 'account', topic, raw }]],
});

describe('channels of an account', () => {
  it('can bring a list of rows; an empty one is a sign of life', () => {
    const read = rowList('order', rows);
    expect(told(read, [{ oar: 3 }])).to.deep.equal(account(['order', 3]));
    expect(told(read, [])).to.deep.equal({ problem: undefined, calls: [['alive']] });
    expect(told(read, [null])).to.deep.equal({ problem: 'oars: malformed order', calls: [] });
    for (const odd of [undefined, null, 7, 'oars', {}, { length: 1 }])
      expect(told(read, odd)).to.deep.equal({ problem: 'oars: malformed orders', calls: [] });
  });

  it('can bring a list among other things, whose rows count where they are news', () => {
    const read = innerList('fill', rows, { list: 'oars', isOld: 'isOld', others });
    expect(told(read, { oars: [{ oar: 3 }], more: 1 })).to.deep.equal(account(['fill', 3]));
    expect(told(read, { oars: [{ oar: 3 }], isOld: false })).to.deep.equal(account(['fill', 3]));
    const asTheyAre = [{ oars: [{ oar: 3 }], isOld: true }, { oars: [] }, { oars: { length: 1 } }, {}];
    for (const data of asTheyAre) expect(told(read, data)).to.deep.equal(account(data));
    expect(told(read, { oars: [{}] })).to.deep.equal({ problem: 'oars: malformed fill', calls: [] });
    for (const odd of [undefined, null, 7, 'oars', [{ oar: 3 }]])
      expect(told(read, odd)).to.deep.equal({ problem: 'oars: no data', calls: [] });
  });

  it('are told from the market by their topics, and go on as they are', () => {
    expect(told(others, { wind: 3 }, 'weather:X').calls).to.deep.equal([['message', 'weather:X']]);
    expect(told(others, ['calm'])).to.deep.equal(account(['calm']));
    for (const topic of ['weather:X', 'oars'])
      for (const odd of [undefined, null, 7, 'calm', true])
        expect(told(others, odd, topic)).to.deep.equal({ problem: `${topic}: no data`, calls: [] });
  });
});
