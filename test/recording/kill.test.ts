import { expect } from 'chai';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WebSocket } from 'ws';
import { Client, openRecording, type RecordingStats } from '../../src/index.js';
import { replay } from '../../src/testing/index.js';
import { type EchoServer, startEchoServer } from '../support/echo-server.js';
import { waitFor } from '../support/wait-for.js';
import { entriesAt, folder, textsOf } from './folder.js';

type Promise_ = Pick<RecordingStats, 'recordedFrames' | 'syncedFrames'>;

/** `BULKHEAD_KILLS=50` for the whole measure; fewer by default, because each begins a process. */
const KILLS = Number(process.env['BULKHEAD_KILLS'] ?? 6);
const entry = fileURLToPath(new URL('./recording-child.js', import.meta.url));

/** Sends numbered frames of different lengths without a pause and remembers them. */
class Sender {
  readonly log: string[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(peer: WebSocket) {
    this.#timer = setInterval(() => {
      for (let count = 0; count < 40; count += 1) {
        const number = this.log.length + 1;
        const frame = JSON.stringify({ number, filler: 'x'.repeat((number * 37) % 400) });
        this.log.push(frame);
        peer.send(frame);
      }
    }, 2);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function recordUntilKilled(server: EchoServer, directory: string, afterMs: number): Promise<Promise_> {
  const child: ChildProcess = fork(entry, [server.url, directory], { execArgv: [] });
  let promised: Promise_ = { recordedFrames: 0, syncedFrames: 0 };
  child.on('message', (told: Promise_) => {
    promised = told;
  });
  await waitFor(() => promised.syncedFrames > 0, 'the first sync of the recording');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await once(child, 'exit');
  return promised;
}

async function replayed(directory: string, count: number): Promise<string[]> {
  await using played = await replay(directory, { speed: 'max' });
  const client = await Client.connect(played.url, { heartbeat: { type: 'disabled' } });
  const texts: string[] = [];
  client.on('batch', ({ frames }) => {
    for (let index = 0; index < frames.length; index += 1) texts.push(frames.text(index));
  });
  await played.finished;
  await waitFor(() => texts.length >= count, 'the whole replay');
  await client.close();
  return texts;
}

describe('a recording whose process is killed', () => {
  it(`${KILLS} times at any moment opens, has all that was synced, and replays what was sent`, async function () {
    this.timeout(60_000 + KILLS * 6000);
    for (let kill = 0; kill < KILLS; kill += 1) {
      using place = folder();
      let sender: Sender | undefined;
      const server = await startEchoServer({
        echo: false,
        greet: (peer) => {
          sender = new Sender(peer);
        },
      });
      // The moments lie closer together than a sync takes, all over its period.
      const promised = await recordUntilKilled(server, place.path, Math.random() * 120);
      sender!.stop();
      await server.close();
      expect(readdirSync(place.path)).to.have.length(1);
      const recording = await openRecording(place.path);
      expect(recording.parts[0]?.isComplete).to.equal(false);
      const entries = await entriesAt(place.path);
      const texts = textsOf(entries);
      expect(texts.length).to.be.at.least(promised.recordedFrames);
      expect(texts.length).to.be.at.least(promised.syncedFrames).and.greaterThan(0);
      expect(texts).to.deep.equal(sender!.log.slice(0, texts.length));
      expect(entries.filter(({ kind }) => kind === 'gap')).to.deep.equal([]);
      expect(await replayed(place.path, texts.length)).to.deep.equal(texts);
    }
  });
});
