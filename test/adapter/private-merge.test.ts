// The account's own events, brought by two connections.
import { expect } from 'chai';
import { PrivateMerge } from '../../src/adapter/private-merge.js';
import type { Fill, Order, Position, PrivateEvent } from '../../src/market.js';

const orderEvent = (state: string, updatedAtMs: number): PrivateEvent => ({
  kind: 'order',
  topic: 'orders',
  order: { orderId: '7', state, updatedAtMs, filledAmount: 0, amount: 1, price: 2 } as Order,
});
const fillEvent = (tradeId: string): PrivateEvent => ({
  kind: 'fill',
  topic: 'fills',
  fill: { tradeId, symbol: 'X' } as Fill,
});
const positionEvent = (amount: number): PrivateEvent => ({
  kind: 'position',
  topic: 'positions',
  position: { symbol: 'X', amount } as Position,
});

/** Connections 1 and 2 are live. */
function bothLive(): PrivateMerge {
  const merge = new PrivateMerge();
  merge.opened(1);
  merge.opened(2);
  return merge;
}

describe('private events of two connections', () => {
  it('pass once where they have an identity, whoever is first', () => {
    const merge = bothLive();
    expect(merge.admits(orderEvent('open', 1), 2, false)).to.equal(true);
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(false);
    expect(merge.admits(orderEvent('cancelled', 2), 1, true)).to.equal(true);
    expect(merge.admits(fillEvent('1'), 1, true)).to.equal(true);
    expect(merge.admits(fillEvent('1'), 2, false)).to.equal(false);
  });

  it('pass again where the same connection repeats them', () => {
    const merge = bothLive();
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(true);
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(true);
  });

  it('pass once although the other connection is gone before its copy is here', () => {
    const merge = bothLive();
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(true);
    merge.left(1);
    expect(merge.admits(orderEvent('open', 1), 2, true)).to.equal(false);
    expect(merge.admits(orderEvent('filled', 2), 2, true)).to.equal(true);
  });

  it('pass again on a connection that began when nobody else was live', () => {
    const merge = bothLive();
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(true);
    for (const source of [1, 2]) merge.left(source);
    merge.opened(3);
    expect(merge.admits(orderEvent('open', 1), 3, true)).to.equal(true);
  });

  it('are states of the primary where they have none; what only the next primary had is told at the switch', () => {
    const merge = bothLive();
    expect(merge.admits(positionEvent(1), 1, true)).to.equal(true);
    expect(merge.admits(positionEvent(1), 2, false)).to.equal(false);
    expect(merge.switchTo(2)).to.deep.equal([]);
    expect(merge.admits(positionEvent(3), 1, false)).to.equal(false);
    expect(merge.switchTo(1)).to.deep.equal([positionEvent(3)]);
  });
});
