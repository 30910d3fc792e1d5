// What the WebSocket API of the simulated Binance spot market has that the futures have not.
import { ApiError, type BinanceApiDialect } from './api.js';
import { orderRow } from './rows.js';

export const spotDialect: BinanceApiDialect = {
  orderRow,
  /** The cancel has an id of its own, which takes the place of the order's. */
  cancelledRow: (order) => ({
    ...orderRow(order),
    origClientOrderId: order.clientId,
    clientOrderId: `cancel${order.id}`,
  }),
  methods: {
    'account.status': () => ({ canTrade: true, accountType: 'SPOT', balances: [] }),
    'openOrders.status': (api, account, params) => api.open(account, params).map(orderRow),
    'openOrders.cancelAll'(api, account, params) {
      const open = api.open(account, params);
      if (open.length === 0) throw new ApiError(400, -2011, 'Unknown order sent.');
      for (const order of open) api.trading.cancel(order);
      return open.map((order) => ({ ...orderRow(order), origClientOrderId: order.clientId }));
    },
    /** Less of the same order at the same price; it keeps its place on the venue. */
    'order.amend.keepPriority'(api, account, params) {
      const order = api.find(account, params, -2013, 'Order does not exist.');
      const lots = order.market.lotsOf(Number(params['newQty']));
      if (lots === undefined || lots <= 0) throw new ApiError(400, -1013, 'Filter failure: LOT_SIZE');
      if (lots >= order.lots || !api.trading.amend(order, order.tick, lots))
        throw new ApiError(400, -2038, 'The requested action would change no state; rejecting.');
      return { transactTime: api.now(), executionId: order.id, amendedOrder: orderRow(order) };
    },
  },
};
