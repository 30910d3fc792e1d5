import { expect } from 'chai';
import fc from 'fast-check';
import { backoffMs } from '../../src/client/backoff.js';
import { type ExitEvidence, judgeExit } from '../../src/client/exit.js';
import { Patience } from '../../src/client/patience.js';
import { PendingSends } from '../../src/client/pending-sends.js';
import { Watch } from '../../src/client/watchdog.js';
import { BulkheadError, toRecord } from '../../src/errors.js';

describe('the judgement of an exit', () => {
  const nothing: ExitEvidence = {
    ending: undefined,
    workerError: undefined,
    asked: undefined,
    startError: undefined,
    exitCode: 1,
  };
  const ending = { reason: 'heartbeat-missed', message: 'no pong', detail: { silentMs: 5 } } as const;
  const asked = { reason: 'terminated', message: 'terminate() was called', detail: {} } as const;
  const memory = Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  const startError = new BulkheadError('start-timeout', 'too slow');
  const table: readonly (readonly [string, Partial<ExitEvidence>, string])[] = [
    ['nothing but the exit', {}, 'crash'],
    ['last words', { ending }, 'heartbeat-missed'],
    ['last words and a terminate', { ending, asked }, 'heartbeat-missed'],
    ['last words and an error', { ending, workerError: new Error('x') }, 'heartbeat-missed'],
    ['an error', { workerError: new Error('x') }, 'crash'],
    ['an error after a terminate', { workerError: new Error('x'), asked }, 'crash'],
    ['running out of memory', { workerError: memory }, 'out-of-memory'],
    ['a terminate', { asked }, 'terminated'],
    ['a hang', { asked: { ...asked, reason: 'hang' } }, 'hang'],
    ['a start that failed', { startError }, 'start-failed'],
    ['a start that failed after a terminate', { startError, asked }, 'terminated'],
  ];

  for (const [name, evidence, code] of table) {
    it(`takes ${name} for ${code}`, () => {
      const verdict = judgeExit({ ...nothing, ...evidence });
      expect(verdict.code).to.equal(code);
      expect(verdict.error).to.be.instanceOf(BulkheadError);
      expect(verdict.retryable).to.equal(verdict.error.retryable);
    });
  }

  it('keeps the detail, the cause and what the thread thinks of a retry', () => {
    const error = toRecord(Object.assign(new Error('boom'), { code: 'EBOOM' }));
    const verdict = judgeExit({ ...nothing, ending: { ...ending, retryable: false, error } });
    expect(verdict).to.deep.include({ detail: { silentMs: 5 }, retryable: false, reason: 'no pong' });
    expect(verdict.error.cause).to.include({ message: 'boom' });
  });

  it('hands on an error of our own that says more than the reason', () => {
    const error = toRecord(new BulkheadError('missing-dependency', 'install it'));
    const verdict = judgeExit({ ...nothing, ending: { ...ending, reason: 'proxy-error', error } });
    expect(verdict.code).to.equal('proxy-error');
    expect(verdict.error.code).to.equal('missing-dependency');
    expect(judgeExit({ ...nothing, startError }).error).to.equal(startError);
  });
});

describe('the back-off', () => {
  it('stays between 0 and its bound, which doubles up to the cap', () => {
    const bounds = fc.record({
      baseMs: fc.integer({ min: 1, max: 1e4 }),
      capMs: fc.integer({ min: 1, max: 1e6 }),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), random, bounds, (attempt, draw, backoff) => {
        const wait = backoffMs(attempt, draw, backoff);
        expect(wait).to.be.within(0, Math.min(backoff.capMs, backoff.baseMs * 2 ** (attempt - 1)));
        expect(Number.isInteger(wait)).to.equal(true);
      }),
    );
    const bound = (attempt: number): number =>
      backoffMs(attempt, 1 - Number.EPSILON, { baseMs: 100, capMs: 1000 }) + 1;
    expect([1, 2, 3, 4, 5, 50].map(bound)).to.deep.equal([100, 200, 400, 800, 1000, 1000]);
  });
});

describe('patience', () => {
  it('counts time that was waited on time and leaves out stalls of the waiter', () => {
    const table: readonly (readonly [string, readonly number[], boolean])[] = [
      ['ticks on time', [100, 200, 300, 400], true],
      ['too few ticks', [100, 200, 300], false],
      ['one long stall', [100, 5000], false],
      ['a stall and the rest on time', [100, 200, 5000, 5100, 5200], true],
      ['ticks a little late', [190, 380, 570], true],
    ];
    for (const [name, ticks, usedUp] of table) {
      const patience = new Patience(400, 100, 0);
      expect(ticks.map((now) => patience.tick(now)).at(-1), name).to.equal(usedUp);
    }
  });

  it('starts again with each sign of life', () => {
    const patience = new Patience(300, 100, 0);
    patience.tick(100);
    patience.tick(200);
    patience.renew();
    expect([300, 400, 500].map((now) => patience.tick(now))).to.deep.equal([false, false, true]);
  });
});

describe('the watch over a thread', () => {
  it('finds a hang only where progress stood still over ticks on time', () => {
    const run = (steps: readonly (readonly [number, number])[]): boolean => {
      const watch = new Watch(1000, 250, 0, 0);
      return steps.some(([nowMs, progress]) => watch.tick(progress, nowMs));
    };
    expect(run([250, 500, 750, 1000].map((now) => [now, 0]))).to.equal(true);
    expect(run([250, 500, 750, 1000, 1250].map((now) => [now, now]))).to.equal(false);
    // The main thread was blocked: the worker may have been fine all the time.
    expect(
      run([
        [250, 0],
        [9000, 0],
        [9250, 1],
      ]),
    ).to.equal(false);
    expect(
      run([
        [250, 1],
        [500, 1],
        [750, 1],
        [1000, 1],
        [1250, 1],
      ]),
    ).to.equal(true);
  });
});

describe('pending sends', () => {
  it('are not-sent beyond the last one that was begun and unknown up to it', async () => {
    const sends = new PendingSends();
    const outcomes = Array.from({ length: 5 }, () => sends.add(10)).map(({ settled }) =>
      settled.then(
        () => 'sent',
        (error: BulkheadError) => error.code,
      ),
    );
    sends.resolve(1);
    expect(sends.bytes).to.equal(40);
    sends.settleAll(3, new BulkheadError('crash', 'gone'));
    expect(await Promise.all(outcomes)).to.deep.equal(['sent', 'unknown', 'unknown', 'not-sent', 'not-sent']);
    expect([sends.size, sends.bytes]).to.deep.equal([0, 0]);
  });

  it('are settled once', async () => {
    const sends = new PendingSends();
    const { number, settled } = sends.add(1);
    sends.resolve(number);
    sends.reject(number, new BulkheadError('unknown', 'late'));
    sends.settleAll(0, new BulkheadError('crash', 'gone'));
    await settled;
  });
});
