import { expect } from 'chai';
import { accountRows } from '../../../src/exchanges/dialects/account-rows.js';
import { byteIds } from '../../../src/exchanges/dialects/byte-ids.js';
import { ownerQuestions } from '../../../src/exchanges/dialects/owner-questions.js';
import { requestContext } from '../../support/request-context.js';

const none = {
  type: '',
  price: '',
  filledAmount: '',
  averagePrice: '',
  updatedAtMs: '',
  clientOrderId: '',
  cancelReason: '',
};
const rows = accountRows({
  order: { ...none, orderId: 'no', symbol: 'oar', side: 'way', state: 'is', amount: 'count' },
  position: { symbol: 'oar', amount: 'count', averagePrice: '', side: '' },
});
const questions = ownerQuestions(
  {
    posts: { ask: (_context, type, params) => ({ id: 1, frame: JSON.stringify({ type, ...params }) }) },
    rows,
    clientIds: byteIds(4),
  },
  {
    venue: 'Toy',
    keys: { owner: 'who', order: 'no' },
    lookup: { type: 'whichOar', order: 'found' },
    openOrders: { type: 'openOars' },
    positions: { type: 'boats', list: 'boats', position: 'hold' },
  },
);
const vault = '0x1111111111111111111111111111111111111111';
const context = requestContext({ credentials: { privateKey: 'not needed', vault } });
const row = { no: 7, oar: 'X', way: 'buy', is: 'open', count: '3' };

describe('questions about the owner', () => {
  it('name the account, and an order by number or by bytes', () => {
    expect(questions.lookup({ orderId: '7' }, context).frame).to.equal(
      `{"type":"whichOar","who":"${vault}","no":7}`,
    );
    expect(questions.lookup({ clientOrderId: 'ab' }, context).frame).to.equal(
      `{"type":"whichOar","who":"${vault}","no":"0x61620000"}`,
    );
    expect(questions.openOrders({}, context).frame).to.equal(`{"type":"openOars","who":"${vault}"}`);
    expect(questions.positions(context).frame).to.equal(`{"type":"boats","who":"${vault}"}`);
  });

  it('are about all instruments', () => {
    expect(() => questions.openOrders({ symbol: 'X' }, context)).to.throw(
      TypeError,
      'Toy tells all open orders at once: leave filter.symbol out',
    );
  });

  it('are answered with rows, of which malformed ones are left out', () => {
    expect(questions.readLookup({ found: row })[0]).to.include({ orderId: '7', symbol: 'X', amount: 3 });
    expect(questions.readOpenOrders([row, {}, null])).to.have.lengthOf(1);
    const boats = [{ hold: { oar: 'X', count: '-3' } }, { hold: {} }, {}, null, 7];
    expect(questions.readPositions({ boats }).map(({ symbol, amount }) => [symbol, amount])).to.deep.equal([
      ['X', -3],
    ]);
    for (const odd of [undefined, null, 7, 'row', [], {}, { found: null, boats: null }]) {
      expect(questions.readLookup(odd)).to.deep.equal([]);
      expect(questions.readOpenOrders(odd)).to.deep.equal([]);
      expect(questions.readPositions(odd)).to.deep.equal([]);
    }
  });
});
