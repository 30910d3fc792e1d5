// Orders on the private socket of the simulated OKX. Answers have three levels: the call, its parts, and the pushes that follow.
import type { PaperSession, PaperWorld } from '../kit/paper/dialect.js';
import type { PaperMarket } from '../kit/paper/market.js';
import type { PaperOrder, PaperTerms } from '../kit/paper/trading.js';

type Parameters = Readonly<Record<string, unknown>>;

/** What one part of a call ends with, and what is to be done after the answer. */
export interface PartResult {
  readonly part: {
    readonly ordId: string;
    readonly clOrdId: string;
    readonly sCode: string;
    readonly sMsg: string;
  };
  readonly later?: () => void;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const wrong = (sCode: string, sMsg: string, clOrdId = ''): PartResult => ({
  part: { ordId: '', clOrdId, sCode, sMsg },
});
const good = ({ id, terms }: PaperOrder, later: () => void): PartResult => {
  return { part: { ordId: id, clOrdId: terms.clientOrderId, sCode: '0', sMsg: '' }, later };
};

/** Instruments are numbered by their place, from 10 on. */
export const instIdCodeOf = (world: PaperWorld, market: PaperMarket): number =>
  world.markets.indexOf(market) + 10;

export function carryOut(
  world: PaperWorld,
  session: PaperSession,
  op: string,
  params: Parameters,
): PartResult {
  const market = world.markets.find((one) => instIdCodeOf(world, one) === params['instIdCode']);
  if (market === undefined) return wrong('51001', "Instrument ID or code doesn't exist.");
  if (op === 'order') return place(world, session, market, params);
  const order = find(world, session, params);
  if (op === 'cancel-order') {
    if (order?.state !== 'open')
      return wrong('51400', 'Cancellation failed as the order is filled, canceled or does not exist.');
    return good(order, () => world.trading.cancel(order));
  }
  if (order?.state !== 'open')
    return wrong('51503', 'Order modification failed as the order does not exist.');
  return amend(world, order, market, params);
}

function place(
  world: PaperWorld,
  session: PaperSession,
  market: PaperMarket,
  params: Parameters,
): PartResult {
  const { trading, journal } = world;
  const account = session.account ?? '';
  const clOrdId = textOf(params['clOrdId']);
  const { connection } = session;
  const instrument = market.instrument.symbol;
  journal.record({ kind: 'order-received', connection: connection.id, account, label: clOrdId, instrument });
  const terms = termsOf(market, params, clOrdId);
  if (typeof terms === 'string') return wrong('51000', terms, clOrdId);
  if (clOrdId !== '' && trading.find(account, undefined, clOrdId) !== undefined) {
    return wrong('51016', 'Client order ID already exists.', clOrdId);
  }
  const order = trading.accept(account, market, terms);
  return good(order, () => trading.work(order));
}

function termsOf(market: PaperMarket, params: Parameters, clientOrderId: string): PaperTerms | string {
  const { side, ordType, tdMode } = params;
  const kinds = { limit: 'GTC', market: 'IOC', post_only: 'PostOnly', ioc: 'IOC', fok: 'FOK' } as const;
  const timeInForce = kinds[ordType as keyof typeof kinds] as PaperTerms['timeInForce'] | undefined;
  const [tick, lots] = [market.tickOf(params['px']), market.lotsOf(params['sz'])];
  if (side !== 'buy' && side !== 'sell') return 'Parameter side error';
  if (timeInForce === undefined) return 'Parameter ordType error';
  if (!['cash', 'cross', 'isolated'].includes(textOf(tdMode))) return 'Parameter tdMode error';
  if (lots === undefined) return 'Parameter sz error';
  if (ordType !== 'market' && tick === undefined) return 'Parameter px error';
  const type = ordType === 'market' ? 'market' : 'limit';
  return { clientOrderId, side, type, timeInForce, tick: type === 'market' ? undefined : tick, lots };
}

function amend(world: PaperWorld, order: PaperOrder, market: PaperMarket, params: Parameters): PartResult {
  const { newPx, newSz } = params;
  const [tick, lots] = [market.tickOf(newPx), market.lotsOf(newSz)];
  if ((newPx !== undefined && tick === undefined) || (newSz !== undefined && lots === undefined)) {
    return wrong('51000', 'Parameter newPx or newSz error');
  }
  if (lots !== undefined && lots <= order.filledLots) return wrong('51528', 'newSz is below what is filled');
  return good(order, () => world.trading.amend(order, tick, lots));
}

function find(world: PaperWorld, session: PaperSession, params: Parameters): PaperOrder | undefined {
  const id = textOf(params['ordId']);
  return world.trading.find(session.account ?? '', id === '' ? undefined : id, textOf(params['clOrdId']));
}
