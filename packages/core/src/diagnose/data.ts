import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { isLeaf, leavesOf, type NDArrays } from '../ir/tree.ts';
import { expectKind } from '../options.ts';
import type { Finding } from './finding.ts';

/** The largest class has so many times the samples of the smallest. */
const IMBALANCE = 10;

export interface DataSets {
  readonly train: { readonly x: NDArrays; readonly y: NDArrays };
  readonly heldOut?: { readonly x: NDArrays };
}

/** Looks for samples of one array that are in both sets, bit for bit, and for classes that are rare. Labels are integers `[samples]`. */
export function diagnoseData(sets: DataSets): readonly Finding[] {
  expectKind('diagnoseData', sets, { train: 'record' }, '{ train: { x, y } }');
  const { train, heldOut } = sets;
  const held = heldOut === undefined ? undefined : hostArrays('heldOut.x', heldOut?.x);
  const targets = leavesOf(hostArrays('train.y', train.y));
  return [...leak(hostArrays('train.x', train.x), held), ...targets.flatMap(([name, y]) => imbalance(y, name))];
}

function leak(train: NDArrays, heldOut: NDArrays | undefined): readonly Finding[] {
  if (heldOut === undefined || !isLeaf(train) || !isLeaf(heldOut)) return [];
  const known = new Map<number, number[]>();
  const rows = rowsOf(train);
  for (let i = 0; i < rows.count; i++) {
    const hash = rows.hash(i);
    const list = known.get(hash);
    if (list === undefined) known.set(hash, [i]);
    else list.push(i);
  }
  const others = rowsOf(heldOut);
  let shared = 0;
  for (let j = 0; j < others.count; j++) {
    if (known.get(others.hash(j))?.some((i) => rows.equals(i, others, j)) === true) shared++;
  }
  if (shared === 0) return [];
  const share = ((100 * shared) / others.count).toFixed(1);
  return [
    {
      rule: 'data leak',
      seen: `${shared} of ${others.count} held-out samples (${share} %) are also in the training set`,
      advice: 'take them out of one of the sets: the held-out accuracy is too good otherwise',
    },
  ];
}

function imbalance({ dtype, data, shape }: NDArray, name: string): readonly Finding[] {
  if (dtype === 'float32' || dtype === 'float64' || shape.length !== 1 || data.length === 0) return [];
  const counts = new Map<number, number>();
  for (const label of data) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => a[1] - b[1]);
  const [rare, fewest] = sorted[0] as [number, number];
  const [common, most] = sorted.at(-1) as [number, number];
  if (most < fewest * IMBALANCE) return [];
  return [
    {
      rule: 'class imbalance',
      seen: `${name === '' ? '' : `${name}: `}class ${common} has ${most} samples, class ${rare} only ${fewest}`,
      advice:
        'weight the classes (crossEntropy({ weight })), sample the rare ones more often, and look at each class’s accuracy',
    },
  ];
}

interface Rows {
  readonly count: number;
  hash(row: number): number;
  bytes(row: number): Uint8Array;
  equals(row: number, others: Rows, other: number): boolean;
}

function rowsOf({ data, shape }: NDArray): Rows {
  const count = shape[0] ?? 0;
  const size = numel(shape.slice(1)) * data.BYTES_PER_ELEMENT;
  const all = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = (row: number): Uint8Array => all.subarray(row * size, (row + 1) * size);
  return {
    count,
    bytes,
    hash(row) {
      // FNV-1a, 32 bits (Fowler, Noll & Vo).
      let h = 0x811c9dc5;
      for (let i = row * size; i < (row + 1) * size; i++) h = Math.imul(h ^ (all[i] as number), 0x01000193);
      return h;
    },
    equals(row, others, other) {
      const [a, b] = [bytes(row), others.bytes(other)];
      return a.length === b.length && a.every((v, i) => v === b[i]);
    },
  };
}
