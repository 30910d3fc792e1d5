import { expect } from 'chai';
import { knownFrames } from '../../../src/exchanges/dialects/known-frames.js';

const read = knownFrames('{"method":"push","params":{"channel":"', '","data":', '}}');

/** As a decoder without this dialect would read it. */
function parsed(frame: string): unknown {
  try {
    const { params } = JSON.parse(frame) as { params?: { channel?: unknown; data?: unknown } };
    return params?.data === undefined ? undefined : { channel: params.channel, data: params.data };
  } catch {
    return undefined;
  }
}

const frameOf = (channel: string, data: string): string =>
  `{"method":"push","params":{"channel":"${channel}","data":${data}}}`;

describe('frames that are written alike', () => {
  for (const data of [
    '[{"price":1.5}]',
    '{"a":{"b":[]}}',
    '"}}"',
    '0',
    'null',
    '[ ]',
    '{"data":"\\",\\"data\\":1"}',
  ]) {
    it(`say of ${data} what the parser would`, () => {
      const frame = frameOf('trades.X', data);
      expect(read(frame)).to.deep.equal({ channel: 'trades.X', data: JSON.parse(data) as unknown });
      expect(read(frame)).to.deep.equal(parsed(frame));
    });
  }

  const others: Readonly<Record<string, string>> = {
    'another beginning': '{"params":{"channel":"trades.X","data":1},"method":"push"}',
    'a space': frameOf('trades.X', '1').replace(':{', ': {'),
    'something behind the data': frameOf('trades.X', '1,"more":2'),
    'data of its own and once more': frameOf('trades.X', '1,"data":2'),
    'members of the outer object behind the data': frameOf('trades.X', '1},"id":{"a":1'),
    'an escape in the channel': frameOf('tr\\u0061des', '1'),
    'a quotation mark in the channel': frameOf('trades.X","x":"y', '1'),
    'a line break in the channel': frameOf('trades\n.X', '1'),
    'no data': frameOf('trades.X', ''),
    'an end that is missing': frameOf('trades.X', '[1').slice(0, -1),
    'no channel': '{"method":"push","params":{"channel":"trades.X"}}',
    'nothing at all': '',
  };
  for (const [name, frame] of Object.entries(others)) {
    it(`are left to the parser with ${name}`, () => {
      expect(read(frame)).to.equal(undefined);
    });
  }

  it('say nothing else than the parser however they are cut or changed', () => {
    const frame = frameOf('trades.X', '[{"price":1.5,"id":"7"}]');
    for (let at = 0; at <= frame.length; at += 1) {
      const changed = [
        frame.slice(0, at),
        `${frame.slice(0, at)}"${frame.slice(at)}`,
        frame.slice(0, at) + frame.slice(at + 1),
      ];
      for (const one of changed) {
        const told = read(one);
        if (told !== undefined) expect(told, one).to.deep.equal(parsed(one));
      }
    }
  });
});
