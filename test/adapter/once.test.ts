import { expect } from 'chai';
import { Stage } from './stage.js';

describe('a listener of an adapter that listens once', () => {
  it('is called for the first event of its name, and not at all once it was taken away', async () => {
    const stage = await Stage.open();
    const { adapter } = stage.life();
    const heard: string[] = [];
    const taken = (): unknown => heard.push('taken away');
    adapter
      .once('status', ({ state }) => heard.push(state))
      .once('restored', ({ epoch }) => heard.push(`restored ${epoch}`))
      .once('restored', taken)
      .off('restored', taken);
    await adapter.connect();
    const again = new Promise((resolve) => adapter.once('restored', resolve));
    adapter.reconnect();
    await again;
    expect(heard).to.deep.equal(['connecting', 'restored 1']);
    expect(() => adapter.once('restore' as never, taken)).to.throw(TypeError, "no event 'restore'");
    await stage.close();
  });
});
