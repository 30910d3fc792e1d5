// The endpoint of a thread that has died leaves nothing behind in the process.
import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { PortEndpoint } from '../../src/client/endpoint.js';
import { waitFor } from '../support/wait-for.js';

interface Peer {
  greet(): string;
}

/** Two endpoints that have talked; the one here dies, as with the thread of the other. */
async function oneLife(): Promise<WeakRef<object>> {
  const { port1, port2 } = new MessageChannel();
  const here = new PortEndpoint(port1);
  const there = new PortEndpoint(port2);
  there.join({ greet: () => 'hello' }, []);
  const calls = here.join<Peer>({}, ['greet']);
  expect(await calls.greet()).to.equal('hello');
  here.die(new Error('the thread is gone'));
  return new WeakRef(here);
}

describe('the endpoint of a thread that has died', () => {
  it('is collected, with the proxies of its calls', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ended = await oneLife();
    await waitFor(() => {
      collect();
      return ended.deref() === undefined;
    }, 'the endpoint to be collected');
  });
});
