import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ArrayDataset, type DatasetDefinition, describeDatasets } from '../src/public/index.ts';

/** A folder of the given files that is removed after the test. */
export function folder(files: Readonly<Record<string, Uint8Array>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'descent-datasets-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
  return path;
}

/** A set whose files may be anything that can be read. */
export function unchecked(definition: DatasetDefinition): DatasetDefinition {
  return { ...definition, files: [], needs: definition.needs.map(({ contents: _, ...need }) => need) };
}

/** Files by their paths in the archive of a set, as they lie after it was unpacked: with the note that they came out of it. */
export function unpacked(id: string, files: Readonly<Record<string, Uint8Array | string>>): Record<string, Uint8Array> {
  const set = describeDatasets().find((known) => known.id === id);
  const archive = set?.files[0];
  const bytes = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)] as const);
  const noted = bytes.map(([name, content]) => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    return [name, { bytes: content.length, sha256 }];
  });
  const { name, sha256, md5 } = archive ?? {};
  const note = { format: 1, archive: { name, sha256, md5 }, files: Object.fromEntries(noted) };
  return Object.fromEntries(
    [...bytes, [`${name}.contents.json`, Buffer.from(JSON.stringify(note))] as const].map(([path, content]) => [
      `${set?.folder}/${path}`,
      content,
    ]),
  );
}

/** The bytes of an IDX file with one-byte elements. */
export function idxBytes(shape: readonly number[], elements: ArrayLike<number>, type = 0x08): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, type);
  header.setUint8(3, shape.length);
  shape.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  return Buffer.concat([new Uint8Array(header.buffer), Uint8Array.from(elements)]);
}

/** `n` items of `[2, 3]`: item `i` is filled with `i`, its label is `labels[i]` or `i % 3`. */
export function toy(n: number, labels?: readonly number[]): ArrayDataset {
  return {
    name: 'toy',
    length: n,
    classes: ['a', 'b', 'c'],
    x: { dtype: 'uint8', shape: [n, 2, 3], data: Uint8Array.from({ length: 6 * n }, (_, i) => Math.floor(i / 6)) },
    y: { dtype: 'int32', shape: [n], data: Int32Array.from({ length: n }, (_, i) => labels?.[i] ?? i % 3) },
    licence: 'CC0-1.0',
    source: 'made up',
    citation: '',
  };
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: Error) => error,
  );
}

/** What a call throws. */
export function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the call throws nothing');
}
