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

describe('private events of two connections', () => {
  it('pass once where they have an identity, whoever is first', () => {
    const merge = new PrivateMerge();
    expect(merge.admits(orderEvent('open', 1), 2, false)).to.equal(true);
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(false);
    expect(merge.admits(orderEvent('cancelled', 2), 1, true)).to.equal(true);
    expect(merge.admits(fillEvent('1'), 1, true)).to.equal(true);
    expect(merge.admits(fillEvent('1'), 2, false)).to.equal(false);
  });

  it('pass again where the same connection repeats them', () => {
    const merge = new PrivateMerge();
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(true);
    expect(merge.admits(orderEvent('open', 1), 1, true)).to.equal(true);
  });

  it('are states of the primary where they have none; what only the next primary had is told at the switch', () => {
    const merge = new PrivateMerge();
    expect(merge.admits(positionEvent(1), 1, true)).to.equal(true);
    expect(merge.admits(positionEvent(1), 2, false)).to.equal(false);
    expect(merge.switchTo(2)).to.deep.equal([]);
    expect(merge.admits(positionEvent(3), 1, false)).to.equal(false);
    expect(merge.switchTo(1)).to.deep.equal([positionEvent(3)]);
  });
});
