import type { NDArray, NDArrays } from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';
import { rowsOf } from './rows.ts';

/** Asks a network that takes batches of `size` samples only about any number of them: the last sample fills what is missing of the last batch. */
export async function inFixedBatches<Y extends NDArrays>(
  predict: (x: NDArrays) => Promise<Y>,
  x: NDArrays,
  size: number,
): Promise<Y> {
  const count = leavesOf(x)[0]?.[1].shape[0] ?? 0;
  const outputs: NDArrays[] = [];
  for (let from = 0; from < count; from += size) {
    const to = Math.min(from + size, count);
    const output = await predict(mapTree(x, (array) => filled(rowsOf(array, from, to), size)));
    outputs.push(mapTree(output as NDArrays, (array) => rowsOf(array, 0, to - from)));
  }
  return joinedTrees(outputs) as Y;
}

/** Trees of the same names, array by array below each other; at least one. */
export function joinedTrees(trees: readonly NDArrays[]): NDArrays {
  const all = trees.map((tree) => new Map(leavesOf(tree)));
  return mapTree(trees[0] as NDArrays, (_, name) => joined(all.map((tree) => tree.get(name) as NDArray)));
}

/** An array of samples with the last one repeated until there are `size`. */
export function filled(array: NDArray, size: number): NDArray {
  const [count = 0, ...sample] = array.shape;
  if (count === size) return array;
  const width = array.data.length / count;
  const data = new (array.data.constructor as Float32ArrayConstructor)(size * width);
  data.set(array.data as Float32Array);
  const last = array.data.subarray((count - 1) * width) as Float32Array;
  for (let row = count; row < size; row++) data.set(last, row * width);
  return { ...array, shape: [size, ...sample], data } as NDArray;
}

/** Arrays of one kind, one below the other; at least one. */
export function joined(arrays: readonly NDArray[]): NDArray {
  const [first] = arrays as readonly [NDArray];
  if (arrays.length === 1) return first;
  const length = arrays.reduce((sum, { data }) => sum + data.length, 0);
  const data = new (first.data.constructor as Float32ArrayConstructor)(length);
  let at = 0;
  for (const array of arrays) {
    data.set(array.data as Float32Array, at);
    at += array.data.length;
  }
  const rows = arrays.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { ...first, shape: [rows, ...first.shape.slice(1)], data } as NDArray;
}
