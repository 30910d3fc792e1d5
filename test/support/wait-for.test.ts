import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { activeResources, expectNothingLeft, leavesNothing, leftSince } from './leaks.js';
import { waitFor, withTimeout } from './wait-for.js';

async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  if (outcome === undefined) throw new Error('expected a rejection');
  return outcome;
}

describe('waitFor and withTimeout', () => {
  it('return the value that ended the wait', async () => {
    let looks = 0;
    expect(await waitFor(() => (++looks === 3 ? 'third' : undefined), 'the third look')).to.equal('third');
    expect(await withTimeout(Promise.resolve(7), 'seven')).to.equal(7);
  });

  it('say what they waited for', async () => {
    expect((await failure(waitFor(() => 0, 'a miracle', 10))).message).to.match(
      /10 ms for a miracle.*gave 0/,
    );
    expect((await failure(withTimeout(new Promise(() => {}), 'the call', 10))).message).to.match(
      /the call did not settle/,
    );
  });

  it("hand the condition's and the promise's own error on", async () => {
    const own = new Error('own');
    expect(await failure(waitFor(() => Promise.reject(own), 'x'))).to.equal(own);
    expect(await failure(withTimeout(Promise.reject(own), 'x'))).to.equal(own);
  });

  it('leave no timer behind', async () => {
    await leavesNothing(() => withTimeout(Promise.resolve(), 'nothing', 60_000));
  });
});

describe('the leak check', () => {
  it('names a server and a timer that were left, and is content once they are gone', async () => {
    const before = await activeResources();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const timer = setInterval(() => {}, 60_000);
    expect((await leftSince(before)).sort()).to.deep.equal(['TCPServerWrap x1', 'Timeout x1']);
    expect((await failure(expectNothingLeft(before, 20))).message).to.match(
      /left behind: .*TCPServerWrap x1/,
    );
    clearInterval(timer);
    server.close();
    await expectNothingLeft(before);
  });
});
