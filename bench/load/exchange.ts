// The simulated Deribit in a process of its own: a real login, real subscriptions and an order book that fills.
import { startSimulatedProcess } from '../../src/testing/index.js';

/** Starts it and returns its address. It ends with this process. */
export async function startExchange(): Promise<string> {
  const exchange = await startSimulatedProcess({
    exchange: 'deribit',
    limits: null,
    connectionsPerAddress: null,
    eventsPerSecond: 10,
  });
  return exchange.url;
}
