// An order whose fate the venue itself cannot tell, or whose answer is lost: unknown to the adapter, whatever the venue.
import { expect } from 'chai';
import { Adapter, type OrderRequest } from '../../src/index.js';
import { type PaperExchange, paperAccount } from '../../src/testing/index.js';

export interface DoubtfulOrder {
  readonly exchange: PaperExchange;
  readonly credentials: object;
  readonly order: OrderRequest;
  /** The request that places it, and the code by which the venue says that it does not know. */
  readonly method: string;
  readonly code: number;
}

export async function expectUnknown(
  name: string,
  { exchange, credentials, order, method, code }: DoubtfulOrder,
): Promise<void> {
  const adapter = new Adapter(name, { url: exchange.url, credentials, requestTimeoutMs: 1_000 });
  try {
    await adapter.connect();
    exchange.inject({ kind: 'fail-request', method, code, message: 'timeout' });
    expect((await adapter.sendOrder(order)).outcome).to.equal('unknown');
    expect(exchange.orders(paperAccount.apiKey)).to.have.length(0);
    exchange.inject({ kind: 'lose-answer', method });
    expect((await adapter.sendOrder(order)).outcome).to.equal('unknown');
    expect(exchange.orders(paperAccount.apiKey)).to.have.length(1);
  } finally {
    await adapter.close();
  }
}
