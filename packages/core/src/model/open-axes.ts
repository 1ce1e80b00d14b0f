import { DescentError, type ErrorDetails, ShapeError, ValueError } from '../errors.ts';
import type { DType } from '../ir/dtype.ts';
import { isRecord } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { formatShape } from '../ir/shape.ts';
import { leavesOf, mapTree, type Tensors, type Tree } from '../ir/tree.ts';
import { describeValue, expectCount, expectOptions } from '../options.ts';
import { expectSamples, type SampleType } from './forward.ts';

/** The type of one sample, where a name stands for the size of an axis that is known only when the network runs: `{ shape: ['time', 8] }`. */
export interface OpenSampleType {
  readonly shape: readonly (number | string)[];
  /** Default `'float32'`; pixels are `'uint8'`, tokens `'int32'`. */
  readonly dtype?: DType;
}

/** The type of one sample of tensors `T`, some of whose axes may be open: one, or several of the same names. */
export type OpenSamplesOf<T extends Tensors> = T extends Node
  ? OpenSampleType
  : { readonly [K in keyof T]: OpenSampleType };

/** Which sizes an open axis may have. */
export interface AxisRange {
  /** Default 1. */
  readonly min?: number;
  /** Default: none. */
  readonly max?: number;
  /** The size is a multiple of this, such as the length of a patch. Default 1. */
  readonly multipleOf?: number;
}

/** The ranges of open axes, by their names. */
export type AxisRanges = Readonly<Record<string, AxisRange>>;

/** An axis by name, with all sizes that it may have. */
export interface OpenAxis {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly multipleOf: number;
}

/** The size of each open axis by its name. */
export type AxisSizes = Readonly<Record<string, number>>;

/**
 * The open axes of `sample` in the order in which they appear, with their ranges. Axes of one name have one size.
 * @throws ValueError for a name that is none, a range that holds at most one size, or a range of an axis that there is not.
 */
export function openAxes(what: string, sample: Tree<OpenSampleType>, ranges: AxisRanges = {}): readonly OpenAxis[] {
  expectOpenSamples(what, sample);
  const names = new Set(
    leavesOf(sample).flatMap(([, leaf]) => leaf.shape.filter((d): d is string => typeof d === 'string')),
  );
  for (const name of names) expectAxisName(what, name);
  expectOptions(`${what}: axes`, ranges, [...names]);
  return [...names].map((name) => openAxis(what, name, Object.hasOwn(ranges, name) ? (ranges[name] as AxisRange) : {}));
}

/** Throws unless `sample` is the type of one sample, or of several by name, with sizes or names for its axes. */
export function expectOpenSamples(what: string, sample: unknown): asserts sample is Tree<OpenSampleType> {
  const closed = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('shape' in value) || !Array.isArray(value.shape)) return value;
    return { ...value, shape: value.shape.map((d: unknown) => (typeof d === 'string' ? 1 : d)) };
  };
  const entries = isRecord(sample) ? Object.entries(sample).map(([name, one]) => [name, closed(one)] as const) : null;
  expectSamples(what, entries === null ? closed(sample) : Object.fromEntries(entries));
}

/** `sample` with the sizes of its open axes put in. */
export function sampleAt(sample: Tree<OpenSampleType>, sizes: AxisSizes): Tree<SampleType> {
  return mapTree(sample, ({ shape, ...rest }) => ({
    ...rest,
    shape: shape.map((d) => (typeof d === 'string' ? (sizes[d] as number) : d)),
  }));
}

/**
 * The sizes that the open axes of `sample` have in `arrays`, which have the batch in front.
 * @throws ShapeError when an array does not fit, when two disagree about one axis, or when a size is out of its range.
 */
export function sizesIn(
  sample: Tree<OpenSampleType>,
  axes: readonly OpenAxis[],
  arrays: Readonly<Record<string, Pick<NDArray, 'shape'> | undefined>>,
): AxisSizes {
  const found = new Map<string, { readonly size: number; readonly input: string }>();
  for (const [leaf, { shape }] of leavesOf(sample)) {
    const input = leaf || 'input';
    const given = arrays[input]?.shape;
    for (const [i, name] of shape.entries()) {
      if (typeof name !== 'string') continue;
      const size = given?.[i + 1];
      if (given?.length !== shape.length + 1 || size === undefined) {
        throw new ShapeError(`the input '${input}' does not fit`, {
          received: given === undefined ? 'no array' : formatShape(given),
          expected: `[${['batch', ...shape].join(', ')}]`,
        });
      }
      const before = found.get(name);
      if (before !== undefined && before.size !== size) {
        throw new ShapeError(`the inputs disagree about the size of '${name}'`, {
          received: `${before.size} in '${before.input}', ${size} in '${input}'`,
          expected: 'one size of that axis in all inputs',
        });
      }
      found.set(name, { size, input });
    }
  }
  for (const axis of axes) expectInRange(axis, found.get(axis.name)?.size);
  return Object.fromEntries([...found].map(([name, { size }]) => [name, size]));
}

/** Whether `axis` may have this size. */
export function isInRange({ min, max, multipleOf }: OpenAxis, size: number): boolean {
  return size >= min && size <= max && size % multipleOf === 0;
}

/** `at least 1`, `from 4 to 512, a multiple of 4`. */
export function formatRange({ min, max, multipleOf }: OpenAxis): string {
  const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
  return multipleOf === 1 ? range : `${range}, a multiple of ${multipleOf}`;
}

/** A size for each axis to look at the network with: the one nearest to 16. */
export function exampleSizes(axes: readonly OpenAxis[]): AxisSizes {
  const size = ({ min, max, multipleOf }: OpenAxis): number => {
    const last = max === Number.POSITIVE_INFINITY ? max : Math.floor(max / multipleOf) * multipleOf;
    return Math.min(last, Math.max(min, Math.ceil(16 / multipleOf) * multipleOf));
  };
  return Object.fromEntries(axes.map((axis) => [axis.name, size(axis)]));
}

/** Does `work` with the network at `sizes`. An error says for which sizes of the open axes it was. */
export function atSizes<T>(sizes: AxisSizes, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const names = Object.keys(sizes).filter((name) => name !== 'batch');
    if (names.length === 0 || !(error instanceof DescentError)) throw error;
    const { path, received, expected } = error.details;
    const Same = error.constructor as new (summary: string, details: ErrorDetails) => DescentError;
    throw new Same(`${error.summary}, for ${names.map((name) => `${name} = ${sizes[name]}`).join(', ')}`, {
      path,
      received,
      expected,
      fix: `where the network takes some sizes only, say which: axes: { ${names[0]}: { min: 8, max: 512, multipleOf: 4 } }; where it takes one, write that in the sample's shape instead of '${names[0]}'`,
      cause: error,
    });
  }
}

function expectInRange(axis: OpenAxis, size: number | undefined): void {
  if (size === undefined || isInRange(axis, size)) return;
  throw new ShapeError(`the size of '${axis.name}' is out of its range`, {
    received: `${size}`,
    expected: formatRange(axis),
  });
}

function openAxis(what: string, name: string, range: AxisRange): OpenAxis {
  const path = `${what}: axes.${name}`;
  expectOptions(path, range, ['min', 'max', 'multipleOf']);
  const { min = 1, max = Number.POSITIVE_INFINITY, multipleOf = 1 } = range;
  expectCount(path, 'min', min);
  expectCount(path, 'multipleOf', multipleOf);
  if (max !== Number.POSITIVE_INFINITY) expectCount(path, 'max', max);
  const least = Math.ceil(min / multipleOf) * multipleOf;
  const most = Math.floor(max / multipleOf) * multipleOf;
  if (most > least) return { name, min: least, max: most, multipleOf };
  throw new ValueError(`${what}: the axis '${name}' has no room`, {
    path: `axes.${name}`,
    received: formatRange({ name, min, max, multipleOf }),
    expected: 'a range that holds at least two sizes',
    fix: `write the size as a number where the shape says '${name}'`,
  });
}

function expectAxisName(what: string, name: string): void {
  if (/^[A-Za-z]\w*$/.test(name) && name !== 'batch') return;
  throw new ValueError(`${what}: an axis has a name that cannot be used`, {
    path: 'sample',
    received: describeValue(name),
    expected: "a word of letters, digits and _, such as 'time'",
    fix: name === 'batch' ? 'leave the batch out: it stands in front of every sample' : undefined,
  });
}
