// The simulated Deribit's envelope, logins, heartbeats and closes, seen from a bare WebSocket.
import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { type DeribitOptions, SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor, WireClient } from './wire-client.js';

describe('simulated Deribit: sessions', () => {
  let exchange: SimulatedDeribit;
  let clients: WireClient[];

  async function start(options: DeribitOptions = {}): Promise<WireClient> {
    exchange = await SimulatedDeribit.start({ eventsPerSecond: 0, exponentShare: 0, ...options });
    return connect();
  }

  async function connect(): Promise<WireClient> {
    const client = await WireClient.open(exchange.url);
    clients.push(client);
    return client;
  }

  beforeEach(() => {
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) client.socket.terminate();
    await exchange.close();
  });

  describe('envelope', () => {
    it('answers with the id, the times in microseconds and the network', async () => {
      const client = await start({ testnet: false });
      const answer = await client.ask('public/test');
      expect(answer).to.include({ jsonrpc: '2.0', testnet: false });
      expect(answer['result']).to.have.property('version');
      expect(answer['usOut'] - answer['usIn']).to.equal(answer['usDiff']);
      expect(Math.abs(answer['usIn'] / 1000 - Date.now())).to.be.below(60_000);
    });

    it('answers a request without an id without an id', async () => {
      const client = await start();
      client.socket.send('{"jsonrpc":"2.0","method":"public/get_time"}');
      await waitFor(() => client.frames.length === 1);
      expect(client.frames[0]).to.not.have.property('id');
      expect(client.frames[0]?.['result']).to.be.a('number');
    });

    it('keeps the socket open over text that is not JSON', async () => {
      const client = await start();
      client.socket.send('ping');
      await waitFor(() => client.frames.length === 1);
      expect(client.frames[0]?.['error']).to.deep.equal({
        code: 11050,
        data: 'invalid json',
        message: 'bad_request',
      });
      expect((await client.ask('public/get_time'))['result']).to.be.a('number');
    });

    it('refuses requests above 32 kB, unknown methods and bad parameters each with its code', async () => {
      const client = await start();
      client.send('public/test', { filler: 'x'.repeat(33_000) });
      await waitFor(() => client.frames.length === 1);
      expect(client.frames[0]?.['error'].code).to.equal(-32600);
      expect((await client.ask('public/nothing'))['error']).to.deep.equal({
        code: -32601,
        message: 'Method not found',
      });
      client.socket.send('{"jsonrpc":"2.0","id":"list","method":"public/test","params":[1]}');
      await waitFor(() =>
        client.frames.some((frame) => frame['id'] === 'list' && frame['error'].code === -32602),
      );
      const bad = await client.ask('public/set_heartbeat', { interval: 'soon' });
      expect(bad['error']).to.include({ code: -32602, message: 'Invalid params' });
      expect(bad['error'].data).to.have.keys('reason', 'param');
      expect(await client.ask('public/test', { expected_result: 'exception' })).to.have.property('error');
    });
  });

  describe('logins', () => {
    it('grants credentials, refuses wrong ones with 13004', async () => {
      const client = await start();
      expect((await client.login('test-client', 'wrong'))['error']).to.include({
        code: 13004,
        message: 'invalid_credentials',
      });
      const { result } = await client.login();
      expect(result).to.include({ expires_in: 31_536_000, token_type: 'bearer' });
      expect(result.scope.split(' ')).to.include.members(['connection', 'mainaccount', 'trade:read_write']);
    });

    it('grants a signature once and only within its minute', async () => {
      const client = await start();
      const signed = (timestamp: number, nonce: string) => ({
        grant_type: 'client_signature',
        client_id: 'test-client',
        timestamp,
        nonce,
        data: '',
        signature: createHmac('sha256', 'test-secret').update(`${timestamp}\n${nonce}\n`).digest('hex'),
      });
      const now = Date.now();
      expect(await client.ask('public/auth', signed(now, 'one'))).to.have.property('result');
      expect((await client.ask('public/auth', signed(now, 'one')))['error'].code).to.equal(13004);
      expect((await client.ask('public/auth', signed(now - 61_000, 'two')))['error'].code).to.equal(13004);
      const forged = { ...signed(now, 'three'), signature: 'f'.repeat(64) };
      expect((await client.ask('public/auth', forged))['error'].code).to.equal(13004);
    });

    it('kills the token that was refreshed', async () => {
      const client = await start();
      const first = (await client.login())['result'];
      const second = await client.ask('public/auth', {
        grant_type: 'refresh_token',
        refresh_token: first.refresh_token,
      });
      expect(second['result'].access_token).to.not.equal(first.access_token);
      const old = await client.ask('private/get_positions', { access_token: first.access_token });
      expect(old['error'].code).to.equal(13009);
      expect(await client.ask('private/get_positions')).to.have.property('result');
    });

    it('lets tokens of a session outlive the connection, and no others', async () => {
      const first = await start();
      const bound = (await first.login())['result'];
      const lasting = (await first.login('test-client', 'test-secret', 'session:bot'))['result'];
      await first.close();
      await waitFor(() => exchange.connections.length === 0);
      const second = await connect();
      const ask = (token: string) => second.ask('private/get_positions', { access_token: token });
      expect((await ask(bound.access_token))['error'].code).to.equal(13009);
      expect(await ask(lasting.access_token)).to.have.property('result');
      const renewed = await second.ask('public/auth', {
        grant_type: 'refresh_token',
        refresh_token: lasting.refresh_token,
      });
      expect(renewed['result'].scope).to.contain('session:bot');
    });

    it('keeps sixteen sessions of a key and drops the oldest for a seventeenth', async () => {
      const client = await start({ limits: null });
      const tokens: string[] = [];
      for (let index = 0; index < 17; index++) {
        tokens.push(
          (await client.login('test-client', 'test-secret', `session:s${index}`))['result'].access_token,
        );
      }
      const code = async (token = '') =>
        (await client.ask('private/get_positions', { access_token: token }))['error']?.code;
      expect(await code(tokens[0])).to.equal(13009);
      expect(await code(tokens[1])).to.equal(undefined);
    });

    it('narrows rights to what was asked for and to what the key has', async () => {
      const readOnly = { clientId: 'reader', clientSecret: 'r', rights: ['trade:read', 'account:read'] };
      const client = await start({ accounts: [readOnly] });
      const { result } = await client.login('reader', 'r', 'trade:read_write account:none expires:60');
      expect(result.scope.split(' ')).to.include('trade:read').and.not.include('account:read');
      expect(result.expires_in).to.equal(60);
      const order = { instrument_name: 'BTC-PERPETUAL', amount: 10, type: 'market' };
      expect((await client.ask('private/buy', order))['error'].code).to.equal(13403);
    });

    it('answers 13009 without a login and after the token has expired', async () => {
      const client = await start({ tokenLifetimeSeconds: 1, timeScale: 0.05 });
      expect((await client.ask('private/get_positions'))['error']).to.deep.equal({
        code: 13009,
        data: { reason: 'invalid_token' },
        message: 'unauthorized',
      });
      await client.login();
      let code: number | undefined;
      const poll = setInterval(() => {
        client.ask('private/get_positions').then(
          (answer) => {
            code = answer['error']?.code ?? code;
          },
          () => {},
        );
      }, 10);
      await waitFor(() => code === 13009);
      clearInterval(poll);
    });

    it('forks sessions, and acts for sub-accounts of its own only', async () => {
      const accounts = [
        { clientId: 'main', clientSecret: 'm' },
        { clientId: 'sub', clientSecret: 's', subAccountOf: 'main' },
        { clientId: 'other', clientSecret: 'o' },
      ];
      const client = await start({ accounts });
      const { refresh_token } = (await client.login('main', 'm', 'session:one'))['result'];
      const fork = await client.ask('public/fork_token', { refresh_token, session_name: 'two' });
      expect(fork['result'].scope).to.contain('session:two');
      const family = await client.ask('private/get_subaccounts');
      const sub = family['result'].find((account: { type: string }) => account.type === 'subaccount');
      const exchanged = await client.ask('public/exchange_token', { refresh_token, subject_id: sub.id });
      expect(exchanged['result'].scope).to.not.contain('mainaccount');
      const foreign = await client.ask('public/exchange_token', { refresh_token, subject_id: sub.id + 1 });
      expect(foreign['error'].code).to.equal(13021);
    });
  });

  describe('keeping alive and closing', () => {
    it('sends test requests and closes with 4000 when one stays unanswered', async () => {
      const client = await start({ timeScale: 0.005 });
      await client.ask('public/set_heartbeat', { interval: 10 });
      await waitFor(() => client.closed !== undefined);
      expect(client.closed).to.deep.equal({ code: 4000, reason: 'heartbeat close' });
      const types = client.frames
        .filter((frame) => frame['method'] === 'heartbeat')
        .map((frame) => frame['params'].type);
      expect(types).to.include('test_request').and.include('heartbeat');
    });

    it('keeps a connection that answers its test requests, and stops asking when told to', async () => {
      const client = await start({ timeScale: 0.005 });
      client.socket.on('message', (data) => {
        if ((data as Buffer).toString().includes('test_request')) client.send('public/test');
      });
      const count = () => client.texts.filter((text) => text.includes('test_request')).length;
      expect((await client.ask('public/set_heartbeat', { interval: 10 }))['result']).to.equal('ok');
      await waitFor(() => count() >= 4);
      expect((await client.ask('public/disable_heartbeat'))['result']).to.equal('ok');
      expect(client.closed).to.equal(undefined);
    });

    it('refuses intervals below ten seconds', async () => {
      const client = await start();
      expect((await client.ask('public/set_heartbeat', { interval: 9 }))['error'].code).to.equal(-32602);
    });

    it('drops a socket that nobody used, without a close frame', async () => {
      const client = await start({ timeScale: 0.001 });
      await waitFor(() => client.closed !== undefined);
      expect(client.closed?.code).to.equal(1006);
    });

    it('closes on a logout without an answer', async () => {
      const client = await start();
      await client.login();
      client.send('private/logout');
      await waitFor(() => client.closed !== undefined);
      expect(client.frames).to.have.length(1);
    });

    it('refuses the connection above the limit of an address with 429, and other paths with 404', async () => {
      await start({ connectionsPerAddress: 1 });
      const refused = await connect().catch((error: Error) => error.message);
      expect(refused).to.contain('429');
      const lost = await WireClient.open(exchange.url.replace('/ws/api/v2', '/ws')).catch(
        (error: Error) => error.message,
      );
      expect(lost).to.contain('404');
    });

    it('answers 10028 when the credits have run dry, and ends the session', async () => {
      const limits = {
        'non-matching': { cost: 500, pool: 1000, refill: 0 },
        subscribe: { cost: 1, pool: 10, refill: 1 },
        instruments: { cost: 1, pool: 10, refill: 1 },
        matching: { cost: 1, pool: 10, refill: 1 },
      };
      const client = await start({ limits });
      await client.login();
      await client.ask('private/get_positions');
      await client.ask('private/get_positions');
      const answer = await client.ask('private/get_positions');
      expect(answer['error']).to.deep.equal({ code: 10028, message: 'too_many_requests' });
      await waitFor(() => client.closed !== undefined);
    });

    it('compresses only where both sides want it', async () => {
      await start({ compression: true });
      const client = await WireClient.open(exchange.url, { perMessageDeflate: true });
      clients.push(client);
      expect(client.socket.extensions).to.contain('permessage-deflate');
      expect((await client.ask('public/get_time'))['result']).to.be.a('number');
    });

    it('answers the same methods over HTTP', async () => {
      await start();
      const time = await (await fetch(`${exchange.httpUrl}/public/get_time`)).json();
      expect(time).to.have.property('result');
      const basic = Buffer.from('test-client:test-secret').toString('base64');
      const url = `${exchange.httpUrl}/private/get_positions?currency=BTC`;
      expect((await fetch(url)).status).to.equal(401);
      const positions = await (await fetch(url, { headers: { authorization: `Basic ${basic}` } })).json();
      expect(positions).to.have.property('result').that.deep.equals([]);
    });
  });
});
