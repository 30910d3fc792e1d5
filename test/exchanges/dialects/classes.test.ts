// What errors mean: by their codes, by an HTTP status, by their words.
import { expect } from 'chai';
import { classifier, statusClassifier, wordClassifier } from '../../../src/exchanges/dialects/classes.js';

const error = (code: string, message = '') => ({ code, message });

describe('classes of errors', () => {
  it('are looked up by code', () => {
    const classify = classifier({ rate: '7 8', login: 'tired' });
    expect(['7', '8', 'tired', '9', ''].map((code) => classify(error(code)))).to.deep.equal([
      'rate',
      'rate',
      'login',
      'reject',
      'reject',
    ]);
    expect(classifier({ rate: '7' }, 'retry')(error('9'))).to.equal('retry');
  });

  it('are what an HTTP status means anywhere', () => {
    const classify = statusClassifier({});
    const classes = {
      400: 'reject',
      401: 'fatal-login',
      403: 'fatal-login',
      404: 'not-found',
      429: 'rate',
      499: 'reject',
      500: 'retry',
      503: 'retry',
    };
    for (const [code, expected] of Object.entries(classes))
      expect(classify(error(code)), code).to.equal(expected);
    for (const odd of ['', 'error', 'NaN', 'constructor'])
      expect(classify(error(odd)), odd).to.equal('reject');
  });

  it('are those of the venue first', () => {
    const classify = statusClassifier({ banned: '418 429', unknown: '504' });
    expect(['418', '429', '504', '503', '404'].map((code) => classify(error(code)))).to.deep.equal([
      'banned',
      'banned',
      'unknown',
      'retry',
      'not-found',
    ]);
  });

  it('are found by the first words that fit', () => {
    const classify = wordClassifier([
      ['rate', /slow/],
      ['banned', /slow|stop/],
    ]);
    expect(['too slow', 'stop it', 'what'].map((words) => classify(error('1', words)))).to.deep.equal([
      'rate',
      'banned',
      'reject',
    ]);
  });
});
