// MessagePack, the part that venues sign: maps in the order of their keys, texts, whole numbers, booleans, null and lists.
// @see https://github.com/msgpack/msgpack/blob/master/spec.md

/** @throws TypeError for anything else: a signature over a guess would be refused by the venue anyway. */
export function encodeMessagePack(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: unknown, parts: Uint8Array[]): void {
  if (value === null) parts.push(Buffer.of(0xc0));
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xc3 : 0xc2));
  else if (typeof value === 'number') parts.push(wholeNumber(value));
  else if (typeof value === 'string') writeText(value, parts);
  else if (Array.isArray(value)) writeList(value, parts);
  else if (typeof value === 'object') writeMap(value as Readonly<Record<string, unknown>>, parts);
  else throw new TypeError(`a ${typeof value} cannot be signed`);
}

function writeText(text: string, parts: Uint8Array[]): void {
  const bytes = Buffer.from(text);
  parts.push(head(bytes.length, 0xa0, 32, [0xd9, 0xda, 0xdb]), bytes);
}

function writeList(list: readonly unknown[], parts: Uint8Array[]): void {
  parts.push(head(list.length, 0x90, 16, [undefined, 0xdc, 0xdd]));
  for (const item of list) write(item, parts);
}

/** Members that are undefined are left out, as in JSON. */
function writeMap(map: Readonly<Record<string, unknown>>, parts: Uint8Array[]): void {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  parts.push(head(entries.length, 0x80, 16, [undefined, 0xde, 0xdf]));
  for (const [key, value] of entries) {
    writeText(key, parts);
    write(value, parts);
  }
}

/** The length of what follows: in the type's own byte where it fits, else behind one for 8, 16 or 32 bits. */
function head(
  length: number,
  fixed: number,
  fixedLimit: number,
  [bits8, bits16, bits32]: readonly [number | undefined, number, number],
): Uint8Array {
  if (length < fixedLimit) return Buffer.of(fixed | length);
  if (bits8 !== undefined && length < 0x100) return Buffer.of(bits8, length);
  if (length < 0x10000) return Buffer.of(bits16, length >> 8, length & 0xff);
  return sized(bits32, 4, (view) => view.setUint32(1, length));
}

function wholeNumber(value: number): Uint8Array {
  if (!Number.isSafeInteger(value))
    throw new TypeError(`${value} cannot be signed: only whole numbers can, others go as text`);
  if (value < 0) return negative(value);
  if (value < 0x80) return Buffer.of(value);
  if (value < 0x100) return Buffer.of(0xcc, value);
  if (value < 0x10000) return Buffer.of(0xcd, value >> 8, value & 0xff);
  if (value < 0x1_0000_0000) return sized(0xce, 4, (view) => view.setUint32(1, value));
  return sized(0xcf, 8, (view) => view.setBigUint64(1, BigInt(value)));
}

function negative(value: number): Uint8Array {
  if (value >= -0x20) return Buffer.of(value & 0xff);
  if (value >= -0x80) return Buffer.of(0xd0, value & 0xff);
  if (value >= -0x8000) return sized(0xd1, 2, (view) => view.setInt16(1, value));
  if (value >= -0x8000_0000) return sized(0xd2, 4, (view) => view.setInt32(1, value));
  return sized(0xd3, 8, (view) => view.setBigInt64(1, BigInt(value)));
}

function sized(type: number, bytes: number, fill: (view: DataView) => void): Uint8Array {
  const array = new Uint8Array(1 + bytes);
  array[0] = type;
  fill(new DataView(array.buffer));
  return array;
}
