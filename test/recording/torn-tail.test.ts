import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecording } from '../../src/index.js';
import type { Compression } from '../../src/recording/protocol.js';
import { recordKinds, recordOf } from '../../src/recording/record-layout.js';
import { RecordingFile } from '../../src/recording/recording-file.js';
import { entriesAt, folder, textsOf } from './folder.js';
import { runs } from '../support/random-runs.js';

interface Written {
  readonly bytes: Buffer;
  /** Where each block ends, and the texts up to there. */
  readonly ends: readonly { readonly at: number; readonly texts: readonly string[] }[];
}

/** A file with these blocks. `isClosed`: with its index. */
function write(
  path: string,
  blocks: readonly (readonly string[])[],
  compression: Compression,
  isClosed: boolean,
): Written {
  const anchor = { wallMs: 1_700_000_000_000, monotonicNs: 5e9 };
  const file = new RecordingFile(path, {
    format: 1,
    recording: 'test',
    part: 1,
    createdBy: 'test',
    compression,
    anchor,
  });
  const ends = [{ at: file.size, texts: [] as string[] }];
  for (const texts of blocks) {
    const records = texts.map((text) =>
      recordOf({ kind: recordKinds.receivedText, flags: 0, life: 1, atNs: 5e9 }, text),
    );
    file.append({ bytes: Buffer.concat(records), records: records.length, firstNs: 5e9, lastNs: 5e9 });
    ends.push({ at: file.size, texts: [...ends.at(-1)!.texts, ...texts] });
  }
  if (isClosed) file.close();
  else file.abandon();
  return { bytes: readFileSync(path), ends };
}

const blocks = fc.array(fc.array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 5 }), {
  maxLength: 5,
});
const compressions = fc.constantFrom<Compression>('brotli', 'deflate', 'none');

describe('a recording that was torn', () => {
  it('opens wherever it was cut, with every block that is whole and nothing else', async () => {
    using place = folder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        blocks,
        compressions,
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (texts, compression, isClosed, part) => {
          run += 1;
          const path = join(place.path, `${run}.bulkrec`);
          const { bytes, ends } = write(path, texts, compression, isClosed);
          const first = ends[0]!.at;
          const cut = first + Math.floor((bytes.length - first) * part);
          writeFileSync(path, bytes.subarray(0, cut));
          const whole = ends.filter(({ at }) => at <= cut).at(-1)!;
          const recording = await openRecording(path);
          expect(textsOf(await entriesAt(path))).to.deep.equal(whole.texts);
          const isComplete = isClosed && cut === bytes.length;
          expect(recording.tornBytes).to.equal(isComplete ? 0 : cut - whole.at);
          expect(recording.parts[0]).to.include({ isComplete, bytes: cut, wholeBytes: whole.at });
        },
      ),
      { numRuns: runs(150) },
    );
  });

  it('shows nothing of a block in which a single bit was turned, nor of what follows', async () => {
    using place = folder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        blocks,
        compressions,
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        async (texts, compression, turned, bit) => {
          run += 1;
          const path = join(place.path, `${run}.bulkrec`);
          const { bytes, ends } = write(path, texts, compression, false);
          const first = ends[0]!.at;
          fc.pre(bytes.length > first);
          const at = first + (turned % (bytes.length - first));
          bytes[at]! ^= 1 << bit;
          writeFileSync(path, bytes);
          expect(textsOf(await entriesAt(path))).to.deep.equal(
            ends.filter((end) => end.at <= at).at(-1)!.texts,
          );
        },
      ),
      { numRuns: runs(150) },
    );
  });

  it('is whole again after a repair, and may be repaired twice', async () => {
    using place = folder();
    const path = join(place.path, 'torn.bulkrec');
    const { bytes, ends } = write(path, [['a', 'b'], ['c'], ['d']], 'brotli', false);
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    const repaired = await openRecording(path, { repair: true });
    expect(repaired.tornBytes).to.be.greaterThan(0);
    for (const repair of [false, true]) {
      const again = await openRecording(path, { repair });
      expect(again.parts[0]).to.include({ isComplete: true, tornBytes: 0, wholeBytes: ends[2]!.at });
      expect(textsOf(await entriesAt(path))).to.deep.equal(['a', 'b', 'c']);
    }
  });

  it('says so where it is no recording at all', async () => {
    using place = folder();
    const path = join(place.path, 'other.bulkrec');
    for (const content of ['', 'short', 'x'.repeat(500), 'BULKREC1'.padEnd(100, '\0')]) {
      writeFileSync(path, content);
      const error = await openRecording(path).catch((caught: unknown) => caught as Error);
      expect(error).to.have.property('code', 'recording-failed');
    }
    expect(
      await openRecording(join(place.path, 'nowhere')).catch((error: Error) => error.message),
    ).to.contain('ENOENT');
  });
});
