import { expect } from 'chai';
import { StartGate } from '../../src/threads/start-gate.js';

describe('the gate of thread starts', () => {
  it('lets a few through at a time, all of them in their order, failures too', async () => {
    const gate = new StartGate(3);
    const begun: number[] = [];
    let inside = 0;
    let most = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        gate.pass(async () => {
          begun.push(index);
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          if (index % 5 === 0) throw new Error(`number ${index}`);
          return index;
        }),
      ),
    );
    expect(begun).to.deep.equal(Array.from({ length: 20 }, (_, index) => index));
    expect(most).to.equal(3);
    expect(results.filter(({ status }) => status === 'rejected')).to.have.length(4);
    expect(await gate.pass(async () => 'open again')).to.equal('open again');
  });
});
