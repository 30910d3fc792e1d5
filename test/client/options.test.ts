import { expect } from 'chai';
import { Client } from '../../src/client/client.js';
import { checkOptions, checkUrl, connectionEntries, defaults } from '../../src/client/options.js';
import { connectCommand, plainDelivery, threadOptions } from '../../src/client/settings.js';

describe('options', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ handshakeTimeoutMs: 0 }, /^options\.handshakeTimeoutMs must be a whole number of milliseconds from 1/],
    [{ handshakeTimeoutMs: '10' }, /^options\.handshakeTimeoutMs must be .*got a string/],
    [{ handshakeTimeoutMs: Number.NaN }, /^options\.handshakeTimeoutMs must be/],
    [{ closeTimeoutMs: 2 ** 31 }, /^options\.closeTimeoutMs must be .* to 2147483647/],
    [{ maxPayloadBytes: 1.5 }, /^options\.maxPayloadBytes must be a whole number of bytes/],
    [{ headers: { authorization: 5 } }, /^options\.headers\.authorization must be a string/],
    [{ headers: { 'a b': 'c' } }, /^options\.headers must be an object of valid HTTP header/],
    [{ headers: { a: 'b\r\nc: d' } }, /^options\.headers must be an object of valid HTTP header/],
    [{ protocols: ['a', 'a'] }, /^options\.protocols must be an array of different/],
    [{ protocols: ['a b'] }, /^options\.protocols must be an array of different/],
    [{ protocols: 'a' }, /^options\.protocols must be an array of strings/],
    [{ tls: { rejectUnauthorised: false } }, /^options\.tls\.rejectUnauthorised is not an option/],
    [{ tls: { ca: 5 } }, /^options\.tls\.ca must be/],
    [{ proxy: 'ftp://x' }, /^options\.proxy must be an http:/],
    [{ proxy: 'nonsense' }, /^options\.proxy must be an http:/],
    [{ perMessageDeflate: {} }, /^options\.perMessageDeflate must be true or false, got an object/],
    [{ heartbeat: { type: 'sometimes' } }, /^options\.heartbeat\.type must be 'standard'/],
    [{ heartbeat: { type: 'custom' } }, /^options\.heartbeat must be .*moduleUrl/],
    [{ heartbeat: { type: 'standard', moduleUrl: 'file:///x' } }, /^options\.heartbeat must be .*moduleUrl/],
    [
      { heartbeat: { type: 'custom', moduleUrl: './x.js' } },
      /^options\.heartbeat\.moduleUrl must be an absolute URL/,
    ],
    [{ market: { policy: 'drop' } }, /^options\.market\.policy must be 'gap'/],
    [{ market: { maxEntries: 0 } }, /^options\.market\.maxEntries must be/],
    [{ control: { policy: 'gap' } }, /^options\.control\.policy is not an option/],
    [
      { resourceLimits: { maxOldGenerationSizeMb: -1 } },
      /^options\.resourceLimits\.maxOldGenerationSizeMb must be/,
    ],
    [{ spares: 65 }, /^options\.spares must be/],
    [{ workerUrl: 'worker.js' }, /^options\.workerUrl must be an absolute URL/],
    [{ logger: console.log }, /^options\.logger must be a pino logger, got a function/],
    [{ retries: 3 }, /^options\.retries is not an option/],
  ];

  for (const [options, message] of wrong) {
    it(`name what is wrong with ${JSON.stringify(options)}`, () => {
      expect(() => checkOptions(connectionEntries, options)).to.throw(TypeError, message);
    });
  }

  it('never show a value that may be a secret', () => {
    const secret = { headers: { authorization: ['hush'] }, proxy: 'hush://hush' };
    for (const [name, value] of Object.entries(secret)) {
      expect(() => checkOptions(connectionEntries, { [name]: value }))
        .to.throw(TypeError)
        .with.property('message')
        .that.does.not.match(/hush/);
    }
    expect(() => checkUrl('wsss://hush'))
      .to.throw(TypeError)
      .with.property('message')
      .that.does.not.match(/hush/);
  });

  it('refuse what is no address of a WebSocket', async () => {
    for (const url of ['', 'x', 5, undefined, 'https://example.org', 'wss://example.org/#part']) {
      expect(() => checkUrl(url), String(url)).to.throw(TypeError, /^url must/);
    }
    expect(checkUrl(new URL('wss://example.org/a?b=c'))).to.equal('wss://example.org/a?b=c');
    const error = await Client.connect('nowhere').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TypeError);
  });

  it('of the plain client are checked too', async () => {
    for (const options of [
      { reconnectOnError: 'yes' },
      { backoff: { baseMs: 0 } },
      { reconnectOnErorr: true },
    ]) {
      const error = await Client.connect('ws://127.0.0.1:1', options as object).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(TypeError);
      expect((error as Error).message).to.match(/^options\./);
    }
  });

  it('left out or undefined become the documented defaults', () => {
    const options = { market: { maxEntries: 5, maxBytes: undefined }, headers: undefined };
    const checked = checkOptions(connectionEntries, options);
    const command = connectCommand('ws://x/', 3, checked as object, plainDelivery, 30);
    expect(command.market).to.deep.equal({
      maxBytes: defaults.market.maxBytes,
      maxEntries: 5,
      policy: 'gap',
    });
    expect(command).to.deep.include({
      epoch: 3,
      headers: {},
      handshakeTimeoutMs: 10_000,
      closeTimeoutMs: 2000,
      maxPayloadBytes: 16 * 1024 * 1024,
      perMessageDeflate: false,
      heartbeat: { type: 'standard', intervalMs: 15_000, timeoutMs: 10_000 },
      delivery: 'frames',
    });
    expect(() => structuredClone(command)).not.to.throw();
  });

  it('of a custom heartbeat become the exchange whose heartbeat it is', () => {
    const heartbeat = { type: 'custom', moduleUrl: new URL('file:///x.js'), intervalMs: 5, timeoutMs: 9 };
    const checked = checkOptions(connectionEntries, { heartbeat });
    const command = connectCommand('ws://x/', 1, checked as object, plainDelivery, 30);
    expect(command.heartbeat).to.deep.equal({
      type: 'exchange',
      exchange: 'file:///x.js',
      intervalMs: 5,
      silenceMs: 9,
    });
  });

  it('for threads hold nothing but what threads need', () => {
    expect(
      threadOptions({ workerUrl: new URL('file:///w.js'), headers: { a: 'b' }, spares: 2 }),
    ).to.deep.equal({
      workerUrl: 'file:///w.js',
      startTimeoutMs: 10_000,
      spares: 2,
    });
  });
});
