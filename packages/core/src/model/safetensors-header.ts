import { DescentError } from '../errors.ts';
import { type JsonValue, Members, NumberText, parseStrictJson } from './strict-json.ts';

/** Where a tensor stands in the body of a file, and what it is. */
export interface HeaderEntry {
  readonly name: string;
  /** As the file calls it: `F32`. */
  readonly code: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** The first byte of the body. */
  readonly body: number;
}

/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000n;

/** Longer values are cut in messages. */
const LONGEST_TEXT = 200;

/** Element types of the format by the bits of an element. */
const TYPES: Readonly<Record<number, readonly string[]>> = {
  4: ['F4'],
  6: ['F6_E2M3', 'F6_E3M2'],
  8: ['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'],
  16: ['I16', 'U16', 'F16', 'BF16'],
  32: ['I32', 'U32', 'F32'],
  64: ['I64', 'U64', 'F64', 'C64'],
};
const BITS: ReadonlyMap<string, bigint> = new Map(
  Object.entries(TYPES).flatMap(([bits, codes]) => codes.map((code) => [code, BigInt(bits)] as const)),
);

/**
 * Reads the header of a safetensors file and checks everything that it promises: each byte of the body belongs to exactly one tensor.
 * Accepts what the reference implementation accepts, except for names that occur twice and sizes that are no safe integers.
 * @throws DescentError naming the entry.
 */
export function readHeader(file: Uint8Array, path: string): Header {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const size = file.length < 8 ? -1n : view.getBigUint64(0, true);
  if (size < 0n || size > MAX_HEADER || 8n + size > BigInt(file.length)) {
    throw damaged(
      path,
      file.length < 8 ? `${file.length} bytes` : `a header of ${size} bytes in a file of ${file.length}`,
      `a header of at most ${MAX_HEADER} bytes that fits in the file`,
    );
  }
  const body = 8 + Number(size);
  const members = parse(path, file.subarray(8, body));
  expectUnique(members, path);
  const tensors = members.entries.filter(([name]) => name !== '__metadata__');
  const entries = tensors.map(([name, value]) => readEntry(`${path}: ${name}`, name, value));
  expectCovered(entries, file.length - body, path);
  const metadata = members.entries.find(([name]) => name === '__metadata__')?.[1] ?? null;
  return { entries, metadata: readMetadata(metadata, path), body };
}

function parse(path: string, json: Uint8Array): Members {
  try {
    const value = parseStrictJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
    if (value instanceof Members) return value;
  } catch {
    // Reported below, like any other header that is not an object.
  }
  throw damaged(path, 'a header that is not a JSON object', 'a safetensors file');
}

function readEntry(path: string, name: string, value: JsonValue): HeaderEntry {
  if (!(value instanceof Members)) throw damaged(path, describe(value), 'an object with dtype, shape and data_offsets');
  expectUnique(value, path);
  const fields = new Map(value.entries);
  const [code, sizes, offsets] = [fields.get('dtype'), fields.get('shape'), fields.get('data_offsets')];
  const bits = typeof code === 'string' ? BITS.get(code) : undefined;
  if (typeof code !== 'string' || bits === undefined) {
    throw damaged(path, `element type ${describe(code)}`, [...BITS.keys()].join(', '));
  }
  const shape = counts(sizes);
  const range = counts(offsets);
  if (shape === undefined || range?.length !== 2) {
    throw damaged(
      path,
      `shape ${describe(sizes)} at ${describe(offsets)}`,
      'lists of integers from 0 on, and two of them for the range',
    );
  }
  const [start, end] = range as readonly [number, number];
  const bytes = byteSize(shape, bits);
  if (bytes !== BigInt(end) - BigInt(start)) {
    throw damaged(path, `${code}[${shape.join(', ')}] at [${start}, ${end}]`, 'a range of exactly its bytes');
  }
  return { name, code, shape, start, end };
}

/** Tensors follow each other without holes and overlaps, and end with the file. */
function expectCovered(entries: readonly HeaderEntry[], size: number, path: string): void {
  let at = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at) {
      const what = start < at ? 'overlaps another tensor' : 'leaves a hole before it';
      throw damaged(`${path}: ${name}`, `a range from byte ${start} on that ${what}`, `one that begins at byte ${at}`);
    }
    at = end;
  }
  if (at !== size) throw damaged(path, `${size} bytes of data`, `${at}, as the header says`);
}

function readMetadata(value: JsonValue, path: string): Readonly<Record<string, string>> {
  if (value === null) return {};
  const entries = value instanceof Members ? value.entries : undefined;
  if (entries === undefined || entries.some(([, text]) => typeof text !== 'string')) {
    throw damaged(`${path}: __metadata__`, describe(value), 'an object from names to texts');
  }
  expectUnique(value as Members, `${path}: __metadata__`);
  return Object.fromEntries(entries as readonly (readonly [string, string])[]);
}

function expectUnique({ entries }: Members, path: string): void {
  const seen = new Set<string>();
  for (const [name] of entries) {
    if (seen.has(name)) throw damaged(path, `the name ${JSON.stringify(name)} twice`, 'each name once');
    seen.add(name);
  }
}

/** A list of integers from 0 on; `undefined` for anything else. */
function counts(value: JsonValue | undefined): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map((v) => (v instanceof NumberText && /^\d+$/.test(v.text) ? Number(v.text) : Number.NaN));
  return numbers.every(Number.isSafeInteger) ? numbers : undefined;
}

/** `undefined` when the product does not fit into 64 bits on the way, as the reference implementation computes it, or ends within a byte. */
function byteSize(shape: readonly number[], bits: bigint): bigint | undefined {
  let size = 1n;
  for (const factor of [...shape.map(BigInt), bits]) {
    size *= factor;
    if (size >= 2n ** 64n) return undefined;
  }
  return size % 8n === 0n ? size / 8n : undefined;
}

function describe(value: JsonValue | undefined): string {
  const text = wholeText(value);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

function wholeText(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Members) return `an object with ${value.entries.map(([name]) => name).join(', ') || 'nothing'}`;
  if (Array.isArray(value)) return `[${value.map(wholeText).join(', ')}]`;
  return value instanceof NumberText ? value.text : JSON.stringify(value);
}

/** What is wrong with a file that claims to be safetensors. */
function damaged(path: string, received: string, expected: string): DescentError {
  return new DescentError('this is not an intact safetensors file', {
    path,
    received,
    expected,
    fix: 'save or download the file again',
  });
}

// Present in every browser and in Node, but not in the language's own library types, which is all that core builds on.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
