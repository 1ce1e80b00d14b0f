import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initParameters } from '@descent/core';
import { type ArrayDataset, fashionMnist, mnistSample } from '@descent/datasets';
import { descentModel, type LayerSpec } from './nets.ts';

/** Where Debian's package `dataset-fashion-mnist` puts the files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';

/** Fashion-MNIST from the folder in DESCENT_FASHION_MNIST or from Debian's, else the MNIST sample of `@descent/datasets`. */
export async function loadImages(): Promise<ArrayDataset> {
  const root = process.env['DESCENT_FASHION_MNIST'] ?? (existsSync(DEBIAN_FOLDER) ? DEBIAN_FOLDER : undefined);
  return root === undefined ? mnistSample() : fashionMnist({ root });
}

/** Files that hand the same data and first weights to every process. */
export interface DataFiles {
  /** `count` images of 784 bytes. */
  readonly images: string;
  /** `count` labels of one byte. */
  readonly labels: string;
  readonly count: number;
  /** First weights of a network by its name: float32 in the byte order of this machine, one parameter after the other. */
  readonly weights: Readonly<Record<string, string>>;
}

/** Writes the first `count` images, and weights for `nets`, to a temporary folder; `remove` deletes it. */
export async function writeDataFiles(
  dataset: ArrayDataset,
  count: number,
  nets: Readonly<Record<string, { readonly layers: readonly LayerSpec[] }>>,
): Promise<{ readonly files: DataFiles; readonly remove: () => void }> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-bench-'));
  const kept = Math.min(count, dataset.length);
  const path = (name: string): string => join(folder, name);
  await writeFile(path('images'), (dataset.x.data as Uint8Array).subarray(0, kept * 784));
  await writeFile(path('labels'), Uint8Array.from(dataset.y.data.subarray(0, kept)));
  const weights: Record<string, string> = {};
  for (const [name, { layers }] of Object.entries(nets)) {
    const arrays = Object.values(initParameters(descentModel(layers), 0)).map(({ data }) => data);
    weights[name] = path(`${name}.weights`);
    await writeFile(weights[name], Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength))));
  }
  const files = { images: path('images'), labels: path('labels'), count: kept, weights };
  return { files, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Images {
  /** `[count, 1, 28, 28]` */
  readonly images: Uint8Array;
  /** `[count]` */
  readonly labels: Int32Array;
  readonly count: number;
}

export async function readImages({ images, labels, count }: DataFiles): Promise<Images> {
  return {
    images: (await bytes(images)).subarray(0, count * 784),
    labels: Int32Array.from(await bytes(labels)).subarray(0, count),
    count,
  };
}

/** The numbers of a file of weights, cut to the sizes of `shapes`. */
export async function readWeights(
  file: string,
  shapes: readonly (readonly number[])[],
): Promise<readonly Float32Array[]> {
  const all = new Float32Array((await bytes(file)).buffer);
  let at = 0;
  return shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    at += size;
    return all.slice(at - size, at);
  });
}

/** A file in a buffer of its own, whose offset is 0. */
async function bytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(file));
}
