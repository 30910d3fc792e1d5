import { expect } from 'chai';
import { encodeMessagePack } from '../../../src/exchanges/dialects/msgpack.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('MessagePack for signatures', () => {
  it('writes each value in its shortest form', () => {
    const bytes: readonly (readonly [unknown, string])[] = [
      [null, 'c0'],
      [true, 'c3'],
      [false, 'c2'],
      [0, '00'],
      [127, '7f'],
      [128, 'cc80'],
      [255, 'ccff'],
      [256, 'cd0100'],
      [65535, 'cdffff'],
      [65536, 'ce00010000'],
      [4294967295, 'ceffffffff'],
      [4294967296, 'cf0000000100000000'],
      [-1, 'ff'],
      [-32, 'e0'],
      [-33, 'd0df'],
      [-128, 'd080'],
      [-129, 'd1ff7f'],
      [-32769, 'd2ffff7fff'],
      [-2147483649, 'd3ffffffff7fffffff'],
      ['', 'a0'],
      ['abc', 'a3616263'],
      ['x'.repeat(31), `bf${'78'.repeat(31)}`],
      ['x'.repeat(32), `d920${'78'.repeat(32)}`],
      ['é', 'a2c3a9'],
      [[], '90'],
      [[1, 'a'], '9201a161'],
      [{}, '80'],
      [{ b: 1, a: undefined, c: null }, '82a16201a163c0'],
    ];
    for (const [value, expected] of bytes)
      expect(hex(encodeMessagePack(value)).slice(0, expected.length), String(value)).to.equal(expected);
    expect(hex(encodeMessagePack('x'.repeat(256))).slice(0, 6)).to.equal('da0100');
    expect(hex(encodeMessagePack(Array.from({ length: 16 }, () => 0))).slice(0, 6)).to.equal('dc0010');
  });

  it('refuses what has no exact form', () => {
    for (const value of [1.5, Number.NaN, 2 ** 60, undefined, 1n, () => {}])
      expect(() => encodeMessagePack(value)).to.throw(TypeError);
  });
});
