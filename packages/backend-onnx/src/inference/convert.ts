import {
  type AxisRange,
  type AxisRanges,
  BackendError,
  DYNAMIC,
  formatShape,
  type NDArray,
  numel,
  type Shape,
} from '@descent/core';
import { formatRange, fromFloat16, type HostDType, isInRange, toFloat16 } from '@descent/core/backend';
import { toArray, toTensor } from '../device/tensors.ts';
import type { Ort } from '../runtime/runtime.ts';
import { expectArray } from './check-array.ts';
import { type FilePort, type ForeignType, formatPort, type Port } from './ports.ts';

type Values = NDArray['data'];
type Foreign = ArrayBufferView & ArrayLike<number | bigint>;

interface Conversion {
  /** The values as the file stores them; numbers that do not fit have been refused. */
  encode(values: Values): Foreign;
  decode(values: Foreign): Values;
  /** Smallest and largest number that the file's type holds; infinities always fit where there are any. */
  readonly range: readonly [number, number];
}

const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;
const FLOAT32_MAX = 3.4028234663852886e38;
/** The largest float32 that rounds to a finite float16. */
const ROUNDS_TO_FLOAT16 = 65519.99609375;
/** Half a step above the largest float32, a float64 is nearer to what would be the next float32. */
const ROUNDS_TO_FLOAT32 = 3.4028235677973366e38;

const bits = (values: Foreign): Uint16Array => new Uint16Array(values.buffer, values.byteOffset, values.length);
const numbers = (values: Foreign): Values => Int32Array.from(values as ArrayLike<number>);
const bigs = (values: Foreign): Values => Int32Array.from(values as unknown as ArrayLike<bigint>, Number);

const CONVERSIONS: Readonly<Record<ForeignType, Conversion>> = {
  float16: { encode: toFloat16, decode: (v) => fromFloat16(bits(v)), range: [-ROUNDS_TO_FLOAT16, ROUNDS_TO_FLOAT16] },
  float64: {
    encode: (v) => Float64Array.from(v),
    decode: (v) => Float32Array.from(v as ArrayLike<number>),
    range: [-Number.MAX_VALUE, Number.MAX_VALUE],
  },
  int8: { encode: (v) => Int8Array.from(v), decode: numbers, range: [-128, 127] },
  int16: { encode: (v) => Int16Array.from(v), decode: numbers, range: [-(2 ** 15), 2 ** 15 - 1] },
  uint16: { encode: (v) => Uint16Array.from(v), decode: numbers, range: [0, 2 ** 16 - 1] },
  uint32: { encode: (v) => Uint32Array.from(v), decode: numbers, range: [0, INT32[1]] },
  int64: { encode: (v) => BigInt64Array.from(v, BigInt), decode: bigs, range: INT32 },
  uint64: { encode: (v) => BigUint64Array.from(v, BigInt), decode: bigs, range: [0, INT32[1]] },
};

/** Whether `given` may be given for a port: its own type, or one whose values all keep their meaning. */
function accepts({ dtype, elementType }: Port, given: HostDType): boolean {
  if (given === dtype) return true;
  return elementType === 'float64'
    ? given === 'float64'
    : elementType !== undefined && dtype === 'int32' && given === 'uint8';
}

/** `x` as a tensor of the file's element type. Throws a `BackendError` when it does not fit the port. */
export function toFeed(ort: typeof Ort, port: FilePort, x: NDArray, path: string): Ort.Tensor {
  expectFeed(port, x, path);
  if (port.elementType === undefined) return toTensor(ort, x);
  const { encode, range } = CONVERSIONS[port.elementType];
  expectInRange(x.data, range, (value) => ({
    summary: `the model's input '${port.name}' is ${port.elementType}, which cannot hold a value that was given`,
    received: value,
    expected: `numbers from ${range[0]} to ${range[1]}`,
    path,
  }));
  const values = encode(x.data);
  const tensor = new ort.Tensor(port.elementType as 'int64', values as BigInt64Array, x.shape as number[]);
  // Where JavaScript has Float16Array, as in Node 24, a tensor turns the bits into one, which the runtime of Node cannot read.
  if (port.elementType === 'float16') Object.defineProperty(tensor, 'data', { value: values });
  return tensor;
}

/** A result as Descent knows it. Throws a `BackendError` for a number that its type cannot hold. */
export function fromResult(port: Port, result: Ort.Tensor, path: string): NDArray {
  if (port.elementType === undefined) return toArray(result);
  const values = result.data as unknown as Foreign;
  const range = port.dtype === 'int32' ? INT32 : ([-ROUNDS_TO_FLOAT32, ROUNDS_TO_FLOAT32] as const);
  if (port.elementType !== 'float16') {
    expectInRange(values, range, (value) => ({
      summary: `the model's output '${port.name}' is ${port.elementType}, and a value of it does not fit ${port.dtype}`,
      received: value,
      expected:
        port.dtype === 'int32'
          ? `integers from ${range[0]} to ${range[1]}`
          : `numbers of a size up to ${FLOAT32_MAX}, or infinite`,
      fix: 'let the model scale it, or give another element type',
      path,
    }));
  }
  const { decode } = CONVERSIONS[port.elementType];
  return { dtype: port.dtype, shape: result.dims, data: decode(values) };
}

/** Throws a `BackendError` unless `x` is an array of the type and shape of `port`. */
export function expectFeed(port: FilePort, x: NDArray, path: string): void {
  expectArray(x, port.name, path);
  const { name, dtype, shape, anyShape = false } = port;
  const type = accepts(port, x.dtype);
  const size = anyShape || hasSizes(x.shape, shape);
  if (type && size && x.data.length === numel(x.shape)) return;
  throw new BackendError(`the model's input '${name}' does not fit`, {
    path,
    received: `${x.dtype}${formatShape(x.shape)}${x.data.length === numel(x.shape) ? '' : ` of ${x.data.length} elements`}`,
    expected: formatPort(port),
    fix: type ? 'resize the samples to what the model was trained on' : `give the values as ${dtype}`,
  });
}

function hasSizes(given: Shape, wanted: Shape): boolean {
  if (given.length !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== DYNAMIC && wanted[i] !== given[i]) return false;
  return true;
}

interface Complaint {
  readonly summary: string;
  readonly received: string;
  readonly expected: string;
  readonly fix?: string;
  readonly path: string;
}

function expectInRange(
  values: ArrayLike<number | bigint>,
  [least, most]: readonly [number, number],
  complain: (value: string) => Complaint,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | bigint;
    // NaN and the infinities exist in every type that has fractions.
    if ((value >= least && value <= most) || (typeof value === 'number' && !Number.isFinite(value))) continue;
    const { summary, ...details } = complain(`${value} at position ${i}`);
    throw new BackendError(summary, details);
  }
}

/** A named axis of an input. */
interface NamedAxis {
  readonly axis: string;
  readonly input: string;
  readonly at: number;
  readonly range: AxisRange | undefined;
}

/**
 * A check that axes of one name have one size in all inputs, and one that `ranges` allow. It throws a `BackendError` that names two that differ, or
 * the axis.
 */
export function axesCheck(
  ports: readonly FilePort[],
  ranges: AxisRanges,
  path: string,
): (feeds: Readonly<Record<string, NDArray>>) => void {
  const rangeOf = (axis: string): AxisRange | undefined => (Object.hasOwn(ranges, axis) ? ranges[axis] : undefined);
  const named = ports.flatMap(({ name, axes }) =>
    axes.flatMap((axis, at): readonly NamedAxis[] =>
      axis === null ? [] : [{ axis, input: name, at, range: rangeOf(axis) }],
    ),
  );
  const isFree =
    new Set(named.map(({ axis }) => axis)).size === named.length && named.every((n) => n.range === undefined);
  return isFree ? () => {} : (feeds) => expectAxes(named, feeds, path);
}

function expectAxes(named: readonly NamedAxis[], feeds: Readonly<Record<string, NDArray>>, path: string): void {
  const sizes = new Map<string, { readonly size: number; readonly input: string }>();
  for (const { axis, input, at, range } of named) {
    const size = feeds[input]?.shape[at];
    if (size === undefined) continue;
    const known = sizes.get(axis);
    expectInAxisRange(axis, range, size, path);
    if (known === undefined) sizes.set(axis, { size, input });
    else if (known.size !== size) {
      throw new BackendError(`the model's axis '${axis}' has two sizes`, {
        path,
        received: `${known.size} in '${known.input}', ${size} in '${input}'`,
        expected: 'one size wherever the file uses this name',
        fix: 'feed inputs that belong together',
      });
    }
  }
}

function expectInAxisRange(name: string, range: AxisRange | undefined, size: number, path: string): void {
  const axis = { name, min: 0, max: Number.POSITIVE_INFINITY, multipleOf: 1, ...range };
  if (isInRange(axis, size)) return;
  throw new BackendError(`the model's axis '${name}' has a size that the model was not exported for`, {
    path,
    received: `${size}`,
    expected: formatRange(axis),
    fix: 'cut or pad the samples, or export the network again with another range',
  });
}
