// One topic in each frame.
import { expect } from 'chai';
import { endOf, topicCalls } from '../../../src/exchanges/dialects/topic-calls.js';
import { requestContext } from '../../support/request-context.js';

const frameOf = (topic: string): string => `please ${topic}`;

describe('calls of one topic each', () => {
  it('have a new number where they subscribe', () => {
    const context = requestContext();
    expect(topicCalls('subscribe', ['a', 'b'], context, frameOf)).to.deep.equal([
      { id: 1, frame: 'please a', topics: ['a'] },
      { id: 2, frame: 'please b', topics: ['b'] },
    ]);
    expect(topicCalls('subscribe', ['a'], context, frameOf)[0]?.id).to.equal(3);
  });

  it('are named by their topic where they give it back', () => {
    const [call] = topicCalls('unsubscribe', ['a'], requestContext(), frameOf);
    expect(call).to.deep.equal({ id: endOf('a'), frame: 'please a', topics: ['a'] });
    expect(endOf('a')).to.not.equal(endOf('b'));
  });
});
