import { type NDArray, ndarray } from '@descent/core';
import { fold, key, randint } from '@descent/core/random';
import { type ArrayDataset, type DatasetOf, type SequenceArrays, sequenceDataset } from '@descent/datasets';

/** Digits as they are read row by row from the top, each up to a row of its own. */
export type Readings = DatasetOf<SequenceArrays<'x', false>, NDArray>;

const [ROWS, COLUMNS] = [28, 28];
/** The upper quarter of a picture is mostly empty. */
const FEWEST_ROWS = 10;

/** The first 10 to 28 rows of each picture, how many follows from the seed and the number of the picture. */
export function readings({ name, x, y }: ArrayDataset, seed: number): Readings {
  const [count] = x.shape as [number];
  const lengths = new Int32Array(count);
  randint(fold(key(seed), name), lengths, FEWEST_ROWS, ROWS + 1);
  const pixels = x.data as Uint8Array;
  const items = Array.from(lengths, (rows, i) => {
    const start = i * ROWS * COLUMNS;
    return ndarray('uint8', [rows, COLUMNS], pixels.subarray(start, start + rows * COLUMNS));
  });
  return sequenceDataset(items, y.data as Int32Array, { name });
}
