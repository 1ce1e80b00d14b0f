import { expectOptions, type NDArray, ValueError } from '@descent/core';
import { DataFormatError } from '../errors.ts';
import { type DataSource, expectSource, sourceBytes, sourceName } from './source.ts';

export interface CifarOptions {
  /** Label bytes before each image: 1 in CIFAR-10 (the default), 2 in CIFAR-100 (coarse, fine). */
  readonly labels?: 1 | 2;
  /** Classes by label byte; a label beyond them is an error. Default `[10]`, or `[20, 100]` for two. */
  readonly classes?: readonly number[];
  /** The most bytes of a file. Default 1 GiB. */
  readonly limit?: number;
}

export interface CifarRecords {
  /** `[n, 3, 32, 32]` */
  readonly images: NDArray<'uint8'>;
  /** One `[n]` for each label byte. */
  readonly labels: readonly NDArray<'int32'>[];
}

const PIXELS = 3 * 32 * 32;

/**
 * Reads files in the binary form of CIFAR as one array: records of label bytes and 3 × 32 × 32 pixels, channel by channel.
 * @throws DataFileError when a file is missing or too large, DataFormatError when it is not made of whole records or has an unknown label.
 */
export async function readCifar(
  sources: DataSource | readonly DataSource[],
  options: CifarOptions = {},
): Promise<CifarRecords> {
  const all: readonly unknown[] = Array.isArray(sources) ? sources : [sources];
  for (const source of all) expectSource('readCifar', source);
  expectOptions('readCifar', options, ['labels', 'classes', 'limit']);
  const { labels = 1, classes = labels === 1 ? [10] : [20, 100], limit = 2 ** 30 } = options;
  if ((labels !== 1 && labels !== 2) || classes.length !== labels) {
    throw new ValueError('readCifar: there is one number of classes for each label byte', {
      received: `labels ${labels}, classes [${classes.join(', ')}]`,
      expected: 'labels 1 or 2, and as many numbers',
    });
  }
  const files: { readonly path: string; readonly bytes: Uint8Array }[] = [];
  let left = limit;
  for (const [i, source] of all.entries()) {
    const path = sourceName(source, all.length === 1 ? 'CIFAR data' : `CIFAR data ${i + 1}`);
    const bytes = await sourceBytes('readCifar', source, left, path);
    checkRecords(bytes, labels, classes, path);
    files.push({ path, bytes });
    left -= bytes.length;
  }
  const record = labels + PIXELS;
  const length = files.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const images = new Uint8Array(length * PIXELS);
  const columns = classes.map(() => new Int32Array(length));
  let item = 0;
  for (const { bytes } of files) {
    for (let at = 0; at < bytes.length; at += record, item++) {
      columns.forEach((column, c) => {
        column[item] = bytes[at + c] as number;
      });
      images.set(bytes.subarray(at + labels, at + record), item * PIXELS);
    }
  }
  return {
    images: { dtype: 'uint8', shape: [length, 3, 32, 32], data: images },
    labels: columns.map((data) => ({ dtype: 'int32', shape: [length], data })),
  };
}

function checkRecords(bytes: Uint8Array, labels: number, classes: readonly number[], file: string): void {
  const record = labels + PIXELS;
  const whole = Math.floor(bytes.length / record) * record;
  if (whole !== bytes.length || bytes.length === 0) {
    throw new DataFormatError('the file does not end after a whole CIFAR record', {
      file,
      offset: whole,
      received: `${bytes.length} bytes`,
      expected: `a multiple of ${record} bytes: ${labels} label and ${PIXELS} pixels`,
      fix: 'fetch the file again, or check that it is of the binary version',
    });
  }
  for (let at = 0; at < bytes.length; at += record) {
    classes.forEach((count, c) => {
      const label = bytes[at + c] as number;
      if (label < count) return;
      throw new DataFormatError('there is no such class', {
        file,
        offset: at + c,
        received: `label ${label} of record ${at / record}`,
        expected: `0 to ${count - 1}`,
      });
    });
  }
}
