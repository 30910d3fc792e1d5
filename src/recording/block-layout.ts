// How a recording lies on the disk: a header with JSON, blocks with length, sequence and CRC-32, and at a clean end an index with a
// footer. Blocks that are whole can be read whatever happened after them.
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  crc32,
  deflateRawSync,
  inflateRawSync,
} from 'node:zlib';
import type { Compression } from './protocol.js';

export const FILE_MAGIC = Buffer.from('BULKREC1');
export const BLOCK_MAGIC = 0x314b4c42;
export const INDEX_MAGIC = 0x31584449;
const FOOTER_MAGIC = 0x31444e45;
export const PREAMBLE_BYTES = 16;
export const BLOCK_HEADER_BYTES = 44;
export const FOOTER_BYTES = 16;
/** Above the largest frame there can be (512 MiB), so that a broken length is not taken for a block. */
export const MAX_BLOCK_BYTES = 520 * 1024 * 1024;

const codecs: readonly Compression[] = ['none', 'deflate', 'brotli'];

/** JSON at the beginning of each file. */
export interface FileHeader {
  readonly format: 1;
  /** The same in all files of one recording. */
  readonly recording: string;
  /** 1, 2, 3 … */
  readonly part: number;
  readonly createdBy: string;
  readonly compression: Compression;
  /** The two clocks at the same moment: milliseconds since the Unix epoch, and nanoseconds of the monotonic clock. */
  readonly anchor: Anchor;
}

/** The wall clock beside the monotonic one, at the same moment. */
export interface Anchor {
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: number;
  /** Nanoseconds on the machine's monotonic clock. */
  readonly monotonicNs: number;
}

export interface BlockHeader {
  readonly sequence: number;
  readonly codec: Compression;
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly records: number;
  /** Times of its first and last record. */
  readonly firstNs: number;
  readonly lastNs: number;
}

/** A line of the index. */
export interface IndexEntry extends BlockHeader {
  /** Where the block begins in the file. */
  readonly offset: number;
}

export function fileHeader(header: FileHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.allocUnsafe(PREAMBLE_BYTES + json.length);
  FILE_MAGIC.copy(bytes);
  bytes.writeUInt32LE(json.length, 8);
  bytes.writeUInt32LE(crc32(json), 12);
  json.copy(bytes, PREAMBLE_BYTES);
  return bytes;
}

/** Codec and payload are chosen: what does not get smaller is stored as it is. */
export function block(
  raw: Buffer,
  header: Omit<BlockHeader, 'rawBytes' | 'storedBytes'>,
): readonly [Buffer, Buffer] {
  const packed = compress(raw, header.codec);
  const isSmaller = packed.length < raw.length;
  const stored = isSmaller ? packed : raw;
  const codec = isSmaller ? header.codec : 'none';
  return [
    blockHead(BLOCK_MAGIC, { ...header, codec, rawBytes: raw.length, storedBytes: stored.length }, stored),
    stored,
  ];
}

export function indexBlock(entries: readonly IndexEntry[], sequence: number, offset: number): Buffer {
  const rows = entries.map(({ offset: at, storedBytes, rawBytes, records, firstNs, lastNs, codec }) => [
    at,
    storedBytes,
    rawBytes,
    records,
    firstNs,
    lastNs,
    codecs.indexOf(codec),
  ]);
  const raw = Buffer.from(JSON.stringify(rows));
  const stored = deflateRawSync(raw);
  const sizes = { rawBytes: raw.length, storedBytes: stored.length, records: entries.length };
  const head = blockHead(
    INDEX_MAGIC,
    { sequence, codec: 'deflate', ...sizes, firstNs: 0, lastNs: 0 },
    stored,
  );
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeDoubleLE(offset, 0);
  footer.writeUInt32LE(crc32(footer.subarray(0, 8)), 8);
  footer.writeUInt32LE(FOOTER_MAGIC, 12);
  return Buffer.concat([head, stored, footer]);
}

/** Where the index begins, or undefined where this is no footer: the recorder did not come to a clean end. */
export function readFooter(bytes: Buffer): number | undefined {
  if (bytes.length !== FOOTER_BYTES || bytes.readUInt32LE(12) !== FOOTER_MAGIC) return undefined;
  return bytes.readUInt32LE(8) === crc32(bytes.subarray(0, 8)) ? bytes.readDoubleLE(0) : undefined;
}

export function readIndex(stored: Buffer): readonly IndexEntry[] {
  const rows = JSON.parse(inflateRawSync(stored).toString()) as readonly (readonly number[])[];
  return rows.map(([offset, storedBytes, rawBytes, records, firstNs, lastNs, codec], sequence) => ({
    sequence,
    offset: offset!,
    storedBytes: storedBytes!,
    rawBytes: rawBytes!,
    records: records!,
    firstNs: firstNs!,
    lastNs: lastNs!,
    codec: codecs[codec!]!,
  }));
}

/** The header of a block, or undefined where these bytes are none. Its payload is not looked at yet. */
export function readBlockHead(bytes: Buffer, magic = BLOCK_MAGIC): BlockHeader | undefined {
  if (bytes.length < BLOCK_HEADER_BYTES || bytes.readUInt32LE(0) !== magic) return undefined;
  const codec = codecs[bytes.readUInt8(8)];
  const [rawBytes, storedBytes] = [bytes.readUInt32LE(12), bytes.readUInt32LE(16)];
  if (codec === undefined || rawBytes > MAX_BLOCK_BYTES || storedBytes > MAX_BLOCK_BYTES) return undefined;
  return {
    sequence: bytes.readUInt32LE(4),
    codec,
    rawBytes,
    storedBytes,
    records: bytes.readUInt32LE(20),
    firstNs: bytes.readDoubleLE(24),
    lastNs: bytes.readDoubleLE(32),
  };
}

export function isWhole(head: Buffer, stored: Buffer): boolean {
  return head.readUInt32LE(40) === checksum(head, stored);
}

export function unpack(stored: Buffer, { codec, rawBytes }: BlockHeader): Buffer {
  if (codec === 'none') return stored;
  const options = { maxOutputLength: Math.max(rawBytes, 1) };
  return codec === 'brotli' ? brotliDecompressSync(stored, options) : inflateRawSync(stored, options);
}

/** Quality 1 of brotli is smaller and quicker than level 1 of deflate on JSON of venues: see docs/recording.md. */
function compress(raw: Buffer, codec: Compression): Buffer {
  if (codec === 'none') return raw;
  if (codec === 'deflate') return deflateRawSync(raw, { level: 1 });
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotliCompressSync(raw, {
    params: { [BROTLI_PARAM_QUALITY]: 1, [BROTLI_PARAM_SIZE_HINT]: raw.length },
  });
}

function blockHead(magic: number, header: BlockHeader, stored: Buffer): Buffer {
  const head = Buffer.alloc(BLOCK_HEADER_BYTES);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(header.sequence, 4);
  head.writeUInt8(codecs.indexOf(header.codec), 8);
  head.writeUInt32LE(header.rawBytes, 12);
  head.writeUInt32LE(header.storedBytes, 16);
  head.writeUInt32LE(header.records, 20);
  head.writeDoubleLE(header.firstNs, 24);
  head.writeDoubleLE(header.lastNs, 32);
  head.writeUInt32LE(checksum(head, stored), 40);
  return head;
}

/** Over the header without the checksum itself, and what is stored. */
function checksum(head: Buffer, stored: Buffer): number {
  return crc32(stored, crc32(head.subarray(0, 40)));
}
