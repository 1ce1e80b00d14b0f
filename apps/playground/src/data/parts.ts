import { DescentError, type NDArray } from '@descent/core';
import { type DatasetOf, randomSplit } from '@descent/datasets';
import type { OwnArrays } from '../session/protocol.ts';

/** Takes the share `test` of own data out, as `descent train` does: the same samples whatever the seed of training. */
export function inParts(all: DatasetOf<NDArray, NDArray>, test: number | undefined): OwnArrays {
  if (test === undefined) return { train: plain(all), test: null };
  const [train, held] = randomSplit(all, [1 - test, test] as const, { seed: 0, stratified: all.classes.length > 0 });
  if (train.length > 0 && held.length > 0) return { train: plain(train), test: plain(held) };
  throw new DescentError(`a share of ${test} leaves ${train.length} samples to train and ${held.length} to test`, {
    path: 'data.test',
    received: `${all.length} samples in ${all.name}`,
    expected: 'at least one in each part',
    fix: 'choose another share, or add samples: of a class with few of them none is taken',
  });
}

function plain({ x, y, classes }: DatasetOf<NDArray, NDArray>): OwnArrays['train'] {
  return { x, y, classes };
}
