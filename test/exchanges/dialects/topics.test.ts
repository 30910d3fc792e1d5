// The forms that topics have.
import { expect } from 'chai';
import { formCheck } from '../../../src/exchanges/dialects/topics.js';

describe('the form of a topic', () => {
  it('is one of those that the venue has, or else told with examples', () => {
    const check = formCheck({
      what: 'feed of Toy',
      examples: 'fills.X, rates',
      forms: [/^fills\.\w+$/, /^rates$/],
    });
    expect(['fills.X', 'rates', `fills.${'x'.repeat(249)}`].map(check)).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    for (const topic of ['', 'fills.', 'Rates', `fills.${'x'.repeat(250)}`])
      expect(check(topic)).to.equal(`"${topic}" is no feed of Toy: compare fills.X, rates`);
  });
});
