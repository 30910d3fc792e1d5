// A batch without events: gaps that the main thread notices by itself, in the form every consumer reads already.
import type { Gap } from '../market.js';
import { Batch } from './batch.js';
import { FORMAT, HEADER_WORDS, header } from './layout.js';
import { NameTable } from './name-table.js';

export function gapBatch(gaps: readonly Gap[]): Batch {
  const words = new Uint32Array(HEADER_WORDS);
  words[header.format] = FORMAT;
  return new Batch({ buffer: words.buffer, names: [], gaps }, new NameTable());
}
