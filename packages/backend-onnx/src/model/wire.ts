// Protobuf's wire format (protobuf.dev/programming-guides/encoding), as far as writing a model needs it. The library that reads models describes every
// message at run time: two thirds of what a page would load of this package.

/** A field: what is in front of its value, and the value with its size. Bytes are written once, when all sizes are known. */
export interface Field {
  readonly tag: number;
  /** Of the value, in bytes. */
  readonly size: number;
  readonly value: number | bigint | string | Uint8Array | readonly Field[];
}

interface Cursor {
  readonly to: Uint8Array;
  at: number;
}

// Kinds of values, the lowest three bits of a tag.
const VARINT = 0;
const BYTES = 2;
const FIXED_32 = 5;

const UTF_8 = new TextEncoder();

/** An integer of 64 bits or less; negative ones take ten bytes. */
export function int(field: number, value: number | bigint): Field {
  const plain = value >= 0 && value < 2 ** 31 ? Number(value) : BigInt.asUintN(64, BigInt(value));
  return { tag: field * 8 + VARINT, size: varintSize(plain), value: plain };
}

export function float(field: number, value: number): Field {
  return { tag: field * 8 + FIXED_32, size: 4, value };
}

export function text(field: number, value: string): Field {
  if (!isAscii(value)) return bytes(field, UTF_8.encode(value));
  return { tag: field * 8 + BYTES, size: value.length, value };
}

export function bytes(field: number, value: Uint8Array): Field {
  return { tag: field * 8 + BYTES, size: value.length, value };
}

/** A field whose value is a message of `fields`. */
export function message(field: number, fields: readonly Field[]): Field {
  return { tag: field * 8 + BYTES, size: sizeOf(fields), value: fields };
}

/** The bytes of a message of `fields`. */
export function join(fields: readonly Field[]): Uint8Array {
  const cursor = { to: new Uint8Array(sizeOf(fields)), at: 0 };
  for (const field of fields) write(cursor, field);
  return cursor.to;
}

function sizeOf(fields: readonly Field[]): number {
  let sum = 0;
  for (const { tag, size } of fields) sum += varintSize(tag) + size + (hasLength(tag) ? varintSize(size) : 0);
  return sum;
}

function hasLength(tag: number): boolean {
  return (tag & 7) === BYTES;
}

function write(cursor: Cursor, { tag, size, value }: Field): void {
  writeVarint(cursor, tag);
  if (hasLength(tag)) writeVarint(cursor, size);
  const { to, at } = cursor;
  if (value instanceof Uint8Array) to.set(value, at);
  else if (typeof value === 'string') for (let i = 0; i < size; i++) to[at + i] = value.charCodeAt(i);
  else if (typeof value === 'object') for (const field of value) write(cursor, field);
  else if ((tag & 7) === VARINT) writeVarint(cursor, value);
  else new DataView(to.buffer).setFloat32(at, value as number, true);
  cursor.at = at + size;
}

/** Seven bits a byte, the lowest first. */
function writeVarint(cursor: Cursor, value: number | bigint): void {
  let rest = value;
  for (; rest > 127; rest = typeof rest === 'bigint' ? rest >> 7n : Math.floor(rest / 128))
    cursor.to[cursor.at++] = Number(typeof rest === 'bigint' ? rest & 127n : rest % 128) | 128;
  cursor.to[cursor.at++] = Number(rest);
}

function varintSize(value: number | bigint): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = typeof rest === 'bigint' ? rest >> 7n : Math.floor(rest / 128)) size++;
  return size;
}

function isAscii(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 127) return false;
  return true;
}
