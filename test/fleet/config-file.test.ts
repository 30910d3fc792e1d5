// A configuration file is checked completely before anything starts, and never shows a secret.
import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fleet, isBulkheadError, readFleetConfig } from '../../src/index.js';

const good = `
name: desk
restarts: { limit: 3, windowMs: 60000 }
defaults:
  network: test
adapters:
  - name: btc
    exchange: deribit
    topics: [trades:BTC-PERPETUAL]
    cancelOnDisconnect: true
    credentials:
      clientId: my-client
      clientSecret: { env: DESK_SECRET }
  - name: spot
    exchange: kraken
    topics: [trades:BTC/USD]
serve:
  port: 9464
`;

describe('a configuration file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-config-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(text: string, environment = {}, name = 'fleet.yaml') {
    const path = join(folder, name);
    await writeFile(path, text);
    return readFleetConfig(path, environment);
  }

  async function problems(text: string, environment = {}, name?: string): Promise<readonly string[]> {
    const error: unknown = await read(text, environment, name).catch((reason: unknown) => reason);
    if (!isBulkheadError(error)) throw new Error('the file was taken', { cause: error });
    expect(error.code).to.equal('invalid-config');
    return error.message.split('\n');
  }

  it('becomes the options of a fleet, secrets taken from the environment', async () => {
    const { options, serve } = await read(good, { DESK_SECRET: 'hidden' });
    expect(options.adapters?.[0]?.credentials).to.deep.equal({
      clientId: 'my-client',
      clientSecret: 'hidden',
    });
    expect(serve).to.deep.equal({ port: 9464 });
    await using fleet = new Fleet(options);
    expect(fleet.name).to.equal('desk');
    expect([...fleet.adapters.keys()]).to.deep.equal(['btc', 'spot']);
  });

  it('may be JSON', async () => {
    const { options } = await read('{"adapters": [{"name": "a", "exchange": "okx"}]}', {}, 'fleet.json');
    expect(options).to.deep.equal({ adapters: [{ name: 'a', exchange: 'okx' }] });
  });

  it('may name a module beside it as exchange', async () => {
    await writeFile(join(folder, 'toy.mjs'), 'export default 1;');
    expect(await problems('adapters:\n- name: a\n  exchange: ./toy.mjs\n'))
      .to.have.lengthOf(1)
      .and.to.satisfy(([line]: readonly string[]) =>
        /^fleet\.yaml:3 adapters\[0\]\.exchange: .*toy\.mjs/.test(line ?? ''),
      );
  });

  it('tells each mistake with its line and its place', async () => {
    const wrong = good
      .replace('exchange: kraken', 'exchange: krakn')
      .replace('cancelOnDisconnect: true', 'cancelOnDisconnect: 1');
    const told = await problems(wrong, { DESK_SECRET: 'hidden' });
    expect(told.map((line) => line.replace(/: use .*/, ''))).to.deep.equal([
      'fleet.yaml:10 adapters[0].cancelOnDisconnect: must be true or false, got 1',
      'fleet.yaml:15 adapters[1].exchange: there is no exchange "krakn"',
    ]);
  });

  it('tells options that are not there, also deep down', async () => {
    expect(await problems('nmae: x\nadapters: []\n')).to.deep.equal([
      'fleet.yaml:1 nmae: there is no such option',
    ]);
    const deep = 'adapters:\n- name: a\n  exchange: okx\n  connection:\n    tls:\n      caa: x\n';
    expect(await problems(deep)).to.deep.equal([
      'fleet.yaml:6 adapters[0].connection.tls.caa: is not an option',
    ]);
  });

  it('tells what is missing, and a name that is there twice', async () => {
    expect(await problems('adapters:\n- exchange: okx\n- name: a\n')).to.deep.equal([
      'fleet.yaml:2 adapters[0].name: must be a string that is not empty',
      'fleet.yaml:3 adapters[1].exchange: must be the name of an exchange, or the URL of a module',
    ]);
    const twice = 'adapters:\n- { name: a, exchange: okx }\n- { name: a, exchange: okx }\n';
    expect(await problems(twice)).to.deep.equal([
      'fleet.yaml:3 adapters[1].name: there is an adapter "a" already',
    ]);
  });

  it('tells what only the venue can judge: keys and topics', async () => {
    const wrongTopic = good.replace('trades:BTC-PERPETUAL', 'no such topic');
    const [topic] = await problems(wrongTopic, { DESK_SECRET: 'hidden' });
    expect(topic).to.match(/^fleet\.yaml:9 adapters\[0\]\.topics\[0\]: "no such topic": /);
    const wrongKeys = good.replace('clientId: my-client', 'clientName: my-client');
    const [keys] = await problems(wrongKeys, { DESK_SECRET: 'hidden' });
    expect(keys)
      .to.match(/^fleet\.yaml:11 adapters\[0\]\.credentials: /)
      .and.not.to.include('hidden');
  });

  it('names an environment variable that is not set', async () => {
    expect(await problems(good)).to.deep.equal([
      'fleet.yaml:13 adapters[0].credentials.clientSecret: the environment variable DESK_SECRET is not set',
    ]);
  });

  it('lets no secret stand in it, and does not repeat it', async () => {
    const [line, ...rest] = await problems(good.replace('{ env: DESK_SECRET }', 'very-hidden'));
    expect(rest).to.deep.equal([]);
    expect(line).to.match(
      /^fleet\.yaml:13 adapters\[0\]\.credentials\.clientSecret: must not be written here/,
    );
    expect(line).not.to.include('very-hidden');
  });

  it('shows no line of a file that is no YAML', async () => {
    const [line] = await problems('adapters:\n  - clientSecret: "very-hidden\n');
    expect(line)
      .to.match(/^fleet\.yaml:\d+ /)
      .and.not.to.include('very-hidden');
  });

  it('that cannot be read is named', async () => {
    const error: unknown = await readFleetConfig(join(folder, 'nowhere.yaml')).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.match(/nowhere\.yaml cannot be read: ENOENT/);
  });
});
