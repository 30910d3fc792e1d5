// What the WebSocket API of the simulated Binance USD-M futures has that the spot market has not.
import { ApiError, type BinanceApiDialect } from '../binance/api.js';
import { orderRow, positionRow } from './rows.js';

export const usdmDialect: BinanceApiDialect = {
  orderRow,
  postOnly: 'GTX',
  methods: {
    'v2/account.status': () => ({ assets: [], positions: [], totalWalletBalance: '100000.0' }),
    /** Price and amount, both. The order goes to the end of the queue. */
    'order.modify'(api, account, params) {
      const order = api.find(account, params, -2013, 'Order does not exist.');
      const { side, price, quantity } = params;
      const [tick, lots] = [order.market.tickOf(Number(price)), order.market.lotsOf(Number(quantity))];
      if (side !== (order.side === 'bid' ? 'BUY' : 'SELL')) throw new ApiError(400, -1117, 'Invalid side.');
      if (tick === undefined || lots === undefined)
        throw new ApiError(400, -1111, 'Precision is over the maximum defined for this asset.');
      if (tick === order.tick && lots === order.lots)
        throw new ApiError(400, -5027, 'No need to modify the order.');
      if (!api.trading.amend(order, tick, lots)) throw new ApiError(400, -2013, 'Order does not exist.');
      return orderRow(order);
    },
    'v2/account.position': (api, account) =>
      [...api.markets.values()].flatMap((market) => {
        const { lots, averageTick } = api.trading.positionOf(account, market);
        return lots === 0 ? [] : [positionRow(market, lots, averageTick, api.now())];
      }),
  },
};
