import { once } from 'node:events';
import { createServer as createHttpServer, get, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { activeResources, expectNothingLeft, type ResourceCount } from './leaks.js';
import { type ProxyOptions, startConnectProxy, startSocksProxy, type TestProxy } from './proxies.js';
import { waitFor, withTimeout } from './wait-for.js';

const kinds = [
  { name: 'CONNECT', start: startConnectProxy, agent: (url: string) => new HttpsProxyAgent(url) },
  { name: 'SOCKS5', start: startSocksProxy, agent: (url: string) => new SocksProxyAgent(url) },
] as const;

for (const { name, start, agent } of kinds) {
  describe(`the ${name} proxy of the tests`, () => {
    let before: ResourceCount;
    let target: Server;
    let proxy: TestProxy;

    beforeEach(async () => {
      before = await activeResources();
      target = createHttpServer((_request, response) =>
        response.setHeader('connection', 'close').end('target'),
      );
      target.listen(0, '127.0.0.1');
      await once(target, 'listening');
    });

    afterEach(async () => {
      await proxy.close();
      await proxy.close();
      target.closeAllConnections();
      target.close();
      await expectNothingLeft(before);
    });

    const targetPort = () => (target.address() as AddressInfo).port;

    /** The body, `status <n>` or what went wrong, of a request through the proxy by independent client packages. */
    function ask(url: string, host = '127.0.0.1', port = targetPort()): Promise<string> {
      const answer = new Promise<string>((resolve) => {
        const request = get({ host, port, agent: agent(url), timeout: 300 }, async (response) => {
          const body = (await response.toArray()).map(String).join('');
          resolve(response.statusCode === 200 ? body : `status ${response.statusCode}`);
        });
        request.on('error', (error) => resolve(`error ${error.message}`));
        request.on('timeout', () => request.destroy(new Error('nothing came')));
      });
      return withTimeout(answer, 'the request');
    }

    const begin = async (options?: ProxyOptions) => {
      proxy = await start(options);
    };

    it('forwards, by address and by name, and counts', async () => {
      await begin();
      expect(await ask(proxy.url)).to.equal('target');
      expect(await ask(proxy.url, 'localhost')).to.equal('target');
      expect(proxy.targets).to.deep.equal([`127.0.0.1:${targetPort()}`, `localhost:${targetPort()}`]);
      expect(proxy.connections).to.equal(2);
      expect(proxy.tunnels).to.equal(2);
    });

    it('lets in who shows the right credentials only', async () => {
      await begin({ credentials: { user: 'bot-1', password: 'p@ss:word' } });
      expect(await ask(proxy.urlFor('bot-1', 'p@ss:word'))).to.equal('target');
      expect(await ask(proxy.urlFor('bot-1', 'wrong'))).to.match(/407|failed/i);
      expect(await ask(proxy.url)).to.match(/407|not accept|auth/i);
      expect(proxy.tunnels).to.equal(1);
    });

    it('refuses, challenges and closes when told to', async () => {
      await begin({ mode: 'refuse' });
      expect(await ask(proxy.url)).to.match(/403|NotAllowed|not allowed/i);
      proxy.mode = 'challenge';
      expect(await ask(proxy.urlFor('bot', 'any'))).to.match(/407|failed/i);
      proxy.mode = 'close';
      expect(await ask(proxy.url)).to.match(/error/);
      expect(proxy.tunnels).to.equal(0);
    });

    it('says so when the target is not there', async () => {
      await begin();
      expect(await ask(proxy.url, '127.0.0.1', 1)).to.match(/502|refused/i);
      expect(proxy.tunnels).to.equal(0);
    });

    it('hangs when told to, and close() frees who hangs in it', async () => {
      await begin({ mode: 'hang' });
      const socket: Socket = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => {}).resume();
      socket.write(
        name === 'CONNECT'
          ? 'CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n'
          : Buffer.of(5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 1),
      );
      await waitFor(() => proxy.targets.length === 1, 'the request to be read');
      const closed = once(socket, 'close');
      await proxy.close();
      await withTimeout(closed, 'the hanging connection');
      expect(proxy.tunnels).to.equal(0);
    });
  });
}
