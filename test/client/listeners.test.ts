import { expect } from 'chai';
import { Listeners } from '../../src/client/listeners.js';

type Events = { readonly [Name in 'tick' | 'tock']: [value: number] };

describe('a list of listeners', () => {
  let listeners: Listeners<Events>;
  let heard: string[];
  const hear = (name: string) => (value: number) => void heard.push(`${name} ${value}`);

  beforeEach(() => {
    listeners = new Listeners();
    heard = [];
  });

  it('calls a listener that was added once for the next event only, in its place among the others', () => {
    listeners.add('tick', hear('first'));
    listeners.once('tick', hear('once'));
    listeners.add('tick', hear('last'));
    for (const value of [1, 2]) void listeners.emit('tick', value);
    expect(heard).to.deep.equal(['first 1', 'once 1', 'last 1', 'first 2', 'last 2']);
  });

  it('does not call it again for an event that it causes itself', () => {
    listeners.once('tick', (value) => {
      heard.push(`once ${value}`);
      void listeners.emit('tick', value + 1);
    });
    void listeners.emit('tick', 1);
    expect(heard).to.deep.equal(['once 1']);
    expect(listeners.has('tick')).to.equal(false);
  });

  it('takes it away by the function that was given, and under its own name only', () => {
    const once = hear('once');
    listeners.once('tick', once);
    listeners.once('tock', once);
    listeners.remove('tick', once);
    void listeners.emit('tick', 1);
    void listeners.emit('tock', 2);
    expect(heard).to.deep.equal(['once 2']);
  });

  it('waits for its promise like for any other', async () => {
    listeners.once('tick', async (value) => {
      await Promise.resolve();
      heard.push(`once ${value}`);
    });
    await listeners.emit('tick', 1);
    expect(heard).to.deep.equal(['once 1']);
  });

  it('takes nothing but functions', () => {
    expect(() => listeners.once('tick', 'x' as never)).to.throw(TypeError, "listener of 'tick'");
  });
});
