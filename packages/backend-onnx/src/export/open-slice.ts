import type { GraphBuilder } from '../model/builder.ts';
import { compare, gather, reshape, where } from '../model/ops.ts';
import type { Constant, Value } from '../model/value.ts';
import { differs, type Place } from './place.ts';
import type { SizeWriter } from './size-writer.ts';
import { isSame } from './varying-constant.ts';

/** Makes a list of integers, each given by what it is at each of the sizes. */
type ToVector = (entries: readonly (readonly number[])[]) => Value;

/** A range of indices of one axis, with bounds for each of the sizes. */
interface OpenRange {
  readonly axis: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly step: number;
  /** Size of the axis. */
  readonly sizes: readonly number[];
}

/** Whether the node is a slice whose bounds follow from sizes. */
export function isOpenSlice(at: Place): boolean {
  if (at.nodes[0]?.type !== 'Slice') return false;
  return [1, 2].some((j) => {
    const constants = at.constants(j);
    return constants !== null && !constants.every((c) => isSame(c, constants[0] as Constant));
  });
}

/**
 * A slice with bounds that follow from sizes. ONNX's Slice bounds what lies outside of the axis in silence; where the bounds do not show by
 * themselves that nothing does, such as the first `time` rows of a table, the entries are looked up one by one, which is an error outside.
 */
export function openSlice(b: GraphBuilder, writer: SizeWriter, at: Place): Value {
  const list = (j: number): readonly (readonly number[])[] =>
    at.constants(j)?.map(({ data }) => Array.from(data, Number)) ?? [];
  const [starts, ends, [axes = []], [steps]] = [list(1), list(2), list(3), list(4)];
  const column = (rows: readonly (readonly number[])[], j: number): number[] => rows.map((row) => row[j] as number);
  const ranges = axes.map((axis, j): OpenRange => {
    const bounds = { starts: column(starts, j), ends: column(ends, j) };
    return { axis, ...bounds, step: steps?.[j] ?? 1, sizes: at.shapes(0).map((shape) => shape[axis] as number) };
  });
  const vector: ToVector = (entries) => {
    const rows = (entries[0] ?? []).map((_, i) => entries.map((entry) => entry[i] as number));
    const found = writer.vector(rows);
    if (found === null) throw differs(at.nodes, rows.map((row) => `bounds [${row.join(', ')}]`).join(', then '));
    return found;
  };
  const x = at.operand(0) as Value;
  const sliced = sliceOf(b, vector, x, ranges.filter(isInside));
  return ranges
    .filter((range) => !isInside(range))
    .reduce((value, range) => gather(b, value, indices(b, vector, range), range.axis), sliced);
}

/** ONNX's own slice. */
function sliceOf(b: GraphBuilder, vector: ToVector, x: Value, inside: readonly OpenRange[]): Value {
  if (inside.length === 0) return x;
  const shape = x.shape.map((d, axis) => lengthOf(inside.find((range) => range.axis === axis)) ?? d);
  const operands = [
    x,
    vector(inside.map((range) => range.starts)),
    vector(inside.map((range) => range.ends)),
    b.ints(inside.map(({ axis }) => axis)),
    ...(inside.some(({ step }) => step !== 1) ? [b.ints(inside.map(({ step }) => step))] : []),
  ];
  return b.add('Slice', operands, { dtype: x.dtype, shape });
}

/** Whether the bounds show that they lie inside of the axis, whatever its size: both have a fixed distance from its ends. */
function isInside({ starts, ends, sizes }: OpenRange): boolean {
  const fixed = (numbers: readonly number[]): number | null =>
    numbers.every((n) => n === numbers[0]) ? (numbers[0] as number) : null;
  const fromStart = fixed(starts);
  const isLast = fixed(sizes.map((size, i) => size - (starts[i] as number))) === 1;
  const behind = fixed(sizes.map((size, i) => size - (ends[i] as number)));
  return (isLast || (fromStart !== null && fromStart >= 0)) && behind !== null && behind >= 0;
}

function lengthOf(range: OpenRange | undefined): number | undefined {
  return range && Math.ceil(((range.ends[0] as number) - (range.starts[0] as number)) / range.step);
}

/** The indices of a range; one in front of the axis becomes one far behind it, since ONNX counts negative ones from the end. */
function indices(b: GraphBuilder, vector: (parts: readonly (readonly number[])[]) => Value, range: OpenRange): Value {
  const bound = (numbers: readonly number[]): Value =>
    numbers.every((n) => n === numbers[0])
      ? b.scalar(numbers[0] as number, 'int64')
      : reshape(b, vector([numbers]), []);
  const operands = [bound(range.starts), bound(range.ends), b.scalar(range.step, 'int64')];
  const all = b.add('Range', operands, { dtype: 'int64', shape: [lengthOf(range) as number] });
  if (range.starts.every((start) => start === range.starts[0])) return all;
  return where(b, compare(b, 'Less', all, b.scalar(0, 'int64')), b.scalar(2 ** 31 - 1, 'int64'), all);
}
