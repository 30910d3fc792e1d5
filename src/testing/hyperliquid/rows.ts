// Orders and fills as Hyperliquid writes them.
import type { OrderChange, PlacedOrder } from '../kit/matching/trading.js';

/** `left`: lots that are not filled yet. */
export function orderRow(
  order: PlacedOrder,
  left = order.lots - order.filledLots,
): Readonly<Record<string, unknown>> {
  const { market } = order;
  return {
    coin: market.symbol,
    side: order.side === 'bid' ? 'B' : 'A',
    limitPx: market.priceText(order.tick),
    sz: market.amountText(left),
    oid: order.id,
    timestamp: order.createdAt,
    origSz: market.amountText(order.lots),
    ...(order.clientId === '' ? {} : { cloid: order.clientId }),
  };
}

export function fillRow(
  order: PlacedOrder,
  fill: NonNullable<OrderChange['fill']>,
  at: number,
): Readonly<Record<string, unknown>> {
  const { market } = order;
  return {
    coin: market.symbol,
    px: market.priceText(fill.tick),
    sz: market.amountText(fill.lots),
    side: order.side === 'bid' ? 'B' : 'A',
    time: at,
    startPosition: '0.0',
    dir: order.side === 'bid' ? 'Open Long' : 'Open Short',
    closedPnl: '0.0',
    hash: `0x${'0'.repeat(64)}`,
    oid: order.id,
    crossed: !fill.isMaker,
    fee: '0.0',
    tid: fill.id,
    ...(order.clientId === '' ? {} : { cloid: order.clientId }),
    feeToken: 'USDC',
    twapId: null,
  };
}
