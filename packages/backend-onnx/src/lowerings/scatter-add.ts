import { isDynamic, numel, type Shape } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, cast, expand, filled, range, reshape, scatterAdd } from '../model/ops.ts';
import type { Value } from '../model/value.ts';

/**
 * How to add rows to a table, as the gradient of an embedding does.
 * `'elements'`: each number with an index of its own. Any axis.
 * `'flat'`: likewise, but in a table that is one long vector, whose places ONNX Runtime finds in fewer steps.
 * `'rows'`: whole rows by one index each. ONNX Runtime shares the rows among its threads and lets two of them add to one place at once, so that this is
 * wrong on more than one thread.
 */
export type ScatterAddStrategy = 'elements' | 'flat' | 'rows';

type ScatterAdd = (b: GraphBuilder, indices: Value, updates: Value, result: Shape, axis: number) => Value;

const elements: ScatterAdd = (b, indices, updates, result, axis) => {
  const lead = updates.shape.slice(0, axis);
  const tail = result.slice(axis + 1);
  const count = numel(indices.shape);
  const rows = reshape(b, updates, [...lead, count, ...tail]);
  // ScatterElements wants an index for each element.
  const column = reshape(b, indices, [...lead.map(() => 1), count, ...tail.map(() => 1)]);
  return scatterAdd(b, filled(b, result, 0), expand(b, column, rows.shape), rows, axis);
};

const flat: ScatterAdd = (b, indices, updates, result) => {
  const count = numel(indices.shape);
  const width = numel(result.slice(1));
  const starts = binary(b, 'Mul', reshape(b, indices, [count, 1]), b.scalar(width, 'int32'));
  const places = reshape(b, binary(b, 'Add', starts, range(b, width, 'int32')), [count * width]);
  const numbers = reshape(b, updates, [count * width]);
  return reshape(b, scatterAdd(b, filled(b, [numel(result)], 0), places, numbers, 0), result);
};

const rows: ScatterAdd = (b, indices, updates, result) => {
  const count = numel(indices.shape);
  const places = reshape(b, cast(b, indices, 'int64'), [count, 1]);
  const numbers = reshape(b, updates, [count, ...result.slice(1)]);
  const zeros = filled(b, result, 0);
  return b.add('ScatterND', [zeros, places, numbers], zeros, { reduction: 'add' });
};

export const scatterAdds: Readonly<Record<ScatterAddStrategy, ScatterAdd>> = { elements, flat, rows };

/** Whether `result` is a table of rows that `flat` and `rows` are for: its places fit an int32, and all sizes are known. */
export function isTable(indices: Shape, result: Shape, axis: number): boolean {
  const shapes = [...indices, ...result];
  if (axis !== 0 || result.length < 2 || isDynamic(shapes)) return false;
  return shapes.every((size) => size > 0) && numel(result) < 2 ** 31;
}
