import { expect } from 'chai';
import fc from 'fast-check';
import { channelBatches } from '../../src/exchanges/dialects/channel-topics.js';
import { crc32 } from '../../src/exchanges/dialects/crc32.js';
import { decimalOf, LevelScanner, parseExact } from '../../src/exchanges/dialects/exact-numbers.js';
import { isoTimeMs } from '../../src/exchanges/dialects/iso-time.js';
import { RowMemory } from '../../src/exchanges/dialects/row-memory.js';

const decimal = fc.tuple(fc.nat(1e9), fc.option(fc.stringMatching(/^\d{1,8}$/), { nil: undefined }));
const decimalText = decimal.map(([whole, fraction]) =>
  fraction === undefined ? String(whole) : `${whole}.${fraction}`,
);

describe('crc32', () => {
  it('gives the check values of the standard', () => {
    expect(crc32('')).to.equal(0);
    expect(crc32('123456789')).to.equal(0xcbf43926);
    expect(crc32('The quick brown fox jumps over the lazy dog')).to.equal(0x414fa339);
  });
});

describe('parseExact', () => {
  it('keeps every decimal number as it was written, and nothing else changes', () => {
    fc.assert(
      fc.property(decimalText, fc.string(), (number, text) => {
        const frame = `{"a":[${number},{"b":${JSON.stringify(text)}}],"c":-${number},"d":true}`;
        expect(parseExact(frame)).to.deep.equal({ a: [number, { b: text }], c: `-${number}`, d: true });
      }),
    );
  });

  it('takes no text for JSON that is none', () => {
    for (const frame of ['', '{"a":01}', '{"a":1.}', '{"a":1.2.3}', '{"a":.5}', '[1]', '1', '{"a":1']) {
      expect(parseExact(frame), frame).to.equal(undefined);
    }
  });
});

describe('LevelScanner', () => {
  const scanner = new LevelScanner('price', 'qty');

  it('reads the same texts as the parser', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(decimalText, decimalText)), (levels) => {
        const text = `[${levels.map(([price, amount]) => `{"price":${price},"qty":${amount}}`).join()}]`;
        const scanned = { texts: [], numbers: [] };
        expect(scanner.scan(text, 1, scanned)).to.equal(text.length);
        expect(scanned).to.deep.equal({ texts: levels.flat(), numbers: levels.flat().map(Number) });
      }),
    );
  });

  it('reads nothing that is written in any other way', () => {
    const others = [
      '{"price":1, "qty":2}]',
      '{"qty":2,"price":1}]',
      '{"price":1}]',
      '{"price":1,"qty":2}',
      '{"price":-1,"qty":2}]',
    ];
    for (const text of [
      ...others,
      '{"price":1,"qty":2},]',
      '{"price":,"qty":2}]',
      '{"price":1.,"qty":2}]',
      '',
    ]) {
      expect(scanner.scan(text, 0, { texts: [], numbers: [] }), text).to.equal(-1);
    }
  });
});

describe('decimalOf', () => {
  it('reads what Number reads', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        expect(decimalOf(text)).to.equal(Number(text));
      }),
    );
    expect(decimalOf('123456789012345678.5')).to.equal(Number('123456789012345678.5'));
  });

  it('takes nothing else for a decimal', () => {
    for (const value of [
      '',
      '.',
      '1.',
      '.5',
      '-1',
      '1e5',
      ' 1',
      '1 ',
      '1.2.3',
      '1..2',
      '0x10',
      7,
      null,
      undefined,
    ]) {
      expect(decimalOf(value), String(value)).to.deep.equal(Number.NaN);
    }
  });
});

describe('isoTimeMs', () => {
  it('reads what Date reads, to the millisecond', () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (time) => {
        expect(isoTimeMs(time.toISOString())).to.be.closeTo(time.getTime(), 1e-3);
      }),
    );
  });

  it('keeps the fraction of a millisecond', () => {
    expect(isoTimeMs('2026-09-25T17:48:26.844359Z')).to.be.closeTo(
      Date.parse('2026-09-25T17:48:26.844Z') + 0.359,
      1e-3,
    );
    expect(isoTimeMs('2026-09-25T17:48:26Z')).to.equal(Date.parse('2026-09-25T17:48:26Z'));
    expect(isoTimeMs('2023-06-23T20:31:26.122969572Z')).to.be.closeTo(
      Date.parse('2023-06-23T20:31:26.122Z') + 0.97,
      1e-2,
    );
  });

  it('takes nothing else for a time', () => {
    const others = [
      undefined,
      null,
      7,
      '',
      '2026',
      '2026-13-01T00:00:00Z',
      '2026-01-01T00:00:99Z',
      '2026-01-01 00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:60:00Z',
      '2026-00-01T00:00:00Z',
      '2026-01-32T00:00:00Z',
      '2026-01-0xT00:00:00Z',
      '2o26-01-01T00:00:00Z',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00.Z',
      '2026-01-01T00:00:00.1x3Z',
      '2026-01-01T00:00:00.0123456789Z',
    ];
    for (const value of [...others, '2026-01-01T00:00:00+01:00'])
      expect(isoTimeMs(value), String(value)).to.deep.equal(Number.NaN);
  });
});

describe('RowMemory', () => {
  it('adds what is new to what was said before', () => {
    const memory = new RowMemory(2);
    memory.merge('a', { side: 'buy', price: 1 });
    expect(memory.merge('a', { price: 2 })).to.deep.equal({ side: 'buy', price: 2 });
  });

  it('forgets the row that was touched longest ago', () => {
    const memory = new RowMemory(2);
    memory.merge('a', { side: 'buy' });
    memory.merge('b', { side: 'sell' });
    memory.merge('a', {});
    memory.merge('c', {});
    expect(memory.size).to.equal(2);
    expect(memory.merge('b', {})).to.deep.equal({});
  });
});

describe('channelBatches', () => {
  it('keeps every topic, each in a batch of its channel within the limit', () => {
    const topic = fc.constantFrom('a:1', 'a:2', 'a:3', 'b:1', 'b:2', 'whole', 'a:x:y');
    fc.assert(
      fc.property(fc.uniqueArray(topic), (topics) => {
        const batches = channelBatches(topics, { maxTopics: 2, maxBytes: 1000 });
        expect(batches.flatMap((batch) => batch.topics)).to.have.members(topics);
        for (const { channel, symbols, topics: own } of batches) {
          expect(symbols.length).to.be.at.most(2);
          expect(own).to.deep.equal(
            symbols.length === 0 ? [channel] : symbols.map((symbol) => `${channel}:${symbol}`),
          );
        }
      }),
    );
  });
});
