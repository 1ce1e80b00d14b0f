import { stat } from 'node:fs/promises';
import type { CifarContents, Contents, IdxContents, TableContents } from '../definition.ts';
import { reason } from '../errors.ts';
import { readPath, unpackedSize } from '../node/files.ts';
import { byteStream } from '../sources/gzip.ts';
import { readIdx } from '../sources/idx.ts';

/** What a file is by its form: in words, and whether that is what somebody expects. */
export interface Form {
  readonly text: string;
  fits(contents: Contents): boolean;
}

/** More than any file of a named set has, packed or not. */
const MOST_BYTES = 2 ** 30;
const PIXELS = 3 * 32 * 32;

/** Looks at the form of a file: of images the header, of labels and records every label, of a table the rows. What cannot be read fits nothing. */
export async function formOf(path: string, format: Contents['format']): Promise<Form> {
  try {
    return await (format === 'idx' ? idxForm(path) : format === 'cifar' ? cifarForm(path) : tableForm(path));
  } catch (cause) {
    return unlike(reason(cause));
  }
}

const unlike = (text: string): Form => ({ text, fits: () => false });

/** What such a file is, in words. */
export function describeContents(contents: Contents): string {
  if (contents.format === 'table') return `${contents.rows} rows of ${contents.columns} columns`;
  if (contents.format === 'idx') {
    const { dtype, shape, labels } = contents;
    const each = labels === undefined ? '' : `, with each label from ${labels[0]} to ${labels[1]}`;
    return `${dtype} [${shape.join(', ')}]${each}`;
  }
  const { records, perClass, classes } = contents;
  const each = perClass === undefined ? '' : `, ${perClass} of each class`;
  return `${records} records of ${classes.length + PIXELS} bytes, labels below ${classes.join(' and ')}${each}`;
}

/** Element types that named sets use, by the third byte of the header. */
const IDX_TYPES: Readonly<Record<number, { readonly dtype: IdxContents['dtype']; readonly size: number }>> = {
  8: { dtype: 'uint8', size: 1 },
  12: { dtype: 'int32', size: 4 },
};

async function idxForm(path: string): Promise<Form> {
  const start = await unpackedStart(path, 4 + 4 * 3);
  const [zero, zeroToo, code = 0, rank = 0] = start;
  const type = IDX_TYPES[code];
  if (zero !== 0 || zeroToo !== 0 || type === undefined || rank < 1 || rank > 3 || start.length < 4 + 4 * rank)
    return unlike(`a file that begins with ${start.subarray(0, 4).toString('hex') || 'nothing'}`);
  const shape = Array.from({ length: rank }, (_, i) => start.readUInt32BE(4 + 4 * i));
  const bytes = 4 + 4 * rank + type.size * shape.reduce((a, b) => a * b, 1);
  const { size, isClaim } = await unpackedSize(path);
  // Whether a packed one is complete is seen when it is unpacked.
  if (size !== bytes && !isClaim) return unlike(`${size} bytes where its header tells of ${bytes}`);
  const labels = rank === 1 ? new Set((await readIdx(path, { limit: MOST_BYTES })).data) : undefined;
  const text = `${type.dtype} [${shape.join(', ')}]`;
  return {
    text: labels === undefined ? text : `${text} of ${labels.size} different labels, ${range([...labels])}`,
    fits: (contents) =>
      contents.format === 'idx' &&
      contents.dtype === type.dtype &&
      contents.shape.join() === shape.join() &&
      (labels === undefined || contents.labels === undefined || isRange(labels, contents.labels)),
  };
}

function range(values: readonly number[]): string {
  return `${values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)} to ${values.reduce((a, b) => Math.max(a, b), 0)}`;
}

function isRange(values: ReadonlySet<number>, [first, last]: readonly [number, number]): boolean {
  return values.size === last - first + 1 && [...values].every((value) => value >= first && value <= last);
}

/** The first bytes of what a file unpacks to. */
async function unpackedStart(path: string, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of byteStream(path, MOST_BYTES, path)) {
    pieces.push(piece);
    length += piece.length;
    if (length >= most) break;
  }
  return Buffer.concat(pieces).subarray(0, most);
}

async function cifarForm(path: string): Promise<Form> {
  const { size } = await stat(path);
  const bytes = size > MOST_BYTES ? new Uint8Array() : await readPath(path, MOST_BYTES);
  return { text: `${size} bytes`, fits: (contents) => contents.format === 'cifar' && hasRecords(bytes, contents) };
}

function hasRecords(bytes: Uint8Array, { records, classes, perClass }: CifarContents): boolean {
  const record = classes.length + PIXELS;
  if (bytes.length !== records * record) return false;
  const counts = classes.map((count) => new Uint32Array(count));
  for (let at = 0; at < bytes.length; at += record) {
    for (const [i, count] of counts.entries()) {
      const label = bytes[at + i] as number;
      if (label >= count.length) return false;
      count[label] = (count[label] as number) + 1;
    }
  }
  return perClass === undefined || (counts.at(-1) as Uint32Array).every((count) => count === perClass);
}

async function tableForm(path: string): Promise<Form> {
  const text = new TextDecoder().decode(await readPath(path, 64 * 2 ** 20));
  const rows = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const widths = new Set(rows.map((line) => line.split(',').length));
  const shown = widths.size === 1 ? [...widths][0] : 'different numbers of';
  return {
    text: `${rows.length} rows of ${shown} columns`,
    fits: (contents) => contents.format === 'table' && isTable(rows.length, widths, contents),
  };
}

function isTable(rows: number, widths: ReadonlySet<number>, contents: TableContents): boolean {
  return rows === contents.rows && widths.size === 1 && widths.has(contents.columns);
}
