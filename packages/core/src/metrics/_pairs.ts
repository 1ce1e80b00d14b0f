import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectAlike } from './_scores.ts';
import type { Metric } from './metric.ts';

/** A metric of all outputs and targets together, the mean of `number` over the columns that a sample has: output and target `[batch, …]` of one shape. */
export function paired<Name extends string>(
  name: Name,
  number: (outputs: Float64Array, targets: Float64Array) => number,
): Metric<Node, Node, Name> {
  return {
    name,
    better: 'higher',
    statistic: {
      keep: 'rows',
      result(kept, width) {
        const columns = width / 2;
        const each = Array.from({ length: columns }, (_, c) =>
          number(column(kept, width, c), column(kept, width, columns + c)),
        );
        return each.reduce((sum, value) => sum + value, 0) / columns;
      },
    },
    apply(output, target) {
      expectAlike(name, output.type, target.type);
      const [batch = 1, ...rest] = output.type.shape;
      const rows = (x: Node): Node => reshape(x, [batch, numel(rest)]);
      return concat([rows(output), rows(reshape(cast(target, 'float32'), output.type.shape))], 1);
    },
    targets: () => [{ kind: 'numbers' }],
  };
}

/** Column `c` of rows of `width` numbers. */
export function column(kept: Float64Array, width: number, c: number): Float64Array {
  return Float64Array.from({ length: kept.length / width }, (_, row) => kept[row * width + c] as number);
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
