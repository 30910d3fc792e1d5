import { expect } from 'chai';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Adapter, type AdapterOptions, Client, openRecording, type RecordedExit } from '../../src/index.js';
import { BatchBuffer } from '../../src/recording/batch-buffer.js';
import { recordKinds, recordsIn } from '../../src/recording/record-layout.js';
import { RecorderFigures } from '../../src/recording/recorder-figures.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { startEchoServer } from '../support/echo-server.js';
import { leavesNothing } from '../support/leaks.js';
import { waitFor } from '../support/wait-for.js';
import { rejection } from '../adapter/settled.js';
import { entriesAt, folder } from './folder.js';

const TRADES = 'trades.BTC-PERPETUAL.100ms';

function adapterOn(venue: SimulatedDeribit, options: AdapterOptions<'deribit'>): Adapter {
  return new Adapter('deribit', { url: venue.url, topics: [TRADES], backoff: { baseMs: 5 }, ...options });
}

describe('a recorded adapter', () => {
  it('has every frame in both directions, in order, with the times that the bot was told', async () => {
    using place = folder();
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 300, limits: null });
    const adapter = adapterOn(venue, { delivery: 'messages', record: { directory: place.path } });
    const seen: { text: string; atNs: number }[] = [];
    adapter.on('messages', (batch) => {
      for (const { text, receivedAtNs } of batch) seen.push({ text, atNs: receivedAtNs });
    });
    const before = Date.now();
    await adapter.connect();
    await waitFor(() => seen.length > 20, 'messages');
    await adapter.request('public/get_time');
    await adapter.close();
    const entries = await entriesAt(place.path);
    const frames = entries.flatMap((entry) => (entry.kind === 'frame' ? [entry] : []));
    const market = frames.filter(({ data }) => data.includes('"subscription"'));
    // The adapter was closed: what came last may be recorded and not handed on.
    expect(
      market.slice(0, seen.length).map(({ data, atNs }) => ({ text: data.toString(), atNs })),
    ).to.deep.equal(seen);
    const asked = frames.findIndex(
      ({ data, direction }) => direction === 'sent' && data.includes('public/get_time'),
    );
    const { id } = JSON.parse(frames[asked]!.data.toString()) as { readonly id: number };
    const answered = frames.findIndex(
      ({ data, direction }) => direction === 'received' && data.includes(`"id":${id},`),
    );
    expect(asked).to.be.greaterThan(0).and.lessThan(answered);
    for (const { wallMs } of frames) expect(wallMs).to.be.within(before - 50, Date.now() + 50);
    expect(entries.at(0)).to.deep.include({ kind: 'open', life: 1 });
    expect(entries.at(-1)).to.deep.include({ kind: 'exit', life: 1, code: 'closed' });
    expect(adapter.recording).to.include({ lostFrames: 0, recordedFrames: frames.length, queuedBytes: 0 });
  });

  it('tells each life, each death and each gap, and misses nothing at a kill of the thread', async () => {
    using place = folder();
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 300, limits: null });
    const adapter = adapterOn(venue, { name: 'bot', record: { path: join(place.path, 'one.bulkrec') } });
    let trades = 0;
    let readies = 0;
    adapter.on('trades', ({ length }) => {
      trades += length;
    });
    adapter.on('restored', () => {
      readies += 1;
    });
    await adapter.connect();
    for (const life of [2, 3]) {
      trades = 0;
      await waitFor(() => trades > 10, 'trades');
      adapter.terminate();
      await waitFor(() => readies === life, 'the next READY');
    }
    await adapter.close();
    const entries = await entriesAt(place.path);
    const exits = entries.filter((entry): entry is RecordedExit => entry.kind === 'exit');
    expect(exits.map(({ life, code }) => [life, code])).to.deep.equal([
      [1, 'terminated'],
      [2, 'terminated'],
      [3, 'closed'],
    ]);
    expect(exits.map(({ subject }) => [subject.name, subject.epoch])).to.deep.equal([
      ['bot', 1],
      ['bot', 2],
      ['bot', 3],
    ]);
    const gaps = entries.flatMap((entry) => (entry.kind === 'gap' ? [entry] : []));
    expect(gaps.filter(({ reason }) => reason === 'exit').map(({ detail }) => detail['topic'])).to.deep.equal(
      [TRADES, TRADES],
    );
    // A terminated thread may take a frame with it; then the recording says how many.
    const lost = gaps.filter(({ reason }) => reason === 'thread-ended');
    expect(lost.reduce((sum, { frames }) => sum + frames!, 0)).to.equal(adapter.recording?.lostFrames);
  });

  it('shares one file with the others that record to the same place, and leaves nothing behind', async () => {
    using place = folder();
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 50, limits: null });
    await leavesNothing(async () => {
      const adapters = ['a', 'b', 'c'].map((name) =>
        adapterOn(venue, { name, record: { directory: place.path } }),
      );
      await Promise.all(adapters.map((adapter) => adapter.connect()));
      await Promise.all(adapters.map((adapter) => adapter.close()));
      await Promise.all(adapters.map((adapter) => adapter.close()));
    });
    expect(readdirSync(place.path)).to.have.length(1);
    const opens = (await entriesAt(place.path)).flatMap((entry) =>
      entry.kind === 'open' ? [entry.subject.name] : [],
    );
    expect(opens).to.have.members(['a', 'b', 'c']);
  });

  it('refuses other options for a place that is recorded to, and options that are wrong', async () => {
    using place = folder();
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    await using first = adapterOn(venue, { record: { directory: place.path } });
    await first.connect();
    await using second = adapterOn(venue, { record: { directory: place.path, syncMs: 999 } });
    expect((await rejection(second.connect())).message).to.contain('with other options');
    const wrong = { path: 'a', directory: 'b' };
    expect(() => adapterOn(venue, { record: wrong })).to.throw(TypeError, 'options.record');
    expect(() => adapterOn(venue, { record: {} })).to.throw(TypeError, 'options.record');
    expect(() => adapterOn(venue, { record: { path: 'a', syncMs: 0 } })).to.throw(
      TypeError,
      'options.record.syncMs',
    );
  });

  it('does not connect where the recording cannot be begun, and says why', async () => {
    using place = folder();
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    const path = join(place.path, 'file');
    writeFileSync(path, '');
    await leavesNothing(async () => {
      await using adapter = adapterOn(venue, { record: { directory: join(path, 'below') } });
      expect(await rejection(adapter.connect())).to.have.property('code', 'recording-failed');
    });
    expect(venue.connections).to.deep.equal([]);
  });

  it('never touches a file that is there', async () => {
    using place = folder();
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    const path = join(place.path, 'day.bulkrec');
    for (let run = 0; run < 2; run += 1) {
      await using adapter = adapterOn(venue, { record: { path } });
      await adapter.connect();
    }
    expect(readdirSync(place.path).sort()).to.deep.equal(['day.0002.bulkrec', 'day.bulkrec']);
    // Two recordings in one folder: their lives are not taken for one another.
    const opens = (await entriesAt(place.path)).flatMap((entry) =>
      entry.kind === 'open' ? [entry.life] : [],
    );
    expect(opens).to.deep.equal([1, 2]);
  });
});

describe('a recorded client', () => {
  it('rotates by size without losing a frame, and each file stands for itself', async () => {
    using place = folder();
    const noise = (bytes: number): Uint8Array =>
      Uint8Array.from({ length: bytes }, () => Math.random() * 256);
    const sent: Uint8Array[] = [];
    const server = await startEchoServer({ echo: false });
    const client = await Client.connect(server.url, {
      record: { directory: place.path, maxFileBytes: 1024 * 1024, syncMs: 20, compression: 'deflate' },
    });
    for (let frame = 0; frame < 60; frame += 1) {
      sent.push(noise(60_000));
      server.peers[0]!.send(sent.at(-1)!);
    }
    await waitFor(() => client.recording!.recordedFrames === 60, 'all frames in the files');
    await client.close();
    await server.close();
    const recording = await openRecording(place.path);
    expect(recording.parts.length).to.be.greaterThan(2);
    expect(recording.parts.map(({ header }) => header.part)).to.deep.equal(
      recording.parts.map((_, index) => index + 1),
    );
    const entries = await entriesAt(place.path);
    const frames = entries.flatMap((entry) => (entry.kind === 'frame' ? [entry] : []));
    expect(frames.every(({ isBinary }) => isBinary)).to.equal(true);
    expect(Buffer.concat(frames.map(({ data }) => data)).equals(Buffer.concat(sent))).to.equal(true);
    const last = await entriesAt(recording.parts.at(-1)!.path);
    expect(last[0]).to.deep.include({ kind: 'open', isContinued: true, life: 1 });
  });

  it('goes on where the disk refuses, and begins a new file with a gap once it takes again', async () => {
    using place = folder();
    const server = await startEchoServer();
    const client = await Client.connect(server.url, {
      record: { directory: place.path, maxFileBytes: 1024 * 1024, syncMs: 10, compression: 'none' },
    });
    // The next file has no place any more; the first one goes on without a name.
    rmSync(place.path, { recursive: true });
    while (client.recording!.lostFrames === 0) await client.send('x'.repeat(400_000));
    mkdirSync(place.path);
    await waitFor(() => client.recording!.files.length > 1, 'the next file');
    await client.close();
    await server.close();
    const gaps = (await entriesAt(place.path)).flatMap((entry) => (entry.kind === 'gap' ? [entry] : []));
    expect(gaps.map(({ reason }) => reason)).to.include('write-failed');
    expect(gaps.reduce((sum, { frames = 0 }) => sum + frames, 0)).to.equal(client.recording!.lostFrames);
  });
});

describe('the queue of a recording', () => {
  it('never holds more than its bound; what does not fit is counted and told in its place', () => {
    const figures = new RecorderFigures();
    const posted: Uint8Array[] = [];
    const queue = new BatchBuffer({
      life: 7,
      figures,
      maxQueueBytes: 256 * 1024,
      post: (batch) => posted.push(batch),
    });
    const frame = Buffer.alloc(1000, 'a');
    for (let count = 0; count < 1000; count += 1) queue.add(recordKinds.receivedText, 0, count, frame);
    expect(figures.queuedBytes).to.be.at.most(256 * 1024);
    expect(figures.lostFrames).to.be.greaterThan(500);
    // The disk has caught up.
    for (const batch of posted) figures.unqueue(batch.byteLength);
    queue.add(recordKinds.receivedText, 0, 5000, frame);
    queue.flush(true);
    const records = posted.flatMap((batch) => [...recordsIn(Buffer.from(batch))]);
    const gap = records.find(({ kind }) => kind === recordKinds.gap)!;
    const told = JSON.parse(gap.payload.toString()) as { frames: number; fromNs: number; toNs: number };
    expect(told.frames).to.equal(figures.lostFrames);
    const kept = records.filter(({ kind }) => kind === recordKinds.receivedText).map(({ atNs }) => atNs);
    expect(kept).to.have.length(1001 - told.frames);
    expect(kept.filter((at) => at >= told.fromNs && at <= told.toNs)).to.deep.equal([]);
    expect(records.indexOf(gap)).to.equal(records.length - 2);
  });
});
