import { existsSync } from 'node:fs';
import { type ArrayDataset, fashionMnist, mnistSample } from '@descent/datasets';

/** Where Debian's package `dataset-fashion-mnist` puts the files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';

export interface Images {
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
  /** Whether a picture turned left to right is another one of the same class: a shoe is, a 7 is not. */
  readonly canFlip: boolean;
}

/** Fashion-MNIST from the folder in DESCENT_FASHION_MNIST or from Debian's, else the MNIST sample that comes with `@descent/datasets`. */
export async function images(): Promise<Images> {
  const root = process.env['DESCENT_FASHION_MNIST'] ?? (existsSync(DEBIAN_FOLDER) ? DEBIAN_FOLDER : undefined);
  if (root === undefined) return sampleImages();
  const [train, test] = [await fashionMnist({ root, train: true }), await fashionMnist({ root, train: false })];
  return { train, test, canFlip: true };
}

export async function sampleImages(): Promise<Images> {
  const [train, test] = [await mnistSample({ train: true }), await mnistSample({ train: false })];
  return { train, test, canFlip: false };
}
