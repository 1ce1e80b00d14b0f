import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { DescentError } from '@descent/core';
import { csvRows, jsonLines, readNpz, type StreamSource } from '@descent/datasets';
import { didYouMean } from '../config/suggest.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { rowsOf } from '../run/rows.ts';
import type { Found } from './item.ts';
import type { RowReader } from './rows.ts';

export type InputFormat = 'csv' | 'tsv' | 'jsonl' | 'npz' | 'text' | 'image';

/** What reads what the network is asked about. */
export interface Readers {
  /** Opens a picture. */
  readonly image: (path: string) => ReturnType<Found['read']>;
  readonly rows: RowReader;
  /** Of a network of time series: the last rows of a whole table. */
  readonly series: ((source: string | Uint8Array, kind: InputFormat) => ReturnType<Found['read']>) | null;
  /** Names of the arrays of a `.npz` file, by those of the inputs. */
  readonly arrays: ReadonlyMap<string, string>;
}

/** Standard input. */
const STANDARD = '-';

/** What a file is by its name. */
export function formatOf(path: string): InputFormat {
  if (/\.csv(?:\.gz)?$/i.test(path)) return 'csv';
  if (/\.tsv(?:\.gz)?$/i.test(path)) return 'tsv';
  if (/\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(path)) return 'jsonl';
  if (/\.txt$/i.test(path)) return 'text';
  return /\.npz$/i.test(path) ? 'npz' : 'image';
}

/** Everything in the inputs, one after the other, in constant memory but for `.npz` files, which are read whole. */
export async function* itemsIn(
  { paths, texts }: { readonly paths: readonly string[]; readonly texts: readonly string[] },
  format: InputFormat | undefined,
  readers: Readers,
  io: Io,
): AsyncGenerator<Found, void> {
  for (const text of texts)
    yield { name: JSON.stringify(text), read: async () => ({ x: readers.rows.fromText(text) }) };
  for (const path of paths) {
    const kind = format ?? (path === STANDARD ? 'jsonl' : formatOf(path));
    if (kind === 'image') {
      yield { name: path, read: () => readers.image(resolve(io.cwd, path)) };
      continue;
    }
    if (readers.series !== null && kind !== 'npz') {
      const { series } = readers;
      const read = async () => series(path === STANDARD ? await bytesOf(io) : resolve(io.cwd, path), kind);
      yield { name: path === STANDARD ? 'standard input' : path, read };
      continue;
    }
    try {
      yield* rowsIn(path, kind, readers, io);
    } catch (error) {
      // A stream that was cut off for Ctrl-C.
      if (io.signal.aborted) return;
      if (!(error instanceof DescentError) || error instanceof UsageError) throw error;
      // What follows in this file cannot be told apart; other files can.
      yield { name: path, read: () => Promise.reject(error) };
    }
  }
}

/** Files are as long as they are: rows are read one by one. */
const LIMIT = Number.MAX_SAFE_INTEGER;

async function* rowsIn(
  path: string,
  kind: Exclude<InputFormat, 'image'>,
  readers: Readers,
  io: Io,
): AsyncGenerator<Found, void> {
  const isStandard = path === STANDARD;
  const name = isStandard ? 'standard input' : path;
  if (kind === 'npz') {
    yield* samplesIn(isStandard ? await bytesOf(io) : resolve(io.cwd, path), name, readers);
    return;
  }
  const source = isStandard ? streamOf(io) : resolve(io.cwd, path);
  const at = (line: number): string => `${name}:${line}`;
  if (kind === 'text') {
    yield* linesIn(
      isStandard ? await bytesOf(io) : await readFile(source as string).catch(notThere(name)),
      name,
      readers,
    );
    return;
  }
  if (kind === 'jsonl') {
    let bad: Found[] = [];
    const onBadLine = (error: DescentError, line: number): void => {
      bad.push({ name: at(line), read: () => Promise.reject(error) });
    };
    for await (const { line, value } of jsonLines(source, { name, limit: LIMIT, onBadLine })) {
      yield* bad;
      bad = [];
      yield { name: at(line), read: () => sampleIn(value, readers, io) };
    }
    yield* bad;
    return;
  }
  let header: readonly string[] | null = null;
  const delimiter = kind === 'tsv' ? '\t' : ',';
  for await (const { line, fields } of csvRows(source, { name, limit: LIMIT, maxRows: LIMIT, delimiter })) {
    if (header === null) {
      header = fields;
      continue;
    }
    const names = header;
    const row = Object.fromEntries(fields.map((field, c) => [names[c] as string, field]));
    yield { name: at(line), read: async () => ({ x: readers.rows.fromColumns(row) }) };
  }
}

/** A line of JSON: a sample as numbers, a row by its columns, or the path of a picture. */
async function sampleIn(value: unknown, { rows, image }: Readers, io: Io): ReturnType<Found['read']> {
  if (Array.isArray(value)) return { x: rows.fromNumbers(value) };
  if (typeof value === 'string') return { x: rows.fromText(value) };
  if (typeof value !== 'object' || value === null) {
    throw new DescentError('this is no sample', {
      received: JSON.stringify(value)?.slice(0, 60),
      expected: 'a list of numbers, an object of columns, a text, or { "image": "<path>" }',
    });
  }
  const { image: path, x } = value as { readonly image?: unknown; readonly x?: unknown };
  if (typeof path === 'string') return image(resolve(io.cwd, path));
  if (Array.isArray(x)) return { x: rows.fromNumbers(x) };
  return { x: rows.fromColumns(value as Readonly<Record<string, unknown>>) };
}

/** A text in each line that has one. */
async function* linesIn(bytes: Uint8Array, name: string, { rows }: Readers): AsyncGenerator<Found, void> {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  for (const [i, text] of lines.entries())
    if (text.trim() !== '') yield { name: `${name}:${i + 1}`, read: async () => ({ x: rows.fromText(text) }) };
}

function notThere(file: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new DescentError('the file cannot be read', { path: file, received: cause.code ?? cause.message, cause });
  };
}

async function* samplesIn(
  source: string | Uint8Array,
  name: string,
  { arrays: wanted, rows }: Readers,
): AsyncGenerator<Found, void> {
  const arrays = await readNpz(source, { name, limit: LIMIT });
  const known = Object.keys(arrays);
  const found = [...wanted].map(([input, of]) => {
    // One array alone is what is meant, whatever it is called.
    const array = arrays[of] ?? (wanted.size === 1 && known.length === 1 ? arrays[known[0] as string] : undefined);
    if (array !== undefined) return [input, array] as const;
    throw new UsageError(`there is no array '${of}' in ${name}${didYouMean(of, known)}`, {
      path: name,
      expected: known.join(', ') || 'an array: the file has none',
      fix: 'name the one that holds the samples: --x <array>',
    });
  });
  const count = found[0]?.[1].shape[0] ?? 0;
  if (found.some(([, { shape }]) => shape.length === 0 || shape[0] !== count)) {
    throw new DescentError('the arrays have another number of samples each', {
      path: name,
      received: found.map(([input, { shape }]) => `${input} [${shape.join(', ')}]`).join(', '),
    });
  }
  for (let i = 0; i < count; i++) {
    const values = found.map(([input, array]) => [input, Array.from(rowsOf(array, i, i + 1).data)] as const);
    const [first] = values;
    yield {
      name: `${name}[${i}]`,
      read: async () => ({
        x: rows.fromNumbers(values.length === 1 && first !== undefined ? first[1] : Object.fromEntries(values)),
      }),
    };
  }
}

function streamOf({ input = process.stdin, signal }: Io): StreamSource {
  // Nobody knows when the next piece comes.
  signal.addEventListener('abort', () => input.destroy(), { once: true });
  return Readable.toWeb(input) as ReadableStream<Uint8Array>;
}

async function bytesOf({ input = process.stdin }: Io): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of input) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}
