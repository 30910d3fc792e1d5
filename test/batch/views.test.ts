import { expect } from 'chai';
import type { Batch } from '../../src/batch/batch.js';
import type { MarketLane } from '../../src/batch/lane.js';
import { Recording } from './recording.js';

function batchOf(fill: (lane: MarketLane) => void): Batch {
  const recording = new Recording();
  fill(recording.lane);
  recording.lane.flush();
  return recording.batches[0]!;
}

describe('the views of a batch', () => {
  it('let a bot scan trades by index without an object per trade', () => {
    const { trades } = batchOf((lane) => {
      lane.trade('t', 'BTC', 'buy', 10, 1, 1, 1, '1');
      lane.trade('t', 'ETH', 'sell', 20, 2, 2, 2, '2');
      lane.trade('u', 'BTC', 'sell', 30, 3, 3, 3, '3');
    });
    const bitcoin = trades.symbolIndexOf('BTC');
    const found = [...trades.price].filter((_, index) => trades.symbolIndex[index] === bitcoin);
    expect(found).to.deep.equal([10, 30]);
    expect([...trades.side]).to.deep.equal([0, 1, 1]);
    expect([...trades.amount]).to.deep.equal([1, 2, 3]);
    expect([...trades.sequence]).to.deep.equal([1, 2, 3]);
    expect([...trades.exchangeTimeMs]).to.deep.equal([1, 2, 3]);
    expect(trades.symbols).to.deep.equal(['BTC', 'ETH']);
    expect(trades.symbolIndexOf('XRP')).to.equal(-1);
    expect([...trades.ofTopic('u')].map(({ id }) => id)).to.deep.equal(['3']);
  });

  it('need not be made to know whether there is anything in them', () => {
    const batch = batchOf((lane) => {
      lane.quote('q', 'BTC', 1, 1, 2, 1, 1, 1);
      lane.message('m', '{}');
    });
    const kinds = ['trades', 'quotes', 'books', 'messages', 'frames'] as const;
    expect(kinds.filter((kind) => batch.has(kind))).to.deep.equal(['quotes', 'messages']);
    expect(kinds.filter((kind) => batch[kind].length > 0)).to.deep.equal(['quotes', 'messages']);
  });

  it('tell exact texts only of the events that have them', () => {
    const { trades } = batchOf((lane) => {
      lane.trade('t', 'S', 'buy', 0.1, 5, 1, 1, 'ä', '0.10', undefined);
      lane.trade('t', 'S', 'buy', 0.1, 5, 1, 1, '', undefined, '5.000');
      lane.trade('t', 'S', 'buy', 0.1, 5, 1, 1, 'a-rather-long-identifier-of-a-trade');
    });
    expect(trades.priceText(0)).to.equal('0.10');
    expect(trades.amountText(0)).to.equal(undefined);
    expect(trades.amountText(1)).to.equal('5.000');
    expect(trades.id(0)).to.equal('ä');
    expect(trades.id(1)).to.equal('');
    expect(trades.at(2)).to.not.have.any.keys('priceText', 'amountText');
    expect(trades.id(2)).to.equal('a-rather-long-identifier-of-a-trade');
  });

  it('give the levels of a book by side and as columns', () => {
    const { books } = batchOf((lane) => {
      lane.book('b', 'S', 'snapshot', 1, 5, Number.NaN);
      lane.level('ask', 11, 1);
      lane.level('bid', 10, 2);
      lane.level('ask', 12, 0);
      lane.book('b', 'S', 'change', 2, 6, 5);
    });
    expect(books.bids(0)).to.deep.equal([{ price: 10, amount: 2 }]);
    expect(books.asks(0)).to.deep.equal([
      { price: 11, amount: 1 },
      { price: 12, amount: 0 },
    ]);
    expect(books.at(1)).to.deep.include({ type: 'change', previousSequence: 5, bids: [], asks: [] });
    expect([...books.levelSide]).to.deep.equal([1, 0, 1]);
    expect([...books.firstLevel]).to.deep.equal([0, 3]);
    expect([...books.levelCount]).to.deep.equal([3, 0]);
    expect([...books.isSnapshot]).to.deep.equal([1, 0]);
  });

  it('parse a message when it is asked for, and its object once', () => {
    const { messages } = batchOf((lane) => {
      lane.message('t', '{"price":"1Ξ"}');
      lane.message('t', Buffer.from('no json'));
    });
    expect(messages.json(0)).to.deep.equal({ price: '1Ξ' });
    expect(() => messages.json(1)).to.throw(SyntaxError);
    const message = messages.at(0);
    expect(message.json()).to.equal(message.json());
    expect(messages.text(1)).to.equal('no json');
  });

  for (const [name, odd] of [
    ['ASCII', '"x"'],
    ['not all ASCII', '"é"'],
  ] as const) {
    it(`parse messages in any order, ${name}, also where they are larger than what is decoded at once`, () => {
      const texts = Array.from({ length: 900 }, (_, index) =>
        JSON.stringify({ index, pad: 'p'.repeat(index) }),
      );
      texts.splice(450, 0, JSON.stringify('y'.repeat(100_000)), odd);
      const { messages } = batchOf((lane) => {
        for (const text of texts) lane.message('t', Buffer.from(text));
      });
      const forward = texts.map((_, index) => index);
      const orders = [
        forward,
        forward.toReversed(),
        forward.filter((index) => index % 3 !== 1),
        [5, 6, 6, 5, 899],
      ];
      for (const order of orders) {
        const parsed = order.map((index) => messages.json(index));
        expect(parsed).to.deep.equal(order.map((index) => JSON.parse(texts[index]!) as unknown));
      }
    });
  }

  it('give the text of large messages, ASCII or not, however it was handed over', () => {
    const texts = ['x'.repeat(5000), `${'x'.repeat(5000)}é`, 'ß'.repeat(20_000), 'y'.repeat(50_000)];
    const { messages } = batchOf((lane) => {
      for (const text of texts) lane.message('t', text);
      for (const text of texts) lane.message('t', Buffer.from(text));
    });
    expect([...messages].map(({ text }) => text)).to.deep.equal([...texts, ...texts]);
  });

  for (const odd of ['{}', 'Ξ', 'é']) {
    it(`give the text of small messages, also where one of them is ${odd}`, () => {
      const texts = ['{"a":1}', odd, '[2]'];
      const { messages } = batchOf((lane) => {
        for (const text of texts) lane.message('t', Buffer.from(text));
      });
      expect([...messages].map(({ text }) => text)).to.deep.equal(texts);
    });
  }

  it('give objects of frames that stay when the batch goes', () => {
    const batch = batchOf((lane) => lane.frame(Buffer.from('Ünicode'), false));
    const frame = batch.frames.at(0);
    expect(frame.data.buffer.byteLength).to.equal(frame.data.byteLength);
    expect(batch.frames.text(0)).to.equal('Ünicode');
    expect(batch.frames.isBinary(0)).to.equal(false);
  });

  it('say what is wrong with an index outside of the batch', () => {
    const { trades } = batchOf((lane) => lane.trade('t', 'S', 'buy', 1, 1, 1, 1, '1'));
    expect(() => trades.at(1)).to.throw(RangeError, 'index 1');
    expect(() => trades.symbol(-1)).to.throw(RangeError);
  });

  it('keep small and large payloads apart in their order', () => {
    const sizes = [10, 40_000, 0, 70_000, 5, 100_000];
    const batch = batchOf((lane) => {
      for (const [index, size] of sizes.entries()) lane.frame(new Uint8Array(size).fill(index + 1), true);
      lane.message('t', 'ü'.repeat(50_000));
    });
    for (const [index, size] of sizes.entries()) {
      const bytes = batch.frames.bytes(index);
      expect(bytes.length).to.equal(size);
      expect(bytes.every((byte) => byte === index + 1)).to.equal(true);
    }
    expect(batch.messages.text(0)).to.equal('ü'.repeat(50_000));
  });
});
