import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { faultyWorkerUrl } from '../../src/testing/thread-faults.js';
import {
  defaultWorkerUrl,
  type Thread,
  type ThreadOptions,
  Threads,
  threadsFor,
} from '../../src/threads/index.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { toyExchangeUrl } from '../support/toy-exchange.js';
import { waitFor } from '../support/wait-for.js';

describe('threads', () => {
  let folder: string;
  let atStart: ResourceCount;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-threads-'));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    atStart = await activeResources();
  });
  afterEach(() => expectNothingLeft(atStart));

  const threadsOf = (options: Partial<ThreadOptions> = {}): Threads =>
    new Threads({ workerUrl: defaultWorkerUrl, startTimeoutMs: 5000, spares: 0, ...options });

  async function workerFile(name: string, source: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, source);
    return pathToFileURL(file).href;
  }

  /** A thread whose port closes exits. */
  async function end(thread: Thread): Promise<number> {
    thread.port.close();
    const [code] = await once(thread.worker, 'exit');
    return code as number;
  }

  async function failureOf(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('start from the bundle and from the modules it was made of', async () => {
    // A query makes it another module than the library's own.
    for (const workerUrl of [defaultWorkerUrl, `${defaultWorkerUrl}?unbundled`]) {
      const threads = threadsOf({ workerUrl });
      const thread = await threads.spawn();
      expect(thread.threadId, workerUrl).to.be.greaterThan(0);
      expect(await end(thread)).to.equal(0);
    }
  });

  it('have a bundle to load, so that no thread needs an ESM loader to start', async () => {
    const worker = new Worker(new URL('../../workers/bundle/client.cjs', import.meta.url));
    const [code] = await once(worker, 'exit');
    expect(code).to.equal(0);
  });

  it('start each with its own Worker, also many at once', async () => {
    const threads = threadsOf();
    const all = await Promise.all(Array.from({ length: 8 }, () => threads.spawn()));
    expect(all.map(({ worker }) => worker.threadId)).to.deep.equal(all.map(({ threadId }) => threadId));
    expect(new Set(all.map(({ threadId }) => threadId)).size).to.equal(8);
    expect(await Promise.all(all.map(end))).to.deep.equal(Array.from({ length: 8 }, () => 0));
    await waitFor(() => threads.size === 0, 'all threads to be gone');
  });

  it('that cannot start are an error with a code and its cause, and the next one starts', async () => {
    const flag = join(folder, 'broken');
    await writeFile(flag, '');
    const workerUrl = await workerFile(
      'sometimes.mjs',
      `import { existsSync } from 'node:fs';
       if (existsSync(${JSON.stringify(flag)})) throw new Error('broken at import');
       export default ({ port }) => new Promise(() => {
         port.postMessage({ type: 'thread-ready', threadId: 7 });
         port.on('close', () => process.exit(0));
       });`,
    );
    const threads = threadsOf({ workerUrl });
    const good = async (): Promise<void> => void (await end(await threads.spawn()));
    const failures = await Promise.all([threads.spawn(), threads.spawn(), threads.spawn()].map(failureOf));
    for (const failure of failures) {
      expect(failure).to.include({ code: 'start-failed', retryable: true });
      expect((failure as Error).message).to.match(/sometimes\.mjs.*broken at import/);
    }
    await rm(flag);
    await good();
    await writeFile(flag, '');
    expect(await failureOf(threads.spawn())).to.include({ code: 'start-failed' });
    await rm(flag);
    await good();
    await good();
  });

  it('that exit or do not exist at their start are errors, some beside good ones too', async () => {
    const exits = threadsOf({ workerUrl: await workerFile('exits.mjs', 'process.exit(9);') });
    expect(await failureOf(exits.spawn())).to.include({ code: 'start-failed' });
    const missing = threadsOf({ workerUrl: pathToFileURL(join(folder, 'missing.mjs')).href });
    expect(await failureOf(missing.spawn())).to.include({ code: 'start-failed' });
    const odd = threadsOf({ workerUrl: await workerFile('odd.mjs', 'export default 5;') });
    expect(await failureOf(odd.spawn())).to.include({ code: 'start-failed' });
    // Every other one dies at its start: the rest must neither hang nor make threads without end.
    const workerUrl = await workerFile(
      'every-other.mjs',
      `import { threadId } from 'node:worker_threads';
       if (threadId % 2 === 0) process.exit(9);
       export default ({ port }) => new Promise(() => {
         port.postMessage({ type: 'thread-ready', threadId });
         port.on('close', () => process.exit(0));
       });`,
    );
    const some = threadsOf({ workerUrl });
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => some.spawn()));
    const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(started).to.have.lengthOf(3);
    await Promise.all(started.map(end));
  });

  it('that never report are ended after the start timeout, and the next one starts', async () => {
    const flag = join(folder, 'silent');
    await writeFile(flag, '');
    const ready = `port.postMessage({ type: 'thread-ready', threadId: 1 }); port.on('close', () => process.exit(0));`;
    for (const [name, source] of [
      ['task', `export default ({ port }) => new Promise(() => { if (existsSync(flag)) return; ${ready} });`],
      [
        'import',
        `if (existsSync(flag)) for (;;); export default ({ port }) => new Promise(() => { ${ready} });`,
      ],
    ] as const) {
      await writeFile(flag, '');
      const head = `import { existsSync } from 'node:fs'; const flag = ${JSON.stringify(flag)};`;
      const threads = threadsOf({
        workerUrl: await workerFile(`silent-${name}.mjs`, head + source),
        startTimeoutMs: 1500,
      });
      const lease = threads.acquire();
      expect(await failureOf(threads.spawn()), name).to.include({ code: 'start-timeout', retryable: true });
      await waitFor(() => threads.size === 0, 'the silent thread to be gone');
      await rm(flag);
      await end(await threads.spawn());
      lease.release();
    }
  });

  it('keep spares while a lease is held, hand them out at once and replace them', async () => {
    const threads = threadsOf({ spares: 2 });
    const lease = threads.acquire();
    const first = await threads.spawn();
    await waitFor(() => threads.spares === 2, 'two spares');
    const spare = await threads.spawn();
    expect(threads.spares).to.equal(1);
    await waitFor(() => threads.spares === 2, 'the replacement');
    await Promise.all([first, spare].map(end));
    lease.release();
    lease.release();
    await waitFor(() => threads.size === 0, 'the spares to be gone');
    expect(threads.leases).to.equal(0);
  });

  it('let spares rehearse a plain connection and one with each exchange', async () => {
    const threads = threadsOf({ spares: 1 });
    const lease = threads.acquire(toyExchangeUrl);
    const first = await threads.spawn();
    await waitFor(() => threads.rehearsed === 1, 'the rehearsal');
    expect(threads.rehearsalProblem).to.equal(undefined);
    await end(first);
    lease.release();
  });

  it('keep a spare that could not rehearse', async () => {
    const threads = threadsOf({ spares: 1 });
    const lease = threads.acquire('file:///does/not/exist.js');
    const first = await threads.spawn();
    await waitFor(() => threads.rehearsalProblem, 'the failed rehearsal');
    expect(threads.rehearsalProblem).to.match(/cannot be loaded/);
    expect([threads.spares, threads.rehearsed]).to.deep.equal([1, 0]);
    const spare = await threads.spawn();
    await Promise.all([first, spare].map(end));
    lease.release();
  });

  it('replace a spare that died', async () => {
    const threads = threadsOf({ spares: 1, workerUrl: faultyWorkerUrl });
    const lease = threads.acquire();
    const first = await threads.spawn();
    await waitFor(() => threads.spares === 1, 'a spare');
    const { breakThread } = await import('../../src/testing/thread-faults.js');
    for (let id = first.threadId + 1; id < first.threadId + 4; id += 1) breakThread(id, 'exit');
    await waitFor(() => threads.spares === 0, 'the spare to die');
    await waitFor(() => threads.spares === 1, 'the next spare');
    await end(first);
    lease.release();
  });

  it('end a spare that was still starting when the last lease went, though the next lease is there already', async () => {
    const threads = threadsOf({ spares: 1 });
    const lease = threads.acquire();
    const first = await threads.spawn();
    await waitFor(() => threads.size === 2, 'the spare to start');
    expect(threads.spares).to.equal(0);
    const ended = end(first);
    lease.release();
    await ended;
    const next = threads.acquire();
    const second = await threads.spawn();
    await waitFor(() => threads.spares === 1, 'a spare of its own');
    next.release();
    await end(second);
  });

  it('wait longer and longer when spares die by themselves', async () => {
    const log = join(folder, 'starts');
    const workerUrl = await workerFile(
      'dying-spare.mjs',
      `import { appendFileSync } from 'node:fs';
       export default ({ port, rehearse }) => new Promise(() => {
         port.on('close', () => process.exit(0));
         port.postMessage({ type: 'thread-ready', threadId: 1 });
         if (rehearse === undefined) return;
         appendFileSync(${JSON.stringify(log)}, 'x');
         process.exit(1);
       });`,
    );
    const threads = threadsOf({ workerUrl, spares: 1 });
    const lease = threads.acquire();
    const first = await threads.spawn();
    const { readFile } = await import('node:fs/promises');
    const starts = (): Promise<number> =>
      readFile(log, 'utf8').then(
        (text) => text.length,
        () => 0,
      );
    await waitFor(async () => (await starts()) === 2, 'the second spare');
    // The waits are 0.5, 1, 2 … s: a loop without them would start dozens in this time.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await starts()).to.equal(2);
    await end(first);
    lease.release();
  });

  it('are shared by equal options and by no others', () => {
    const options: ThreadOptions = { workerUrl: defaultWorkerUrl, startTimeoutMs: 1234 };
    expect(threadsFor(options)).to.equal(threadsFor({ ...options }));
    expect(threadsFor(options)).not.to.equal(threadsFor({ ...options, resourceLimits: { stackSizeMb: 3 } }));
    expect(threadsFor(options)).not.to.equal(threadsFor({ ...options, env: {} }));
  });

  it('carry limits, environment and flags to the thread', async () => {
    const workerUrl = await workerFile(
      'reports.mjs',
      `import { resourceLimits } from 'node:worker_threads';
       export default ({ port }) => new Promise(() => {
         port.postMessage({ type: 'thread-ready', threadId: 1 });
         port.postMessage([resourceLimits.stackSizeMb, process.env.COLOUR, process.execArgv]);
         port.on('close', () => process.exit(0));
       });`,
    );
    const threads = threadsOf({
      workerUrl,
      resourceLimits: { stackSizeMb: 3 },
      env: { COLOUR: 'blue' },
      execArgv: ['--no-warnings'],
    });
    const thread = await threads.spawn();
    const [report] = await once(thread.port, 'message');
    expect(report).to.deep.equal([3, 'blue', ['--no-warnings']]);
    await end(thread);
  });

  it('do not belong to the request that needed them first', async () => {
    const requests = new AsyncLocalStorage<string>();
    const threads = threadsOf();
    const thread = await requests.run('a request', () => threads.spawn());
    const seen = await new Promise((resolve) => {
      thread.worker.once('exit', () => resolve(requests.getStore()));
      thread.port.close();
    });
    expect(seen).to.equal(undefined);
  });
});
