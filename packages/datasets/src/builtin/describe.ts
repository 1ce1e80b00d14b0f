import type { DatasetDefinition } from '../definition.ts';
import { BLOBS } from './blobs.ts';
import { CALIFORNIA_HOUSING } from './california-housing.ts';
import { CIFAR10 } from './cifar10.ts';
import { CIFAR100 } from './cifar100.ts';
import { CIRCLES } from './circles.ts';
import { DIGITS } from './digits.ts';
import { EMNIST } from './emnist.ts';
import { FASHION_MNIST } from './fashion-mnist.ts';
import { IRIS } from './iris.ts';
import { KMNIST } from './kmnist.ts';
import { MNIST } from './mnist.ts';
import { MNIST_SAMPLE } from './mnist-sample.ts';
import { MOONS } from './moons.ts';
import { QMNIST } from './qmnist.ts';
import { SPIRALS } from './spirals.ts';
import { XOR } from './xor.ts';

/** A named data set as a list shows it. */
export interface DatasetDescription extends DatasetDefinition {
  /** It ships inside this package, or is made there, and needs no download. */
  readonly embedded: boolean;
  /** The size of all its files, in bytes. */
  readonly downloadBytes: number;
  /** Whether every file has a hash that the publisher or others state; else the first download decides. */
  readonly verified: boolean;
}

const SETS: readonly DatasetDefinition[] = [
  MNIST_SAMPLE,
  MNIST,
  FASHION_MNIST,
  KMNIST,
  EMNIST,
  QMNIST,
  CIFAR10,
  CIFAR100,
  DIGITS,
  IRIS,
  CALIFORNIA_HOUSING,
  MOONS,
  CIRCLES,
  SPIRALS,
  BLOBS,
  XOR,
];

/** Every named data set, as plain data. */
export function describeDatasets(): readonly DatasetDescription[] {
  return SETS.map((set) => ({
    ...set,
    embedded: set.files.length === 0,
    downloadBytes: set.files.reduce((sum, file) => sum + file.bytes, 0),
    verified: set.files.every((file) => file.sha256 !== undefined || file.md5 !== undefined),
  }));
}
