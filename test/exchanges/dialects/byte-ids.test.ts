import { expect } from 'chai';
import fc from 'fast-check';
import { byteIds } from '../../../src/exchanges/dialects/byte-ids.js';

const ids = byteIds(16);
const bytes = '0x00030050c6301a2b00000100000000d2';

describe('client order ids as bytes', () => {
  it('come back as they were given', () => {
    const texts = fc.string({
      unit: fc.constantFrom(...'abcXYZ0189-_.'.split('')),
      minLength: 1,
      maxLength: 16,
    });
    fc.assert(
      fc.property(texts, (id) => {
        expect(ids.fits(id)).to.equal(true);
        expect(ids.write(id)).to.match(/^0x[0-9a-f]{32}$/);
        expect(ids.read(ids.write(id))).to.equal(id);
      }),
    );
  });

  it('stay what they are where they are bytes of somebody else', () => {
    expect(ids.fits(bytes)).to.equal(true);
    expect(ids.read(bytes)).to.equal(bytes);
    expect(ids.write(bytes.toUpperCase().replace('0X', '0x'))).to.equal(bytes);
  });

  it('are refused where they do not fit, and nothing is read where there is none', () => {
    for (const bad of ['', 'seventeen letters', 'x'.repeat(17), 'a b', 'é', '0x12345678901234567'])
      expect(ids.fits(bad), bad).to.equal(false);
    expect(ids.hint).to.equal('up to 16 characters without spaces, or 16 bytes as hex with 0x');
    for (const none of [undefined, null, 7, {}]) expect(ids.read(none)).to.equal('');
  });

  it('have two lengths: of a text that fits as its bytes, and of the bytes as hex', () => {
    expect([ids.bytes, ids.longest]).to.deep.equal([16, 34]);
    expect(bytes).to.have.lengthOf(ids.longest);
    expect(ids.fits('x'.repeat(ids.bytes))).to.equal(true);
  });

  it("name an order where the venue's number is not known", () => {
    expect(ids.nameOf({ orderId: '77', clientOrderId: 'bot-1' })).to.equal(77);
    expect(ids.nameOf({ clientOrderId: 'bot-1' })).to.equal('0x626f742d310000000000000000000000');
    expect(() => ids.nameOf({ clientOrderId: '' })).to.throw(TypeError);
    expect(() => ids.nameOf({} as never)).to.throw(TypeError);
  });
});
