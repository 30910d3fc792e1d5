import { expectTypeOf } from 'expect-type';
import type {
  Adapter,
  AdapterEventName,
  AdapterEvents,
  AdapterOptions,
  Batch,
  BookBatch,
  BulkheadError,
  CallOutcome,
  Client,
  ClientExit,
  ErrorCode,
  ExchangeName,
  Exit,
  ExitReason,
  Fill,
  Gap,
  Order,
  OrderOutcome,
  OrderRequest,
  QuoteBatch,
  RestoreReport,
  RestoringSession,
  SocketStatus,
  StateName,
  SubscribeReport,
  TradeBatch,
  UnknownRequest,
} from '../../src/index.js';

declare const adapter: Adapter;
declare const client: Client;
declare const outcome: OrderOutcome;
declare const cancelled: CallOutcome<Order | undefined>;

/** Never called: the compiler is the test, and these lines are what it checks. */
function checkedByTheCompiler(): void {
  adapter.on('trades', (batch) => expectTypeOf(batch).toEqualTypeOf<TradeBatch>());
  adapter.on('quotes', (batch) => expectTypeOf(batch).toEqualTypeOf<QuoteBatch>());
  adapter.on('books', (batch) => expectTypeOf(batch).toEqualTypeOf<BookBatch>());
  adapter.on('gap', (gap) => expectTypeOf(gap).toEqualTypeOf<Gap>());
  adapter.on('exit', (exit) => expectTypeOf(exit).toEqualTypeOf<Exit>());
  adapter.on('status', (status) => expectTypeOf(status).toEqualTypeOf<SocketStatus>());
  adapter.on('restored', (report) => expectTypeOf(report).toEqualTypeOf<RestoreReport>());
  adapter.on('order', (order, topic) => {
    expectTypeOf(order).toEqualTypeOf<Order>();
    expectTypeOf(topic).toEqualTypeOf<string>();
  });
  adapter.on('fill', (fill) => expectTypeOf(fill).toEqualTypeOf<Fill>());
  // A listener may return a promise, and may ignore its arguments.
  adapter.on('trades', async () => undefined);
  adapter.once('trades', (batch) => expectTypeOf(batch).toEqualTypeOf<TradeBatch>());
  client.once('exit', (exit) => expectTypeOf(exit).toEqualTypeOf<ClientExit>());
  // @ts-expect-error there is no such event
  adapter.on('trade', () => undefined);
  // @ts-expect-error a gap is no batch
  adapter.on('trades', (batch: Gap) => batch);

  if (outcome.outcome === 'acknowledged') {
    expectTypeOf(outcome.order).toEqualTypeOf<Order | undefined>();
    // @ts-expect-error what was acknowledged has no error
    void outcome.error;
  } else {
    expectTypeOf(outcome.outcome).toEqualTypeOf<'rejected' | 'not-sent' | 'unknown'>();
    expectTypeOf(outcome.error).toEqualTypeOf<BulkheadError>();
    // @ts-expect-error what was not acknowledged has no order
    void outcome.order;
  }
  expectTypeOf(outcome.clientOrderId).toEqualTypeOf<string>();
  if (cancelled.outcome === 'acknowledged') expectTypeOf(cancelled.value).toEqualTypeOf<Order | undefined>();
  else expectTypeOf(cancelled.error.code).toEqualTypeOf<ErrorCode>();
}

describe('the types of an adapter', () => {
  it('name every event and its arguments', () => {
    expectTypeOf(checkedByTheCompiler).toBeFunction();
    expectTypeOf<AdapterEventName>().toEqualTypeOf<keyof AdapterEvents>();
    expectTypeOf<AdapterEvents['problem']>().toEqualTypeOf<[problem: string, sample: string]>();
  });

  it('know the built-in exchanges and let any URL in', () => {
    expectTypeOf<'deribit'>().toExtend<ExchangeName>();
    expectTypeOf<'nyse'>().not.toExtend<ExchangeName>();
    expectTypeOf<ConstructorParameters<typeof Adapter>[0]>().extract<URL>().toEqualTypeOf<URL>();
  });

  it('give what the calls settle with', () => {
    expectTypeOf<Adapter['connect']>().returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf<Adapter['subscribe']>().returns.toEqualTypeOf<Promise<SubscribeReport>>();
    expectTypeOf<Adapter['sendOrder']>().parameter(0).toEqualTypeOf<OrderRequest>();
    expectTypeOf<Adapter['sendOrder']>().returns.resolves.toEqualTypeOf<OrderOutcome>();
    expectTypeOf<Adapter['cancelAll']>().returns.resolves.toEqualTypeOf<CallOutcome<number | undefined>>();
    expectTypeOf<Adapter['lookupOrder']>().returns.resolves.toEqualTypeOf<readonly Order[]>();
    expectTypeOf<Adapter['request']>().returns.resolves.toBeUnknown();
    expectTypeOf<Adapter['events']>().returns.toEqualTypeOf<AsyncIterableIterator<Batch>>();
    expectTypeOf<Adapter['state']>().toEqualTypeOf<StateName>();
    expectTypeOf<Adapter>().toExtend<AsyncDisposable>();
  });

  it('give the hooks what they may use: orders are not among it', () => {
    type Hook = NonNullable<AdapterOptions['onReconcile']>;
    expectTypeOf<Hook>().parameters.toEqualTypeOf<
      [unknown: readonly UnknownRequest[], session: RestoringSession]
    >();
    expectTypeOf<RestoringSession>().not.toHaveProperty('sendOrder');
  });

  it('keep the codes of exits and errors closed', () => {
    expectTypeOf<ExitReason>().toExtend<ErrorCode>();
    expectTypeOf<'not-sent'>().toExtend<ErrorCode>();
    expectTypeOf<'not-sent'>().not.toExtend<ExitReason>();
    expectTypeOf<string>().not.toExtend<ErrorCode>();
  });
});
