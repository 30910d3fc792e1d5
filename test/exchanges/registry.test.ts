import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { BulkheadError } from '../../src/errors.js';
import { exchangeProblem } from '../../src/exchanges/exchange.js';
import { exchangeNames, isExchangeName, loadExchange } from '../../src/exchanges/index.js';

async function failure(nameOrUrl: string): Promise<BulkheadError> {
  try {
    await loadExchange(nameOrUrl);
  } catch (error) {
    expect(error).to.be.instanceOf(BulkheadError);
    expect(error).to.include({ code: 'invalid-exchange' });
    return error as BulkheadError;
  }
  throw new Error(`${nameOrUrl} was loaded`);
}

describe('exchange registry', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-registry-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const moduleOf = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  };

  it('loads every built-in exchange under the name the exchange gives itself', async () => {
    expect(exchangeNames).to.include('deribit');
    for (const name of exchangeNames) {
      const exchange = await loadExchange(name);
      expect(exchangeProblem(exchange)).to.equal(undefined);
      expect(exchange.name).to.equal(name);
    }
  });

  it('loads an exchange of the user by the URL of its module', async () => {
    const url = moduleOf(
      'good.mjs',
      `export default { name: 'mine', documentation: '', urls: { live: 'ws://127.0.0.1' },
         subscribe: () => [], unsubscribe: () => [], classify: () => 'reject', decode: () => undefined };`,
    );
    expect((await loadExchange(url)).name).to.equal('mine');
  });

  it('says which names there are when it is asked for another', async () => {
    for (const name of ['nowhere', 'constructor', '__proto__', '', './mine.js', 'https://example.com/x.js']) {
      expect(isExchangeName(name)).to.equal(false);
      expect((await failure(name)).message)
        .to.contain('deribit')
        .and.to.contain('file: URL');
    }
  });

  it('says what a module lacks to be an exchange', async () => {
    const none = moduleOf('none.mjs', 'export const exchange = 1;');
    expect((await failure(none)).message).to.contain('export default defineExchange');
    const half = moduleOf('half.mjs', `export default { name: 'half', urls: { live: 'ws://x' } };`);
    expect((await failure(half)).message).to.contain('half: subscribe must be a function');
    const urls = moduleOf(
      'urls.mjs',
      `const none = () => {};
       export default { name: 'u', urls: null, subscribe: none, unsubscribe: none, decode: none, classify: none };`,
    );
    expect((await failure(urls)).message).to.contain('urls.live');
  });

  it('keeps the cause when a module does not load', async () => {
    const throwing = await failure(moduleOf('throws.mjs', `throw new Error('boom at import');`));
    expect(throwing.message).to.contain('boom at import');
    expect(throwing.cause).to.include({ message: 'boom at import' });
    const missing = await failure(pathToFileURL(join(folder, 'missing.mjs')).href);
    expect(missing.cause).to.include({ code: 'ERR_MODULE_NOT_FOUND' });
    const broken = await failure(moduleOf('broken.mjs', 'export default {{'));
    expect(broken.cause).to.be.instanceOf(SyntaxError);
  });
});
