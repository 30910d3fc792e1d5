import { expect } from 'chai';
import { BulkheadError, exits, fromRecord, isBulkheadError, toRecord } from '../src/errors.js';

describe('errors', () => {
  it('survive the way through a port as plain records', () => {
    const cause = new BulkheadError('tls-error', 'certificate has expired', {
      detail: { systemCode: 'CERT_HAS_EXPIRED' },
    });
    const error = new BulkheadError('not-sent', 'the frame was not sent', { cause, retryable: true });
    const back = fromRecord(structuredClone(toRecord(error)));
    expect(back).to.be.instanceOf(BulkheadError);
    expect(back.code).to.equal('not-sent');
    expect(back.message).to.equal(error.message);
    expect(back.cause).to.include({ code: 'tls-error', message: 'certificate has expired' });
    expect((back.cause as BulkheadError).detail).to.deep.equal({ systemCode: 'CERT_HAS_EXPIRED' });
  });

  it('keep the code of a system error that is none of ours', () => {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const back = fromRecord(toRecord(error));
    expect(back.code).to.equal('crash');
    expect(back.detail).to.deep.equal({ systemCode: 'ECONNRESET' });
  });

  it('are recognised by their brand and by nothing else', () => {
    expect(isBulkheadError(new BulkheadError('hang', 'x'))).to.equal(true);
    expect(isBulkheadError(Object.assign(new Error('x'), { code: 'hang' }))).to.equal(false);
    expect(isBulkheadError(undefined)).to.equal(false);
  });

  it('give every exit that the thread can choose a thread exit code of its own', () => {
    const chosen = Object.values(exits)
      .map((exit) => exit.exitCode)
      .filter((code) => code >= 64);
    expect(new Set(chosen).size).to.equal(chosen.length);
  });
});
