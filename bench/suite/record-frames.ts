// Whether 100,000 frames a second are recorded without a loss, and what that takes from the main thread.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterOptions } from '../../src/index.js';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { countWindow } from '../kit/rate.js';
import { Load } from '../load/load.js';
import { startAdapter } from '../subjects/ours.js';

const RATE = 100_000;
/** What is on its way through sockets and threads is in the file after this. */
const SETTLE_MS = 1500;

async function atRate(settings: Settings, options: AdapterOptions): Promise<Measured> {
  const load = await Load.start({ rate: RATE });
  const adapter = await startAdapter(load.url, () => undefined, options);
  const { count, seconds, threadSeconds, processSeconds } = await countWindow(settings, () =>
    adapter.recording === undefined ? adapter.stats().framesReceived : adapter.recording.recordedFrames,
  );
  load.setRate(0);
  await sleep(SETTLE_MS);
  const { framesSent } = await load.stats();
  const { recording } = adapter;
  await adapter.close();
  return {
    '': count / seconds,
    // Answers to the restore are recorded as well, and are not in the generator's count.
    missing: recording === undefined ? Number.NaN : Math.max(0, framesSent - recording.recordedFrames),
    'main-cpu': (threadSeconds / count) * 1e6,
    'all-cpu': (processSeconds / count) * 1e6,
    bytes: recording === undefined ? Number.NaN : recording.writtenBytes / recording.recordedFrames,
  };
}

export const recordFrames: Benchmark = {
  name: 'record/frames',
  about: 'frames per second recorded to the disk out of 100,000, one connection, 300-byte Deribit trades',
  method: `A generator sends 100,000 frames a second for the whole run. The adapter decodes them, nobody listens, and all are recorded with
the default options (brotli, a sync each 250 ms) to the folder for temporary files. \`unrecorded\` is the same adapter without \`record\`. At the end the
generator's count is compared with that of the recorder: \`missing\`.`,
  figures: [
    {
      id: '',
      unit: 'frames/s',
      title: 'frames per second in the file',
      better: 'more',
      targets: { value: { atLeast: 95_000 } },
    },
    {
      id: 'missing',
      unit: 'frames',
      title: 'frames sent that are not in the file',
      better: 'less',
      targets: { value: { atMost: 0 } },
    },
    {
      id: 'main-cpu',
      unit: 'us/frame',
      title: 'processor time of the main thread per frame',
      better: 'less',
    },
    {
      id: 'all-cpu',
      unit: 'us/frame',
      title: 'processor time of the whole process per frame',
      better: 'less',
    },
    { id: 'bytes', unit: 'bytes/frame', title: 'bytes in the file per frame of 300', better: 'less' },
  ],
  rounds: 3,
  subjects: {
    async bulkhead(settings) {
      const directory = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'));
      try {
        return await atRate(settings, { record: { directory } });
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
    unrecorded: (settings) => atRate(settings, {}),
  },
};
