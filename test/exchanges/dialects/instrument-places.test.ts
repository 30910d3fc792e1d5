import { expect } from 'chai';
import { postJson } from '../../../src/exchanges/dialects/http-calls.js';
import { instrumentPlaces } from '../../../src/exchanges/dialects/instrument-places.js';
import { requestContext } from '../../support/request-context.js';

const call = (list: string) => postJson('/map', { list });
const fields = { rows: 'all', name: 'called' };
const words = { venue: 'Toy', hint: 'compare North and %5', call, fields };
const { ids, numberOf } = instrumentPlaces({
  ...words,
  lists: {
    streets: { first: 0 },
    squares: { first: 500, place: 'corner', knownBy: 'trees', placeInName: /^%(\d+)$/ },
  },
});

describe('instruments by their place', () => {
  it('are asked for list by list', () => {
    expect(ids.fetch(requestContext())).to.deep.equal([call('streets'), call('squares')]);
  });

  it('have the number of the row, or the one that the row tells', () => {
    expect(ids.read({ all: [{ called: 'North' }, { called: 'South' }] })).to.deep.equal([
      ['North', 0],
      ['South', 1],
    ]);
    const squares = [
      { called: 'Oak', corner: 7 },
      { called: 'Elm', corner: 0 },
    ];
    expect(ids.read({ trees: [], all: squares })).to.deep.equal([
      ['Oak', 507],
      ['Elm', 500],
    ]);
    expect(ids.read({ all: [] })).to.deep.equal([]);
  });

  it('keep their numbers where a row is malformed', () => {
    expect(ids.read({ all: [null, 'x', { called: 7 }, { called: 'South' }] })).to.deep.equal([['South', 3]]);
    const odd = [undefined, null, '1', 1.5, Number.POSITIVE_INFINITY];
    const all = odd.map((corner) => ({ called: 'Oak', corner }));
    expect(ids.read({ trees: [], all })).to.deep.equal([]);
  });

  it('are not read from what is no list', () => {
    for (const odd of [undefined, null, 'all', [], {}, { all: {} }, { all: { length: 1 } }])
      expect(ids.read(odd), JSON.stringify(odd)).to.equal('the answer has no all');
    const other = instrumentPlaces({ ...words, lists: { squares: { first: 0, knownBy: 'trees' } } });
    expect(other.ids.read({ all: [] })).to.be.a('string');
  });

  it('are named by number once the lists are there, or by a place in the name', () => {
    const context = { ...requestContext(), instrumentIds: new Map([['North', 0]]) };
    expect(numberOf('North', context)).to.equal(0);
    expect(numberOf('%5', context)).to.equal(505);
    expect(numberOf('%5', requestContext())).to.equal(505);
    for (const [name, known] of [
      ['north', context],
      ['%x', context],
      ['North', requestContext()],
    ] as const)
      expect(() => numberOf(name, known)).to.throw(
        TypeError,
        `Toy has no instrument "${name}": compare North and %5`,
      );
    for (const none of [undefined, '']) expect(() => numberOf(none, context)).to.throw(TypeError);
  });
});
