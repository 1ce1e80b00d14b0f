import {
  formatShape,
  type HostDType,
  type NDArray,
  type NDArrays,
  numel,
  ShapeError,
  type Tree,
  ValueError,
} from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { emptyData } from '../arrays.ts';
import type { RowType } from '../lazy/lazy-dataset.ts';
import { expectOptions, expectValue, isCount } from './check.ts';
import type { BatchKernel, TransformableBatch } from './kernel.ts';
import type { BatchTransformOf } from './transform.ts';

export interface TrimPaddingOptions {
  /** Which array of the inputs says how many entries of each item count. Default `'lengths'`. */
  readonly lengths?: string;
  /** Arrays of the inputs with time as their second axis. Default: all that have a second axis, which must be of one size. */
  readonly arrays?: readonly string[];
  /** Whether the targets have time as their second axis, too; of several targets, which. Default false. */
  readonly targets?: boolean | readonly string[];
  /**
   * Lengths that batches are cut to: the smallest that all their items fit into, or the whole length where none does. Each length is one program more to
   * compile. Default: the length of the longest item of each batch.
   */
  readonly bounds?: readonly number[];
}

type Data = {
  readonly lengths: string;
  readonly arrays: readonly string[] | null;
  readonly targets: boolean | readonly string[];
  readonly bounds: readonly number[] | null;
};

/**
 * Cuts the padding that no item of the batch needs: arrays `[batch, time, …]` become as long as the longest item, or as the next of `bounds`. Entries that count
 * are never cut. For datasets that `sequenceDataset` makes.
 * Throws a `ValueError` when an option is unknown or of another kind; a loader throws it for a dataset without these arrays.
 */
export function trimPadding(options: TrimPaddingOptions = {}): BatchTransformOf<'trimPadding', Data> {
  expectOptions('trimPadding', options, ['lengths', 'arrays', 'targets', 'bounds']);
  const { lengths = 'lengths', arrays = null, targets = false, bounds = null } = options;
  const areNames = (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '');
  const isName = typeof lengths === 'string' && lengths !== '';
  expectValue('trimPadding.lengths', lengths, isName, "the name of an array of the inputs, such as 'lengths'");
  expectValue('trimPadding.arrays', arrays, arrays === null || areNames(arrays), "names of arrays, such as ['tokens']");
  const areTargets = typeof targets === 'boolean' || areNames(targets);
  expectValue('trimPadding.targets', targets, areTargets, 'true, false, or names of targets');
  const areBounds =
    bounds === null || (Array.isArray(bounds) && bounds.length > 0 && bounds.every((b) => isCount(b, 1)));
  expectValue('trimPadding.bounds', bounds, areBounds, 'positive whole numbers, such as [32, 64, 128]');
  const sorted = bounds === null ? null : [...new Set(bounds)].sort((a, b) => a - b);
  return { batchTransform: 'trimPadding', options: { lengths, arrays, targets, bounds: sorted } };
}

export const trimPaddingKernel: BatchKernel<Data> = {
  label: ({ bounds }) => (bounds === null ? '' : bounds.join(', ')),
  expect(item, target, options) {
    const cut = cutArrays(item, target, options, 0);
    const sizes = new Set(cut.map(({ shape }) => shape[0]));
    if (sizes.size === 1) return;
    throw new ShapeError('the arrays have time axes of different lengths', {
      received: cut.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', '),
      expected: 'one length of time, the first axis of an item',
      fix: 'name those that have an axis of time: trimPadding({ arrays: […] })',
    });
  },
  apply({ x, y }: TransformableBatch<NDArrays, NDArrays>, options) {
    const arrays = cutArrays(x, y, options, 1);
    const time = arrays[0]?.shape[1] as number;
    const length = lengthOf((x as Readonly<Record<string, NDArray>>)[options.lengths] as NDArray, time, options);
    const names = new Set(arrays.map(({ name }) => name));
    const cut = (of: string, arrays: NDArrays): NDArrays =>
      mapTree(arrays, (array, name) => (names.has(partName(of, name)) ? cutTo(array, length) : array)) as NDArrays;
    return length === time ? { x, y } : { x: cut('x', x), y: cut('y', y) };
  },
};

/** The arrays with an axis of time, which is behind `leading` others. Throws a `ValueError` for a dataset that lacks what the options name. */
function cutArrays<T extends RowType>(
  x: Tree<T>,
  y: Tree<T>,
  { lengths, arrays, targets }: Data,
  leading: 0 | 1,
): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  const inputs = new Map(isLeaf(x) ? [] : leavesOf(x));
  const own = inputs.get(lengths);
  if (own?.dtype !== 'int32' || own.shape.length !== leading)
    throw new ValueError('the inputs have no array of lengths', {
      received: isLeaf(x) ? 'inputs of one array' : [...inputs.keys()].join(', '),
      expected: `an array '${lengths}' of int32, one number an item`,
      fix: 'sequenceDataset(…) makes such a dataset; name the array with trimPadding({ lengths: … })',
    });
  const others = [...inputs].filter(([name]) => (arrays === null ? name !== lengths : arrays.includes(name)));
  const outputs = leavesOf(y).filter(([name]) => (Array.isArray(targets) ? targets.includes(name) : targets === true));
  const named = (arrays ?? []).filter((name) => !inputs.has(name));
  if (Array.isArray(targets)) named.push(...targets.filter((name) => outputs.every(([other]) => other !== name)));
  const found = [
    ...others
      .filter(([, { shape }]) => arrays !== null || shape.length > leading)
      .map(([name, t]) => part('x', name, t)),
    ...outputs.map(([name, t]) => part('y', name, t)),
  ];
  const flat = found.find(({ shape }) => shape.length <= leading);
  if (named.length === 0 && flat === undefined && found.length > 0) return found;
  throw new ValueError('there is no axis of time to cut', {
    received:
      named.length > 0 ? `the name ${named[0]}` : flat === undefined ? 'no array besides the lengths' : flat.name,
    expected: `arrays [batch, time, …] among ${[...inputs.keys()].filter((name) => name !== lengths).join(', ')}${targets === false ? '' : ' and the targets'}`,
  });
}

function part(
  of: string,
  name: string,
  { shape }: RowType,
): { readonly name: string; readonly shape: readonly number[] } {
  return { name: partName(of, name), shape };
}

function partName(of: string, name: string): string {
  return name === '' ? of : `${of}.${name}`;
}

/** The length that fits all items of a batch. */
function lengthOf(lengths: NDArray, time: number, { bounds }: Data): number {
  let longest = 1;
  for (const [i, length] of lengths.data.entries()) {
    if (length < 0 || length > time)
      throw new ValueError('a length is not within its item', {
        received: `${length} for item ${i} of the batch`,
        expected: `0 to ${time}, the length of the padded items`,
      });
    longest = Math.max(longest, length);
  }
  if (bounds === null) return longest;
  return Math.min(time, bounds.find((bound) => bound >= longest) ?? time);
}

/** The first `length` entries of each item. */
function cutTo<D extends HostDType>({ dtype, shape, data }: NDArray<D>, length: number): NDArray<D> {
  const [batch, time, ...rest] = shape as [number, number, ...number[]];
  const size = numel(rest);
  const cut = emptyData(dtype, batch * length * size);
  for (let i = 0; i < batch; i++)
    cut.set(data.subarray(i * time * size, (i * time + length) * size), i * length * size);
  return { dtype, shape: [batch, length, ...rest], data: cut };
}
