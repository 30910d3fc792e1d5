import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import type { Exit } from '../../src/client/exit.js';
import { type Certificates, certificatesOrSkip } from '../support/certificates.js';
import { type EchoServer, type EchoServerOptions, startEchoServer } from '../support/echo-server.js';
import { type ProxyMode, startConnectProxy, startSocksProxy } from '../support/proxies.js';
import { waitFor } from '../support/wait-for.js';
import { type WatchedOptions, watchedConnection } from '../support/watched-connection.js';

/** How a connect that must fail ends. */
async function ended(url: string, options: WatchedOptions = {}): Promise<Exit> {
  const { connection, exited } = watchedConnection(url, options);
  const exit = await exited;
  const error = await connection.opened.catch((reason: unknown) => reason);
  expect(error).to.equal(exit.error);
  expect(exit.wasReady).to.equal(false);
  return exit;
}

async function withServer<T>(
  options: EchoServerOptions,
  work: (server: EchoServer) => Promise<T>,
): Promise<T> {
  const server = await startEchoServer(options);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

describe('a connect that is refused', () => {
  const statuses: readonly (readonly [number, boolean])[] = [
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [418, true],
    [429, true],
    [500, true],
    [503, true],
  ];

  for (const [status, retryable] of statuses) {
    it(`by HTTP ${status} tells the status and that it is ${retryable ? '' : 'not '}worth a retry`, async () => {
      const exit = await withServer({ refuse: { status } }, ({ url }) => ended(url));
      expect(exit).to.include({ code: 'handshake-refused', exitCode: 67, retryable });
      expect(exit.detail).to.deep.equal({ httpStatus: status });
    });
  }

  it('by HTTP 429 with Retry-After tells how long to wait', async () => {
    const refuse = { status: 429, headers: { 'retry-after': '7' } };
    const exit = await withServer({ refuse }, ({ url }) => ended(url));
    expect(exit.detail).to.deep.equal({ httpStatus: 429, retryAfterMs: 7000 });
  });

  it('by nobody listening is a network error with the system code', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const exit = await ended(`ws://127.0.0.1:${port}/`);
    expect(exit).to.include({ code: 'network-error', exitCode: 65, retryable: true });
    expect(exit.detail).to.deep.equal({ systemCode: 'ECONNREFUSED' });
  });

  it('by a name that does not exist is a network error', async () => {
    const exit = await ended('ws://does-not-exist.invalid/');
    expect(exit.code).to.equal('network-error');
    expect(exit.detail['systemCode']).to.match(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('by silence is a connect timeout', async () => {
    const exit = await withServer({ hang: true }, ({ url }) => ended(url, { handshakeTimeoutMs: 100 }));
    expect(exit).to.include({ code: 'connect-timeout', exitCode: 66, retryable: true });
  });

  it('by a server that does not speak HTTP is no success', async () => {
    const odd = createServer((socket) => socket.on('error', () => undefined).end('220 mail ready\r\n'));
    odd.listen(0, '127.0.0.1');
    await once(odd, 'listening');
    const exit = await ended(`ws://127.0.0.1:${(odd.address() as AddressInfo).port}/`);
    odd.close();
    expect(exit.code).to.equal('network-error');
    expect(exit.detail['systemCode']).to.match(/^HPE_/);
  });

  it('by a reset in the handshake is a network error', async () => {
    const rude = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const exit = await ended(`ws://127.0.0.1:${(rude.address() as AddressInfo).port}/`);
    rude.close();
    expect(exit).to.include({ code: 'network-error', retryable: true });
  });

  it('for the lack of a subprotocol is a protocol error', async () => {
    const exit = await withServer({ handleProtocols: () => false }, ({ url }) =>
      ended(url, { protocols: ['a'] }),
    );
    expect(exit.code).to.equal('protocol-error');
  });

  it('never tells the query of the address, which may hold a token', async () => {
    const exit = await withServer({ refuse: { status: 401 } }, ({ url }) => ended(`${url}path?token=hush`));
    expect(`${exit.reason} ${exit.error.stack} ${JSON.stringify(exit.detail)}`).not.to.match(/hush/);
    expect(exit.reason).to.match(/\/path/);
  });
});

describe('TLS', () => {
  let all: Certificates;

  before(async function () {
    all = await certificatesOrSkip(this);
  });

  it('opens with the right authority and carries frames', async () => {
    await withServer({ tls: all.server, greet: (peer) => peer.send('secure') }, async ({ url }) => {
      const { connection, frames, exited } = watchedConnection(url, { tls: { ca: all.ca } });
      await waitFor(() => frames[0] === 'secure', 'the frame');
      connection.close();
      expect((await exited).code).to.equal('closed');
    });
  });

  it('shows the client certificate that was given', async () => {
    const tls = { ...all.server, ca: all.ca, requestCert: true, rejectUnauthorized: true };
    await withServer({ tls }, async ({ url }) => {
      const { connection, exited } = watchedConnection(url, { tls: { ca: [all.ca], ...all.client } });
      await connection.opened;
      connection.close();
      await exited;
      const refused = await ended(url, { tls: { ca: all.ca } });
      expect(refused.code).to.be.oneOf(['tls-error', 'network-error']);
    });
  });

  const faults = [
    {
      name: 'an unknown authority',
      pair: 'server',
      ca: false,
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      hint: /tls\.ca/,
    },
    {
      name: 'a self-signed certificate',
      pair: 'selfSigned',
      ca: true,
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      hint: /tls\.ca/,
    },
    { name: 'an expired certificate', pair: 'expired', ca: true, code: 'CERT_HAS_EXPIRED', hint: /clock/ },
    {
      name: 'another host',
      pair: 'wrongHost',
      ca: true,
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      hint: /servername/,
    },
  ] as const;

  for (const { name, pair, ca, code, hint } of faults) {
    it(`refuses ${name} with a code and a hint, and is not worth a retry`, async () => {
      const tls = ca ? { ca: all.ca } : {};
      const exit = await withServer({ tls: all[pair] }, ({ url }) => ended(url, { tls }));
      expect(exit).to.include({ code: 'tls-error', exitCode: 68, retryable: false });
      expect(exit.detail).to.deep.equal({ systemCode: code });
      expect(exit.reason).to.match(hint);
    });
  }

  it('to a port without TLS is a TLS error', async () => {
    const exit = await withServer({}, ({ url }) => ended(url.replace('ws:', 'wss:')));
    expect(exit.code).to.equal('tls-error');
  });
});

for (const { name, start, scheme } of [
  { name: 'an HTTP proxy', start: startConnectProxy, scheme: 'http' },
  { name: 'a SOCKS5 proxy', start: startSocksProxy, scheme: 'socks' },
]) {
  describe(`a connection through ${name}`, () => {
    it('carries frames and goes no other way', async () => {
      const proxy = await start();
      await withServer({ greet: (peer) => peer.send('tunnelled') }, async ({ url, port }) => {
        const { connection, frames, exited } = watchedConnection(url, { proxy: proxy.url });
        await waitFor(() => frames[0] === 'tunnelled', 'the frame');
        expect(proxy.targets).to.deep.equal([`127.0.0.1:${port}`]);
        connection.close();
        await exited;
      });
      await proxy.close();
    });

    it('carries TLS', async function () {
      const all = await certificatesOrSkip(this);
      const proxy = await start();
      await withServer({ tls: all.server }, async ({ url }) => {
        const { connection, exited } = watchedConnection(url, { proxy: proxy.url, tls: { ca: all.ca } });
        await connection.opened;
        connection.close();
        await exited;
        const distrusted = await ended(url, { proxy: proxy.url });
        expect(distrusted.code).to.equal('tls-error');
      });
      await proxy.close();
    });

    it('shows credentials, and never tells them', async () => {
      const proxy = await start({ credentials: { user: 'bot', password: 'hush' } });
      await withServer({}, async ({ url }) => {
        const { connection, exited } = watchedConnection(url, { proxy: proxy.urlFor('bot', 'hush') });
        await connection.opened;
        connection.close();
        await exited;
        const exit = await ended(url, { proxy: proxy.urlFor('bot', 'wrong-hush') });
        expect(exit.code).to.equal('proxy-error');
        expect(`${exit.reason} ${exit.error.stack}`).not.to.match(/hush/);
      });
      await proxy.close();
    });

    for (const mode of ['refuse', 'challenge', 'close'] satisfies ProxyMode[]) {
      it(`that fails (${mode}) is a proxy error, and the venue sees nothing of it`, async () => {
        const proxy = await start({ mode, credentials: { user: 'a', password: 'b' } });
        await withServer({}, async ({ url, requests, sockets }) => {
          const exit = await ended(url, { proxy: proxy.urlFor('a', 'b') });
          expect(exit).to.include({ code: 'proxy-error', exitCode: 69 });
          expect(requests).to.deep.equal([]);
          expect(sockets.size).to.equal(0);
        });
        await proxy.close();
      });
    }

    it('that hangs ends with the handshake timeout, and the venue sees nothing of it', async () => {
      const proxy = await start({ mode: 'hang' });
      await withServer({}, async ({ url, requests }) => {
        const exit = await ended(url, { proxy: proxy.url, handshakeTimeoutMs: 150 });
        expect(exit.code).to.equal('connect-timeout');
        expect(requests).to.deep.equal([]);
      });
      await proxy.close();
    });

    it('that is not there is a proxy error worth a retry', async () => {
      const proxy = await start();
      const { port } = proxy;
      await proxy.close();
      await withServer({}, async ({ url, requests }) => {
        const exit = await ended(url, { proxy: `${scheme}://127.0.0.1:${port}` });
        expect(exit).to.include({ code: 'proxy-error', retryable: true });
        expect(exit.detail).to.include({ systemCode: 'ECONNREFUSED' });
        expect(requests).to.deep.equal([]);
      });
    });
  });
}
