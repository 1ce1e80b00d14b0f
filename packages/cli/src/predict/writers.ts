import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { DescentError, type NDArray } from '@descent/core';
import { npyBytes } from '@descent/datasets';
import { fileError, makeFolder, writeAtomically } from '@descent/files';
import { UsageError } from '../errors.ts';
import type { OpenModel } from '../run/open-model.ts';
import type { Answer } from './answers.ts';
import { namesOfSteps } from './series.ts';

export type OutputFormat = 'json' | 'jsonl' | 'csv' | 'npz';

/** Takes answers one after another. */
export interface Writer {
  write(answer: Answer): Promise<void>;
  /** What there is gets its place. */
  end(): Promise<void>;
}

export interface Written {
  readonly format: OutputFormat;
  readonly top: number;
  /** Whether the items are pictures, which have names. */
  readonly areImages: boolean;
  readonly model: Pick<OpenModel, 'outputKind' | 'labels' | 'table' | 'windows' | 'several'>;
}

/** What a file is by its name. */
export function outputFormatOf(path: string): OutputFormat | undefined {
  const [, ending] = /\.(json|jsonl|ndjson|csv|npz)$/i.exec(path) ?? [];
  return ending === undefined
    ? undefined
    : ending.toLowerCase() === 'ndjson'
      ? 'jsonl'
      : (ending.toLowerCase() as OutputFormat);
}

/** Writes answers as text, one by one. */
export function textWriter(sink: Writable, { format, top, areImages, model }: Written): Writer {
  const put = async (text: string): Promise<void> => {
    if (sink.write(text)) return;
    // Ends with an error, too, when the sink is closed.
    await once(sink, 'drain');
  };
  let written = 0;
  // Of several outputs the first answer says how many numbers each has.
  let columns = format === 'csv' && model.several === undefined ? csvColumns(model, top) : [];
  return {
    async write(answer) {
      const first = written === 0;
      written += 1;
      switch (format) {
        case 'jsonl':
          return put(`${JSON.stringify(jsonOf(answer, areImages))}\n`);
        case 'csv':
          if (first && model.several !== undefined) columns = outputColumns(answer);
          if (first) await put(`${['index', 'input', ...columns, 'error'].map(field).join(',')}\n`);
          return put(`${csvRow(answer, columns.length).map(field).join(',')}\n`);
        default: {
          const text = JSON.stringify(jsonOf(answer, areImages), null, 2).replace(/^/gm, '  ');
          return put(`${first ? '[' : ','}\n${text}`);
        }
      }
    },
    async end() {
      if (format === 'json') await put(written === 0 ? '[]\n' : '\n]\n');
      else if (format === 'csv' && written === 0)
        await put(`${['index', 'input', ...columns, 'error'].map(field).join(',')}\n`);
    },
  };
}

/** The same into a file, which stands beside its place until it is whole: what is cut off stays there as `….partial`. */
export async function fileWriter(path: string, written: Written): Promise<Writer> {
  if (written.format === 'npz') return npzWriter(path, written);
  await makeFolder(dirname(path));
  const partial = `${path}.partial`;
  const stream = createWriteStream(partial);
  let failure: DescentError | null = null;
  stream.once('error', (cause: NodeJS.ErrnoException) => {
    failure = fileError('the file cannot be written', path, cause);
  });
  const text = textWriter(stream, written);
  const unlessFailed = async (work: () => Promise<void>): Promise<void> => {
    try {
      if (failure === null) await work();
    } catch (error) {
      // What the disk said is what the user must hear of.
      throw failure ?? error;
    }
    if (failure !== null) throw failure;
  };
  return {
    write: (answer) => unlessFailed(() => text.write(answer)),
    async end() {
      await unlessFailed(() => text.end());
      await unlessFailed(() => finished(stream.end()));
      await rename(partial, path);
    },
  };
}

function jsonOf(answer: Answer, isImage: boolean): object {
  const { index, name, inverted } = answer;
  const place = isImage ? { index, image: name } : { index };
  if ('error' in answer) return { ...place, ...(!isImage && { input: name }), error: answer.error.message };
  if ('values' in answer) return { ...place, values: answer.values };
  if ('mask' in answer) return { ...place, shares: answer.mask.shares };
  if ('outputs' in answer) {
    const outputs = Object.entries(answer.outputs).map(([name, said]) => [
      name,
      'values' in said ? { values: nested(said.values, said.shape) } : { predictions: said.predictions },
    ]);
    return { ...place, outputs: Object.fromEntries(outputs), ...(inverted !== undefined && { inverted }) };
  }
  const labels = answer.labels === undefined ? {} : { labels: answer.labels };
  return { ...place, ...labels, predictions: answer.predictions, ...(inverted !== undefined && { inverted }) };
}

/** Numbers as lists within lists, as their shape says. */
function nested(values: readonly number[], shape: readonly number[]): unknown {
  const [size = 1, ...inner] = shape;
  if (inner.length === 0) return values;
  const width = values.length / size;
  return Array.from({ length: size }, (_, i) => nested(values.slice(i * width, (i + 1) * width), inner));
}

/** Of an output of classes the likeliest and its probability, of another one all its numbers. */
function outputColumns(answer: Answer): readonly string[] {
  if (!('outputs' in answer)) {
    throw new DescentError('the first answer says what the columns are, and it is an error', {
      received: 'error' in answer ? answer.error.summary : answer.name,
      fix: 'leave that input out, or write JSON lines: --format jsonl',
    });
  }
  return Object.entries(answer.outputs).flatMap(([name, said]) => {
    if ('predictions' in said) return [name, `${name}_probability`];
    return said.values.length === 1 ? [name] : said.values.map((_, i) => `${name}_${i}`);
  });
}

function csvColumns({ outputKind, labels, table, windows }: Written['model'], top: number): readonly string[] {
  if (windows !== undefined) return namesOfSteps(windows);
  if (outputKind === 'values') {
    const names = table?.target.kind === 'numbers' ? table.target.columns.map(({ name }) => name) : [];
    return names.length > 0 ? names : ['value'];
  }
  const shown = labels.length > 0 ? Math.min(top, labels.length) : top;
  return Array.from({ length: shown }, (_, i) => {
    const suffix = i === 0 ? '' : `_${i + 1}`;
    return [`label${suffix}`, `probability${suffix}`];
  }).flat();
}

function csvRow(answer: Answer, width: number): readonly (string | number)[] {
  const { index, name } = answer;
  if ('mask' in answer) throw noTable();
  const cells: (string | number)[] =
    'error' in answer
      ? []
      : 'values' in answer
        ? // Of several numbers without names, one cell has all.
          width === answer.values.length
          ? [...answer.values]
          : [JSON.stringify(answer.values)]
        : 'outputs' in answer
          ? Object.values(answer.outputs).flatMap((said): readonly (string | number)[] =>
              'values' in said
                ? said.values
                : said.predictions.slice(0, 1).flatMap(({ label, probability }) => [label, probability]),
            )
          : answer.predictions.flatMap(({ label, probability }) => [label, probability]);
  while (cells.length < width) cells.push('');
  return [index, name, ...cells, 'error' in answer ? answer.error.message.replaceAll(/\s*\n\s*/g, '; ') : ''];
}

function noTable(): UsageError {
  return new UsageError('a class for each pixel does not fit into a row', {
    received: '--format csv or npz',
    fix: 'write the shares of the classes, --format json or jsonl, or pictures: --pictures <folder>',
  });
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A `.npz` file says in front how long its arrays are, so all numbers wait in memory: `index`, and `probability` and `label`, or `value`; of several outputs
 * an array by the name of each, of classes their probabilities.
 */
function npzWriter(path: string, { model }: Written): Writer {
  const indices: number[] = [];
  const rows = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array[] }>();
  const put = (name: string, values: ArrayLike<number>, shape: readonly number[] = [values.length]): void => {
    const known = rows.get(name) ?? { shape, values: [] };
    rows.set(name, known);
    if (known.shape.join() !== shape.join()) {
      throw new DescentError('answers of different lengths do not fit into one array', {
        path,
        fix: 'write them as JSON lines: --format jsonl',
      });
    }
    known.values.push(Float32Array.from(values));
  };
  return {
    async write(answer) {
      if ('error' in answer) return;
      if ('mask' in answer) throw noTable();
      indices.push(answer.index);
      if ('outputs' in answer) {
        for (const [name, said] of Object.entries(answer.outputs))
          if ('values' in said) put(name, said.values, said.shape);
          else put(name, said.probabilities);
      } else if ('values' in answer) put('value', answer.values);
      else put('probability', answer.probabilities);
    },
    async end() {
      const whole = (values: readonly number[]): NDArray => ({
        dtype: 'int32',
        shape: [values.length],
        data: Int32Array.from(values),
      });
      // Without any answer there is the array that answers would have been in.
      if (rows.size === 0 && model.several === undefined)
        rows.set(model.outputKind === 'values' ? 'value' : 'probability', { shape: [0], values: [] });
      const labels = model.several === undefined ? rows.get('probability')?.values : undefined;
      const arrays: Readonly<Record<string, NDArray>> = {
        index: whole(indices),
        ...Object.fromEntries([...rows].map(([name, { shape, values }]) => [name, below(values, shape)])),
        ...(labels !== undefined && { label: whole(labels.map((row) => row.indexOf(Math.max(...row)))) }),
      };
      const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await import('@zip.js/zip.js');
      const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
      for (const [name, array] of Object.entries(arrays))
        await zip.add(`${name}.npy`, new Uint8ArrayReader(npyBytes(array)));
      await writeAtomically(path, await zip.close());
    },
  };
}

function below(rows: readonly Float32Array[], shape: readonly number[]): NDArray {
  const width = shape.reduce((a, b) => a * b, 1);
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    data.set(row, i * width);
  });
  return { dtype: 'float32', shape: [rows.length, ...shape], data };
}
