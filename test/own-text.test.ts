import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NameInterner } from '../src/batch/name-interner.js';
import { knownFrames } from '../src/exchanges/dialects/known-frames.js';
import { ownText } from '../src/own-text.js';

const FRAMES = 100;
const FRAME_BYTES = 1 << 20;

/** Heap that `keep` holds on to after it was given a hundred frames of a mebibyte, each with a channel of its own. */
function heldBy(keep: (frame: string) => void): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let number = 0; number < FRAMES; number += 1) {
    // Through a Buffer: a text that was put together is held in its parts.
    const frame = `{"channel":"book.INSTRUMENT-${number}","data":["${'x'.repeat(FRAME_BYTES)}"]}`;
    keep(Buffer.from(frame).toString());
  }
  collect();
  return process.memoryUsage().heapUsed - before;
}

const channelOf = (frame: string): string => frame.slice(12, frame.indexOf('"', 12));

describe('names that are parts of frames', () => {
  it('are the same text as a text of their own', () => {
    for (const text of ['', 'trades.BTC', 'é', '\u{1f600}', '\ud800']) expect(ownText(text)).to.equal(text);
  });

  it('keep no frame alive where they are numbered', () => {
    const interner = new NameInterner();
    const held = heldBy((frame) => void interner.topic(channelOf(frame)));
    expect(held).to.be.lessThan((FRAMES * FRAME_BYTES) / 4);
    expect(interner.at(0)).to.equal('book.INSTRUMENT-0');
  });

  it('keep no frame alive where a decoder knows them', () => {
    const read = knownFrames('{"channel":"', '","data":', '}');
    const channels: string[] = [];
    const held = heldBy((frame) => void channels.push(read(frame)?.channel ?? ''));
    expect(held).to.be.lessThan((FRAMES * FRAME_BYTES) / 4);
    expect(channels.at(-1)).to.equal(`book.INSTRUMENT-${FRAMES - 1}`);
  });
});
