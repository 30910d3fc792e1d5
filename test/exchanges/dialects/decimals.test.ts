import { expect } from 'chai';
import fc from 'fast-check';
import { decimalSum, shortDecimalText } from '../../../src/exchanges/dialects/decimals.js';

describe('decimal texts', () => {
  it('are written without zeros at the end and without an exponent', () => {
    const numbers: readonly (readonly [number | string, string])[] = [
      [1100, '1100'],
      ['1100.00', '1100'],
      ['0.2000', '0.2'],
      [1e-7, '0.0000001'],
      [1e21, '1000000000000000000000'],
      ['1670.10', '1670.1'],
      [1.5e-7, '0.00000015'],
      ['0.123456780', '0.12345678'],
    ];
    for (const [value, expected] of numbers) expect(shortDecimalText(value, 8)).to.equal(expected);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 'x', '0.123456789'])
      expect(() => shortDecimalText(bad, 8)).to.throw(TypeError);
  });

  it('have a sum without the dust of binary fractions', () => {
    expect(decimalSum('0.1', '0.2')).to.equal(0.3);
    expect(decimalSum('0.40', '-0.3')).to.equal(0.1);
    expect(decimalSum('5', '-5.000')).to.equal(0);
    const cents = fc.integer({ min: -1e9, max: 1e9 });
    const text = (whole: number) => (whole / 100).toFixed(2);
    fc.assert(
      fc.property(cents, cents, (left, right) => {
        expect(decimalSum(text(left), text(right))).to.equal(Number(text(left + right)));
      }),
    );
  });

  it('have no sum where one of them is none', () => {
    for (const [left, right] of [
      ['', '1'],
      ['1', '-'],
      ['x', '1'],
    ] as const)
      expect(decimalSum(left, right)).to.deep.equal(Number.NaN);
  });
});
