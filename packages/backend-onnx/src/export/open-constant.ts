import type { GraphBuilder } from '../model/builder.ts';
import { cast } from '../model/ops.ts';
import type { Constant, Value } from '../model/value.ts';
import { differs, type Place } from './place.ts';
import type { SizeWriter } from './size-writer.ts';
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
    case 'range': {
      const count = writer.scalar(varying.counts);
      if (count === null) return null;
      const numbers = [b.scalar(0, 'int64'), count, b.scalar(1, 'int64')];
      return cast(b, b.add('Range', numbers, { dtype: 'int64', shape }), dtype);
    }
    case 'filled': {
      const target = writer.vector(constants.map((c) => c.shape));
      return target === null ? null : b.add('Expand', [b.scalar(varying.value, dtype), target], { dtype, shape });
    }
    default:
      return null;
  }
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
