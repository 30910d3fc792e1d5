import { expect } from 'chai';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Adapter, type RecordedHttpCall } from '../../src/index.js';
import { fetchJson } from '../../src/fetch-json.js';
import { cleanHttpRecord, httpRecord } from '../../src/recording/http-record.js';
import { knownValues, Redaction } from '../../src/recording/redaction.js';
import { replay, startSimulator, venueProfiles } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { entriesAt, folder } from './folder.js';

async function callsAt(path: string): Promise<readonly RecordedHttpCall[]> {
  const entries = await entriesAt(path);
  return entries.filter((entry) => entry.kind === 'http');
}

describe('the HTTP calls of a recorded adapter', () => {
  it('are in the recording: a snapshot of a book, as it came, in its connection', async () => {
    using place = folder();
    const { topics } = venueProfiles.binance;
    await using venue = await startSimulator('binance', { eventsPerSecond: 50 });
    const adapter = new Adapter('binance', {
      url: venue.url,
      topics: [topics.book],
      record: { directory: place.path },
    });
    let books = 0;
    adapter.on('books', (batch) => {
      books += batch.length;
    });
    await adapter.connect();
    await waitFor(() => books > 3, 'the book');
    await adapter.close();
    const [call, ...more] = await callsAt(place.path);
    expect(more).to.deep.equal([]);
    expect(call).to.include({ method: 'GET', status: 200, life: 1, subject: undefined, isRedacted: false });
    expect(call?.path).to.match(/^\/api\/v3\/depth\?symbol=[A-Z]+&limit=5000$/);
    expect(JSON.parse(call!.body)).to.have.keys('lastUpdateId', 'bids', 'asks');
    expect(call?.bytes).to.equal(Buffer.byteLength(call!.body));
  });

  it('are in it without what they were made with: a login for a token', async () => {
    using place = folder();
    const { testCredentials: credentials } = venueProfiles.kraken;
    await using venue = await startSimulator('kraken', {});
    const adapter = new Adapter<string>('kraken', {
      url: venue.url,
      credentials,
      record: { directory: place.path },
    });
    await adapter.connect();
    await adapter.close();
    const [call, ...more] = await callsAt(place.path);
    expect(more).to.deep.equal([]);
    expect(call).to.include({ method: 'POST', path: '/0/private/GetWebSocketsToken', status: 200, life: 0 });
    expect(call?.subject).to.include({ name: 'kraken', exchange: 'kraken' });
    expect(call?.isRedacted).to.equal(true);
    expect(JSON.parse(call!.body)).to.have.nested.property('result.token', '***');
    expect(call?.bytes).to.be.above(0);
  });

  it('are answered again in a replay: a login for a token, and then what belongs to the account', async () => {
    using place = folder();
    const { testCredentials: credentials, privateTopics } = venueProfiles.kraken;
    const options = { credentials, topics: [...privateTopics] };
    await using venue = await startSimulator('kraken', {});
    const live = new Adapter<string>('kraken', {
      url: venue.url,
      ...options,
      record: { directory: place.path },
    });
    await live.connect();
    const { confirmed } = live.topics;
    await live.close();
    await using played = await replay(place.path, { speed: 'max' });
    const again = new Adapter<string>('kraken', { url: new URL(played.url).origin, ...options });
    await again.connect();
    expect(again.topics.confirmed).to.deep.equal(confirmed);
    await again.close();
    const unknown = await fetch(new URL('/never/asked', played.url.replace('ws:', 'http:')));
    expect(unknown.status).to.equal(404);
  });
});

describe('the record of an HTTP call', () => {
  const redaction = new Redaction();
  redaction.know('salt', knownValues({ account: 'my-secret-account' }, 'salt'));
  const answer = { status: 200, tookMs: 1.23456, body: '{"key":"abcdefghijklmnopqrstuvwxyz","n":1}' };

  it('has no query where the call carried a key, and the answer loses what looks like a token', () => {
    const call = { method: 'GET', url: '/account?nonce=1', headers: { key: 'secret' } } as const;
    const record = cleanHttpRecord(redaction, httpRecord(call, answer), true);
    expect(record).to.deep.equal({
      method: 'GET',
      path: '/account',
      status: 200,
      bytes: 42,
      tookMs: 1.235,
      body: '{"key":"***","n":1}',
    });
    expect(cleanHttpRecord(redaction, { ...record, body: 'plain words' }, true).body).to.equal('***');
  });

  it('keeps the query of a public call, but for names and values of secrets', () => {
    const url = 'https://venue.test/of/my-secret-account/book?symbol=A%20B&listenKey=12345678&limit=5';
    const record = cleanHttpRecord(redaction, httpRecord({ method: 'GET', url }, answer), false);
    expect(record.path).to.equal('/of/***/book?symbol=A+B&listenKey=***&limit=5');
    expect(record.body).to.equal(answer.body);
  });

  it('is made where the server refuses, and where it does not answer at all', async () => {
    const server = createServer((_request, response) => response.writeHead(418).end('{"code":-1003}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const heard: unknown[] = [];
    const call = (): Promise<unknown> =>
      fetchJson(
        { method: 'GET', url },
        { url, timeoutMs: 5000, heard: ({ status, body }) => heard.push({ status, body }) },
      ).catch((error: Error) => error.name);
    expect(await call()).to.equal('HttpFailure');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    expect(await call()).to.equal('TypeError');
    expect(heard).to.deep.equal([
      { status: 418, body: '{"code":-1003}' },
      { status: undefined, body: '' },
    ]);
  });
});
