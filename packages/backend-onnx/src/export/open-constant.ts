import { type Shape, sameShape } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { cast, reshape } from '../model/ops.ts';
import type { Constant, Value } from '../model/value.ts';
import { type Affine, closedShape, openAxesOf } from './affine-constant.ts';
import { differs, type Place } from './place.ts';
import type { SizeWriter } from './size-writer.ts';
import { rowsAndColumns } from './triangle-constant.ts';
import { varyingConstant } from './varying-constant.ts';

/** An operand that is another constant for each of the sizes, computed from them. Throws a `ShapeError` when it cannot be. */
export function openConstant(b: GraphBuilder, writer: SizeWriter, at: Place, operand: number): Value {
  const constants = at.constants(operand) as readonly Constant[];
  const [{ dtype, shape }] = constants as readonly [Constant];
  const isList = dtype === 'int64' && constants.every((c) => c.shape.length === 1 && c.data.length === shape[0]);
  const value = isList ? openList(b, writer, at, operand) : openTensor(b, writer, constants);
  if (value !== null) return value;
  const shown = isList ? constants.map(({ data }) => data) : constants.map((c) => c.shape);
  throw differs(at.nodes, shown.map((list) => `[${Array.from(list).join(', ')}]`).join(', then '));
}

function openTensor(b: GraphBuilder, writer: SizeWriter, constants: readonly Constant[]): Value | null {
  const [{ dtype, shape }] = constants as readonly [Constant];
  const varying = varyingConstant(constants, (values) => writer.tells(values));
  switch (varying?.kind) {
    case 'number': {
      const number = writer.scalar(varying.values);
      return number === null ? null : cast(b, number, dtype);
    }
    case 'affine': {
      const count = openCount(b, writer, constants, varying.each);
      return count === null ? null : cast(b, count, dtype);
    }
    case 'triangle':
      return openTriangle(b, writer, constants, varying);
    case 'filled': {
      const target = writer.vector(constants.map((c) => c.shape));
      return target === null ? null : b.add('Expand', [b.scalar(varying.value, dtype), target], { dtype, shape });
    }
    default:
      return null;
  }
}

/** Numbers that count along open axes: a range for each of them, times its step, added up and repeated along the others. */
function openCount(
  b: GraphBuilder,
  writer: SizeWriter,
  constants: readonly Constant[],
  each: readonly Affine[],
): Value | null {
  const shapes: readonly Shape[] = constants.map((c) => c.shape);
  const [shape] = shapes as readonly [Shape];
  const open = openAxesOf(shapes);
  const closed = closedShape(shape, open);
  // One number for each place on the axes that are not open.
  const table = (lists: readonly (readonly number[])[]): Value | null => {
    const vector = writer.vector(lists);
    return vector === null ? null : reshape(b, vector, closed);
  };
  const bases = each.map(({ base }) => base);
  const stepsAlong = (k: number): readonly (readonly number[])[] => each.map(({ steps }) => steps.get(k) ?? []);
  const countAlong = (k: number): Value | null => {
    const range = rangeAlong(b, writer, shapes, k);
    if (range === null || isAll(stepsAlong(k), 1)) return range;
    const step = table(stepsAlong(k));
    return step && b.add('Mul', [range, step], { dtype: 'int64', shape: joined(range.shape, closed) });
  };
  const counted = open.filter((k) => !isAll(stepsAlong(k), 0));
  const begins = counted.length === 0 || !isAll(bases, 0) ? [table(bases)] : [];
  const total = [...begins, ...counted.map(countAlong)].reduce(
    (sum, part) => sum && part && b.add('Add', [sum, part], { dtype: 'int64', shape: joined(sum.shape, part.shape) }),
  );
  if (total === null || (counted.length === open.length && sameShape(total.shape, shape))) return total;
  const target = writer.vector(shapes);
  return target && b.add('Expand', [total, target], { dtype: 'int64', shape });
}

function isAll(lists: readonly (readonly number[])[], value: number): boolean {
  return lists.every((list) => list.every((v) => v === value));
}

/** `[0, 1, …]` along an open axis of tensors of `shapes`, with ones for the others. */
function rangeAlong(b: GraphBuilder, writer: SizeWriter, shapes: readonly Shape[], axis: number): Value | null {
  const [shape] = shapes as readonly [Shape];
  const count = writer.scalar(shapes.map((s) => s[axis] as number));
  if (count === null) return null;
  const size = shape[axis] as number;
  const range = b.add('Range', [b.scalar(0, 'int64'), count, b.scalar(1, 'int64')], { dtype: 'int64', shape: [size] });
  if (shape.length === 1) return range;
  const target = b.ints(shape.map((_, k) => (k === axis ? -1 : 1)));
  const placed = shape.map((_, k) => (k === axis ? size : 1));
  return b.add('Reshape', [range, target], { dtype: 'int64', shape: placed });
}

/** Of two shapes of which each has sizes where the other has ones, or the same. */
function joined(a: Shape, b: Shape): Shape {
  return a.map((d, i) => Math.max(d, b[i] as number));
}

/** Whether `column <= row + diagonal`, or not. */
function openTriangle(
  b: GraphBuilder,
  writer: SizeWriter,
  constants: readonly Constant[],
  { diagonals, inside }: { readonly diagonals: readonly number[]; readonly inside: boolean },
): Value | null {
  const shapes = constants.map((c) => c.shape);
  const axes = rowsAndColumns(constants[0] as Constant);
  if (axes === null) return null;
  const [rows, columns] = axes.map((axis) => rangeAlong(b, writer, shapes, axis));
  const diagonal = writer.scalar(diagonals);
  if (rows == null || columns == null || diagonal === null) return null;
  const ends = diagonals.every((d) => d === 0) ? rows : b.add('Add', [rows, diagonal], rows);
  const type = { dtype: 'bool', shape: shapes[0] as Shape } as const;
  return b.add(inside ? 'LessOrEqual' : 'Greater', [columns, ends], type);
}

/** A list of integers, such as the target of a reshape. */
function openList(b: GraphBuilder, writer: SizeWriter, at: Place, operand: number): Value | null {
  const rows = (at.constants(operand) as readonly Constant[]).map(({ data }) => Array.from(data, Number));
  return at.nodes[0]?.type === 'Reshape' && operand === 1 ? reshapeTarget(b, writer, at, rows) : writer.vector(rows);
}

/**
 * The target of a reshape: −1 where a single size differs, or for one that nothing tells; 0, which keeps the size of the input, where that is
 * the same axis; else computed.
 */
function reshapeTarget(
  b: GraphBuilder,
  writer: SizeWriter,
  at: Place,
  rows: readonly (readonly number[])[],
): Value | null {
  const [first] = rows as readonly [readonly number[]];
  const column = (j: number): readonly number[] => rows.map((row) => row[j] as number);
  const open = [...first.keys()].filter((j) => column(j).some((d) => d !== first[j]));
  // Beside a 0 for an empty axis, neither -1 nor "keep" can be said.
  const isEmpty = first.includes(0);
  if (open.length === 1 && !isEmpty) return b.ints(first.map((d, j) => (open.includes(j) ? -1 : d)));
  const shapes = at.shapes(0);
  const isKept = (j: number): boolean => !isEmpty && shapes.every((shape, i) => shape[j] === rows[i]?.[j]);
  const rest = open.filter((j) => !isKept(j) && writer.size(column(j)) === null);
  if (rest.length > (isEmpty ? 0 : 1)) return null;
  const entry = (d: number, j: number): number => (rest.includes(j) ? -1 : open.includes(j) && isKept(j) ? 0 : d);
  return writer.vector(rows.map((row) => row.map(entry)));
}
