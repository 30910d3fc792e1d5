import { expectTypeOf } from 'expect-type';
import {
  Adapter,
  type AdapterOptions,
  type BinanceCredentials,
  type CredentialsOf,
  type DeribitEditFields,
  type DeribitOrderFields,
  type EditFieldsOf,
  type ExchangeName,
  type Fill,
  type JsonObject,
  type Order,
  type OrderFieldsOf,
  type OrderRequest,
  type PrivateEvent,
  type VenueTypes,
} from '../../src/index.js';

declare const someName: ExchangeName;
declare const anyText: string;
declare const options: AdapterOptions;
declare const common: OrderRequest;
declare function takesAny(adapter: Adapter): void;
declare function takesDeribit(adapter: Adapter<'deribit'>): void;
const limit = { symbol: 'BTC-PERPETUAL', side: 'buy', amount: 10, price: 1000 } as const;
const keys = { clientId: 'id', clientSecret: 'secret' };

/** Never called: the compiler is the test, and these lines are what it checks. */
function checkedByTheCompiler(): void {
  const deribit = new Adapter('deribit', { credentials: keys });
  expectTypeOf(deribit).toEqualTypeOf<Adapter<'deribit'>>();
  takesAny(deribit);
  takesDeribit(deribit);
  takesAny(new Adapter('hyperliquid'));
  void deribit.sendOrder(limit);
  void deribit.sendOrder(common);
  void deribit.sendOrder({ ...limit, extra: { trigger: 'mark_price', trigger_price: 990, mmp: true } });
  // What the venue adds goes through.
  void deribit.sendOrder({ ...limit, extra: { a_field_of_tomorrow: { deep: [1] } } });
  // @ts-expect-error Deribit has three triggers, and this is none of them
  void deribit.sendOrder({ ...limit, extra: { trigger: 'mid_price' } });
  // @ts-expect-error the order's own `postOnly` says it
  void deribit.sendOrder({ ...limit, extra: { post_only: true } });
  void deribit.editOrder({ orderId: '1' }, { amount: 5, postOnly: false, extra: { valid_until: 1 } });
  // @ts-expect-error a time is a number there
  void deribit.editOrder({ orderId: '1' }, { amount: 5, postOnly: false, extra: { valid_until: 'soon' } });

  const hyperliquid = new Adapter('hyperliquid');
  void hyperliquid.sendOrder({ ...limit, extra: { grouping: 'normalTpsl' } });
  // @ts-expect-error what is not signed is not sent: the fields are closed
  void hyperliquid.sendOrder({ ...limit, extra: { anything: 1 } });

  const okx = new Adapter('okx', { credentials: { apiKey: 'k', secretKey: 's', passphrase: 'p' } });
  void okx.sendOrder({ ...limit, extra: { tdMode: 'isolated', posSide: 'long' } });
  // @ts-expect-error an adapter of one venue is none of another
  takesDeribit(okx);
  // @ts-expect-error OKX needs the passphrase
  void new Adapter('okx', { credentials: { apiKey: 'k', secretKey: 's' } });
  // @ts-expect-error these are the credentials of another venue
  void new Adapter('kraken', { credentials: keys });
  // @ts-expect-error a key of Binance has a secret or a private key
  void new Adapter('binance', { credentials: { apiKey: 'k' } });
  // @ts-expect-error and not both
  void new Adapter('binance', { credentials: { apiKey: 'k', secret: 's', privateKey: 'p' } });

  // An exchange of the user's own, and a name that is known at run time only, take what they are given.
  const own = new Adapter(new URL('file:///my-exchange.js'), { credentials: { anything: 1 } });
  expectTypeOf(own).toEqualTypeOf<Adapter>();
  void own.sendOrder({ ...limit, extra: { anything: 1 } });
  void new Adapter('file:///my-exchange.js', { credentials: 'a token' });
  expectTypeOf(new Adapter(anyText, { credentials: { anything: 1 } })).toEqualTypeOf<Adapter>();
  void new Adapter<string>('deribit', { credentials: { anything: 1 } });
  // So does a name beside options that say nothing of their venue.
  expectTypeOf(new Adapter('deribit', options)).toEqualTypeOf<Adapter>();
  void new Adapter(someName, { credentials: keys });
  // @ts-expect-error these are the credentials of no venue
  void new Adapter(someName, { credentials: { anything: 1 } });
}

describe('the types of a venue', () => {
  it('follow from its name', () => {
    expectTypeOf(checkedByTheCompiler).toBeFunction();
    expectTypeOf<keyof VenueTypes>().toEqualTypeOf<ExchangeName>();
    expectTypeOf<CredentialsOf<'binance-usdm'>>().toEqualTypeOf<BinanceCredentials>();
    expectTypeOf<OrderFieldsOf<'deribit'>>().toEqualTypeOf<DeribitOrderFields>();
    expectTypeOf<EditFieldsOf<'deribit'>>().toEqualTypeOf<DeribitEditFields>();
    expectTypeOf<Adapter<'deribit'>['sendOrder']>()
      .parameter(0)
      .toEqualTypeOf<OrderRequest<DeribitOrderFields>>();
  });

  it('are open where the name is not known, or takes no orders over its socket', () => {
    expectTypeOf<CredentialsOf<string>>().toBeUnknown();
    expectTypeOf<OrderFieldsOf<string>>().toEqualTypeOf<JsonObject>();
    expectTypeOf<OrderFieldsOf<'bitmex'>>().toEqualTypeOf<JsonObject>();
    expectTypeOf<AdapterOptions['credentials']>().toBeUnknown();
  });

  it("give the venue's own objects as such", () => {
    expectTypeOf<Order['raw']>().toEqualTypeOf<JsonObject>();
    expectTypeOf<Fill['raw']>().toEqualTypeOf<JsonObject>();
    expectTypeOf<Extract<PrivateEvent, { kind: 'account' }>['raw']>().toBeUnknown();
  });
});
