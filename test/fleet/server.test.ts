// The server beside a fleet: who may ask, and what is answered.
import { expect } from 'chai';
import { request } from 'node:http';
import { FleetServer, reply, type Route } from '../../src/fleet/server.js';
import { TRADES } from '../adapter/stage.js';
import { FleetStage } from './stage.js';

const hello: Route = {
  method: 'GET',
  path: '/hello',
  handle: (_request, response) => reply(response, 200, 'hello'),
};

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the server of a fleet', () => {
  const open: FleetServer[] = [];
  async function serve(options: ConstructorParameters<typeof FleetServer>[1] = {}): Promise<string> {
    const server = await new FleetServer([hello], options).listen();
    open.push(server);
    return server.url;
  }
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

  it('listens on loopback and answers its routes', async () => {
    const url = await serve();
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await ask(`${url}hello`)).to.include({ status: 200, text: 'hello' });
    expect((await ask(`${url}nothing`)).status).to.equal(404);
    expect((await ask(`${url}hello`, {}, 'POST')).status).to.equal(404);
  });

  it('is not reached under a name that somebody else’s DNS points to it', async () => {
    const url = await serve();
    expect((await ask(`${url}hello`, { host: 'evil.example' })).status).to.equal(421);
    expect((await ask(`${url}hello`, { host: `localhost:${new URL(url).port}` })).status).to.equal(200);
  });

  it('answers under other names where they are allowed', async () => {
    const url = await serve({ allowedHosts: ['metrics.internal'] });
    expect((await ask(`${url}hello`, { host: 'metrics.internal:80' })).status).to.equal(200);
  });

  it('needs a token where others can reach it', async () => {
    expect(() => new FleetServer([], { host: '0.0.0.0' })).to.throw(TypeError, /needs a token/);
    expect(() => new FleetServer([], { host: '0.0.0.0', token: 'short' })).to.throw(
      TypeError,
      /16 characters/,
    );
  });

  it('asks for its token: as bearer, as cookie, and in the address, which sets the cookie', async () => {
    const token = 'a-token-that-is-long-enough';
    const url = await serve({ token });
    expect((await ask(`${url}hello`)).status).to.equal(401);
    expect((await ask(`${url}hello`, { authorization: 'Bearer wrong' })).status).to.equal(401);
    expect((await ask(`${url}hello`, { authorization: `Bearer ${token}` })).status).to.equal(200);
    const first = await ask(`${url}hello?token=${token}`);
    expect(first.status).to.equal(200);
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).to.include('HttpOnly').and.to.include('SameSite=Lax');
    expect((await ask(`${url}hello`, { cookie: cookie.split(';')[0] ?? '' })).status).to.equal(200);
  });

  it('tells a port that is taken', async () => {
    const { port } = new URL(await serve());
    const error: unknown = await serve({ port: Number(port) }).catch((reason: unknown) => reason);
    expect((error as NodeJS.ErrnoException).code).to.equal('EADDRINUSE');
  });

  it('closes twice without harm', async () => {
    const server = await new FleetServer([hello]).listen();
    await Promise.all([server.close(), server.close()]);
  });
});

describe('a fleet that is served', () => {
  let stage: FleetStage;
  before(async () => {
    stage = await FleetStage.open();
  });
  after(() => stage.close());

  it('tells its snapshot, its history and whether it is well, until it stops', async () => {
    const fleet = stage.fleet(['a1'], { topics: [TRADES] });
    const { url } = await fleet.serve();
    expect((await ask(`${url}healthz`)).status).to.equal(503);
    await fleet.start();
    const health = await ask(`${url}healthz`);
    expect([health.status, JSON.parse(health.text)]).to.deep.equal([200, { state: 'ready', health: 100 }]);
    const snapshot = JSON.parse((await ask(`${url}snapshot.json`)).text) as ReturnType<typeof fleet.snapshot>;
    expect(snapshot.adapters.map(({ name, state }) => [name, state])).to.deep.equal([['a1', 'ready']]);
    const history = JSON.parse((await ask(`${url}history.json?since=1`)).text) as typeof fleet.history;
    expect(history[0]).to.include({ number: 2, kind: 'fleet', state: 'starting' });
    await fleet.stop();
    const error: unknown = await ask(url).catch((reason: unknown) => reason);
    expect((error as NodeJS.ErrnoException).code).to.equal('ECONNREFUSED');
  });
});
