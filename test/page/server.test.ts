import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetServer } from '../../src/fleet/server.js';
import type { PageVerdict } from '../../src/page/messages.js';
import { waitFor } from '../support/wait-for.js';
import { MadeUpFleet } from './snapshots.js';
import { type Asked, PageStage, TICK_MS } from './stage.js';

const TOKEN = 'a-token-of-many-letters';

describe('the server of the live page', () => {
  let stage: PageStage;

  describe('on loopback', () => {
    beforeEach(async () => {
      stage = await PageStage.open(new MadeUpFleet(['a1', 'a2']));
    });
    afterEach(() => stage.close());

    it('hands out the page and everything it loads', async () => {
      const { status, headers, body } = await stage.ask('/');
      expect(status).to.equal(200);
      expect(headers['content-type']).to.equal('text/html; charset=utf-8');
      const linked = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
      const script = await stage.ask('/page/main.js');
      const imported = [...script.body.matchAll(/from '\.\/([\w./-]+)'/g)].map(([, path]) => `/page/${path}`);
      expect(imported.length).to.be.greaterThan(5);
      for (const path of [...linked, ...imported, '/page/vendor/uplot.js'])
        expect((await stage.ask(path)).status, path).to.equal(200);
    });

    it('allows neither inline scripts nor anything from elsewhere, nor markup made of text', async () => {
      const { headers, body } = await stage.ask('/');
      const policy = String(headers['content-security-policy']);
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ])
        expect(policy).to.contain(rule);
      expect(policy).not.to.contain('unsafe');
      expect(body).not.to.match(/<script(?![^>]* src=)|\son\w+=|style=|https?:/);
    });

    it('lets no answer be kept, guessed or read by other origins', async () => {
      for (const path of ['/', '/page/main.js', '/page/series.json', '/nowhere']) {
        const { headers } = await stage.ask(path);
        expect(headers, path).to.include({
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
        });
        expect(headers, path).not.to.have.property('access-control-allow-origin');
      }
    });

    it('answers only to its own name, whatever name leads to it', async () => {
      for (const host of [
        'evil.example',
        `evil.example:${stage.port}`,
        '127.0.0.1.evil.example',
        '127.0.0.2',
      ])
        expect((await stage.ask('/', { headers: { host } })).status, host).to.equal(421);
      for (const host of ['localhost', `LOCALHOST:${stage.port}`, `[::1]:${stage.port}`, '127.0.0.1'])
        expect((await stage.ask('/', { headers: { host } })).status, host).to.equal(200);
      expect((await stage.ask('/page/events', { headers: { host: 'evil.example' } })).status).to.equal(421);
      expect(await stage.askRaw('GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).to.contain(' 421 ');
    });

    it('survives requests that no browser would send', async () => {
      const lines = [
        'GET // HTTP/1.1',
        'GET http://[ HTTP/1.1',
        'GET /%zz?%zz HTTP/1.1',
        'OPTIONS * HTTP/1.1',
      ];
      for (const line of lines) {
        const text = await stage.askRaw(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
        expect(text, line).to.match(/^HTTP\/1\.1 4\d\d /);
      }
      expect((await stage.ask('/../../../package.json')).status).to.equal(404);
      expect((await stage.ask('/page/%2e%2e/%2e%2e/package.json')).status).to.equal(404);
      expect((await stage.ask('/')).status).to.equal(200);
    });

    it('is read-only: it takes no action', async () => {
      const first = await (await stage.watch()).first();
      expect(first.controlKey).to.equal(null);
      const body = JSON.stringify({ action: 'stop', adapter: 'a1' });
      const headers = { origin: `http://127.0.0.1:${stage.port}`, 'x-bulkhead-control': 'null' };
      const answer = await stage.ask('/page/control', { method: 'POST', body, headers });
      expect(answer.status).to.equal(403);
      expect(JSON.parse(answer.body)).to.deep.equal({ ok: false, message: 'this page is read-only' });
      expect((await stage.ask('/page/control')).status).to.equal(404);
    });
  });

  describe('elsewhere', () => {
    it('does not start without a token that is long enough', () => {
      for (const host of ['0.0.0.0', '::', '192.0.2.1', 'bots.example'])
        expect(() => new FleetServer([], { host }), host).to.throw(TypeError, 'needs a token');
      expect(() => new FleetServer([], { host: '0.0.0.0', token: 'short' })).to.throw(
        TypeError,
        'at least 16',
      );
    });

    describe('with a token', () => {
      beforeEach(async () => {
        const serve = { host: '0.0.0.0', token: TOKEN, allowedHosts: ['bots.example'] };
        stage = await PageStage.open(new MadeUpFleet(['a1']), serve);
      });
      afterEach(() => stage.close());

      it('gives nothing without it, and does not say what is there', async () => {
        for (const path of [
          '/',
          '/page/main.js',
          '/page/events',
          '/page/series.json',
          '/nowhere',
          '/?token=wrong',
        ])
          expect((await stage.ask(path)).status, path).to.equal(401);
        const forged = [
          { authorization: 'Bearer wrong' },
          { authorization: 'Basic' },
          { cookie: `bulkhead_token_${stage.port}=%zz` },
          { cookie: `bulkhead_token_${stage.port}=` },
        ];
        for (const headers of forged)
          expect((await stage.ask('/', { headers })).status, JSON.stringify(headers)).to.equal(401);
      });

      it('takes it as a header, or once in the address, which then is cleared of it', async () => {
        const headers = { authorization: `Bearer ${TOKEN}` };
        expect((await stage.ask('/', { headers })).status).to.equal(200);
        const answer = await stage.ask(`/?token=${TOKEN}`, { headers: { accept: 'text/html' } });
        expect(answer).to.include({ status: 303 });
        expect(answer.headers.location).to.equal('/');
        const [cookie = ''] = answer.headers['set-cookie'] ?? [];
        expect(cookie).to.contain('HttpOnly').and.to.contain('SameSite=Lax');
        const kept = { cookie: cookie.split(';')[0]! };
        expect((await stage.ask('/', { headers: kept })).status).to.equal(200);
        expect((await stage.watch(kept)).status).to.equal(200);
      });

      it('never sends a browser to another host', async () => {
        const headers = { accept: 'text/html' };
        const answer = await stage.ask(`//evil.example/?token=${TOKEN}`, { headers });
        expect(answer.headers.location).to.equal('/evil.example/');
      });

      it('knows the address it was reached at and the names it was given, and no other', async () => {
        const authorization = `Bearer ${TOKEN}`;
        for (const host of ['127.0.0.1', 'bots.example', `Bots.Example:${stage.port}`])
          expect((await stage.ask('/', { headers: { host, authorization } })).status, host).to.equal(200);
        for (const host of ['192.0.2.7', 'evil.example'])
          expect((await stage.ask('/', { headers: { host, authorization } })).status, host).to.equal(421);
      });
    });
  });

  describe('with control', () => {
    const done: string[] = [];

    beforeEach(async () => {
      done.length = 0;
      const act = (action: string) => async (adapter: string) => {
        if (adapter === 'nobody') throw new TypeError('there is no adapter "nobody"');
        done.push(`${action} ${adapter}`);
        return 'done';
      };
      const control = { rotate: act('rotate'), reconnect: act('reconnect'), stop: act('stop') };
      stage = await PageStage.open(new MadeUpFleet(['a1']), {}, { control });
    });
    afterEach(() => stage.close());

    async function own(): Promise<Record<string, string>> {
      const { controlKey } = await (await stage.watch()).first();
      return { origin: `http://127.0.0.1:${stage.port}`, 'x-bulkhead-control': String(controlKey) };
    }

    it('does what the page asks for, and says how it went', async () => {
      const headers = await own();
      for (const action of ['rotate', 'reconnect', 'stop']) {
        const body = JSON.stringify({ action, adapter: 'a1' });
        const answer = await stage.ask('/page/control', { method: 'POST', headers, body });
        expect(answer.status).to.equal(200);
        expect(JSON.parse(answer.body)).to.deep.equal({ ok: true, message: 'done' });
      }
      expect(done).to.deep.equal(['rotate a1', 'reconnect a1', 'stop a1']);
      const body = JSON.stringify({ action: 'stop', adapter: 'nobody' });
      const answer = await stage.ask('/page/control', { method: 'POST', headers, body });
      expect(answer.status).to.equal(409);
      expect((JSON.parse(answer.body) as PageVerdict).message).to.contain('nobody');
    });

    it('refuses what another origin makes a browser send', async () => {
      const headers = await own();
      const { origin: _, ...noOrigin } = headers;
      const { 'x-bulkhead-control': __, ...noKey } = headers;
      const body = JSON.stringify({ action: 'stop', adapter: 'a1' });
      const forged: readonly Record<string, string>[] = [
        noOrigin,
        noKey,
        { ...headers, origin: 'null' },
        { ...headers, origin: 'http://evil.example' },
        { ...headers, origin: `http://127.0.0.1:${stage.port + 1}` },
        { ...headers, 'sec-fetch-site': 'cross-site' },
        { ...headers, 'sec-fetch-site': 'same-site' },
        { ...headers, 'x-bulkhead-control': 'wrong' },
      ];
      for (const one of forged) {
        const answer = await stage.ask('/page/control', { method: 'POST', headers: one, body });
        expect(answer.status, JSON.stringify(one)).to.equal(403);
      }
      const asked: Asked = { method: 'OPTIONS', headers: { origin: 'http://evil.example' } };
      expect((await stage.ask('/page/control', asked)).status).to.equal(404);
      expect(done).to.deep.equal([]);
    });

    it('refuses what is no action, however long', async () => {
      const headers = await own();
      const order = { action: 'stop', adapter: 'a1' };
      const bodies = [
        '',
        '[]',
        'null',
        '{',
        JSON.stringify({ ...order, action: 'constructor' }),
        JSON.stringify({ ...order, adapter: 7 }),
        JSON.stringify({ ...order, padding: 'x'.repeat(100_000) }),
      ];
      for (const body of bodies) {
        const answer = await stage.ask('/page/control', { method: 'POST', headers, body });
        expect(answer.status, body.slice(0, 40)).to.equal(400);
      }
      expect(done).to.deep.equal([]);
    });
  });
});

describe('the stream of the live page', () => {
  let stage: PageStage;
  beforeEach(async () => {
    stage = await PageStage.open(new MadeUpFleet(['a1', 'a2', 'a3']), {}, { maxViewers: 3 });
  });
  afterEach(() => stage.close());

  it('begins with everything, and then tells only what has changed', async () => {
    const { fleet } = stage;
    fleet.happen({ kind: 'added', adapter: 'a1', message: 'a1 was added' });
    const stream = await stage.watch();
    const first = await stream.first();
    expect(first.kind).to.equal('full');
    expect(first.rows.map(({ name }) => name)).to.deep.equal(['a1', 'a2', 'a3']);
    expect(first.rows[0]).to.include({ state: 'ready', p50Ms: 0.05, heapMb: 8 });
    expect(first.transitions.map(({ message }) => message)).to.deep.equal(['a1 was added']);

    fleet.change('a2', { state: 'waiting', exits: 1, exitReasons: { crash: 1 } });
    fleet.happen({ kind: 'exit', adapter: 'a2', message: 'connection 1 ended' });
    const change = await stream.next(({ rows }) => rows.length > 0);
    expect(change.kind).to.equal('change');
    expect(change.rows).to.deep.equal([
      { name: 'a2', state: 'waiting', exits: 1, exitReasons: { crash: 1 } },
    ]);
    expect(change.transitions.map(({ message }) => message)).to.deep.equal(['connection 1 ended']);

    const quiet = await stream.next(() => true);
    expect(quiet).to.deep.include({ rows: [], removed: [], transitions: [] });
  });

  it('tells adapters that come and go', async () => {
    const stream = await stage.watch();
    await stream.first();
    stage.fleet.adapters.delete('a1');
    stage.fleet.change('a4');
    const change = await stream.next(({ rows }) => rows.length > 0);
    expect(change.removed).to.deep.equal(['a1']);
    expect(change.rows[0]).to.include({ name: 'a4', exchange: 'toy' });
  });

  it('tells no transition twice and leaves none out, whoever comes in between', async () => {
    const first = await stage.watch();
    for (let count = 0; count < 30; count += 1) {
      stage.fleet.happen({ kind: 'notice', message: `line ${count}` });
      if (count === 10) await stage.watch();
      await first.next(() => true);
    }
    await first.next(() => true);
    const lines = first.messages.flatMap(({ transitions }) => transitions.map(({ number }) => number));
    expect(lines).to.deep.equal(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it('leaves the oldest out where too much happens at once, and says how many', async () => {
    for (let count = 0; count < 1500; count += 1) stage.fleet.happen({ kind: 'notice', message: 'x' });
    const { transitions, omitted } = await (await stage.watch()).first();
    expect(transitions).to.have.lengthOf(1000);
    expect(transitions.at(-1)?.number).to.equal(1500);
    expect(omitted).to.equal(500);
  });

  it('looks at the fleet for all viewers at once, and not at all when nobody looks', async () => {
    expect(stage.fleet.looks).to.equal(0);
    const streams = [await stage.watch(), await stage.watch()];
    for (const stream of streams) await stream.first();
    const [before, told] = [stage.fleet.looks, streams[0]!.messages.length];
    await streams[0]!.next(() => true);
    await streams[0]!.next(() => true);
    expect(stage.fleet.looks - before).to.be.closeTo(streams[0]!.messages.length - told, 1);
  });

  it('refuses more viewers than it may have, and takes the next when one has left', async () => {
    const streams = [await stage.watch(), await stage.watch(), await stage.watch()];
    expect((await stage.ask('/page/events')).status).to.equal(503);
    expect((await stage.ask('/page/events', { method: 'HEAD' })).status).to.equal(503);
    streams[0]!.leave();
    await waitFor(async () => {
      const next = await stage.watch();
      if (next.status !== 200) next.leave();
      return next.status === 200;
    }, 'a place to be free');
  });

  it('keeps nothing for a viewer that does not read, and begins anew when it reads again', async () => {
    const slow = await stage.watch();
    const quick = await stage.watch();
    await slow.first();
    slow.pause();
    // More than the buffers of both sides of a connection on loopback take.
    const long = 'x'.repeat(1_000_000);
    for (let count = 0; count < 12; count += 1) {
      stage.fleet.change('a1', { failure: { code: 'crash', message: `${count} ${long}` } });
      await quick.next(({ rows }) => rows.length > 0);
    }
    stage.fleet.change('a1', { failure: null, gaps: 77 });
    await quick.next(({ rows }) => rows[0]?.gaps === 77);
    slow.resume();
    const full = await slow.next(({ kind }) => kind === 'full');
    expect(full.rows.find(({ name }) => name === 'a1')).to.include({ gaps: 77, failure: null });
    expect(slow.messages.length).to.be.lessThan(quick.messages.length);
  });

  it('ends with the server, and leaves nothing behind', async () => {
    const streams = [await stage.watch(), await stage.watch()];
    for (const stream of streams) await stream.first();
    await stage.server.close();
    await stage.server.close();
    await waitFor(() => streams.every(({ isOver }) => isOver), 'the streams to end');
    const { looks } = stage.fleet;
    // Its timer keeps no process alive, so only its work would show.
    await sleep(3 * TICK_MS);
    expect(stage.fleet.looks).to.equal(looks);
  });
});

describe('the points of the charts', () => {
  it('are those of one adapter, or the sum of events and the worst of delays', async () => {
    const fleet = new MadeUpFleet(['a1', 'a2']);
    fleet.change('a1', { eventsPerSecond: 5, lagMs: 7 });
    fleet.change('a2', { eventsPerSecond: 6, lagMs: 3 });
    const stage = await PageStage.open(fleet);
    try {
      await (await stage.watch()).first();
      const all = JSON.parse((await stage.ask('/page/series.json')).body) as object;
      expect(all).to.deep.include({ eventsPerSecond: [11], lagMs: [7], p99Ms: [0.4] });
      const one = JSON.parse((await stage.ask('/page/series.json?adapter=a2')).body) as object;
      expect(one).to.deep.include({ eventsPerSecond: [6], lagMs: [3] });
      expect((await stage.ask('/page/series.json?adapter=nobody')).status).to.equal(404);
    } finally {
      await stage.close();
    }
  });
});
