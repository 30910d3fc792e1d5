// When a connection is replaced by itself, as a table.
import { expect } from 'chai';
import fc from 'fast-check';
import { nextRotation, type RotationOptions } from '../../src/adapter/rotation-schedule.js';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(`2026-03-04T${text}:00Z`);
const next = (options: RotationOptions, readyAtMs: number, lifetimeMs?: number, random = 0) =>
  nextRotation(options, { readyAtMs, nowMs: readyAtMs, lifetimeMs, random });

describe('the time of the next rotation', () => {
  const cases: readonly [string, RotationOptions, string, number | undefined, string | undefined][] = [
    ['is never without an interval and without a limit', {}, '10:00', undefined, undefined],
    ['is the interval', { everyMs: HOUR }, '10:00', undefined, '11:00'],
    ['is well before the limit of the venue', {}, '00:00', 10 * HOUR, '09:00'],
    ['is before the limit also with a longer interval', { everyMs: 20 * HOUR }, '00:00', 10 * HOUR, '09:00'],
    [
      'stays within the window',
      { everyMs: HOUR, window: { from: '10:00', to: '12:00' } },
      '10:00',
      undefined,
      '11:00',
    ],
    [
      'waits for the window',
      { everyMs: HOUR, window: { from: '15:30', to: '16:00' } },
      '10:00',
      undefined,
      '15:30',
    ],
    [
      'knows windows past midnight',
      { everyMs: HOUR, window: { from: '22:00', to: '12:00' } },
      '10:00',
      undefined,
      '11:00',
    ],
    [
      'does not wait beyond the limit',
      { everyMs: HOUR, window: { from: '09:00', to: '09:30' } },
      '00:00',
      5 * HOUR,
      '04:30',
    ],
  ];
  for (const [title, options, ready, lifetimeMs, expected] of cases) {
    it(title, () => {
      expect(next(options, at(ready), lifetimeMs)).to.equal(
        expected === undefined ? undefined : at(expected),
      );
    });
  }

  it('is tomorrow where the window of today is over', () => {
    expect(next({ everyMs: HOUR, window: { from: '08:00', to: '09:00' } }, at('10:00'))).to.equal(
      at('08:00') + 24 * HOUR,
    );
  });

  it('takes the jitter off', () => {
    expect(next({ everyMs: HOUR, jitterMs: 600_000 }, at('10:00'), undefined, 0.5)).to.equal(at('10:55'));
  });

  it('is never in the past, and never past nine tenths of what the venue lets a connection live', () => {
    const time = fc
      .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
      .map(([hour, minute]) => [hour, minute].map((part) => String(part).padStart(2, '0')).join(':'));
    const window = fc.record({ from: time, to: time }).filter(({ from, to }) => from !== to);
    const options = fc.record(
      { everyMs: fc.integer({ min: 1_000, max: 30 * HOUR }), jitterMs: fc.nat({ max: HOUR }), window },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        options,
        fc.nat({ max: 24 * HOUR }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (own, after, random) => {
          const ready = at('00:00') + after;
          const due = next(own, ready, 24 * HOUR, random);
          expect(due).to.be.within(ready, ready + 0.9 * 24 * HOUR);
        },
      ),
    );
  });
});
