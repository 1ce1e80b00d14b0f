import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { reshape } from '../ops/shape/reshape.ts';
import type { OutputKind } from '../targets/output-kind.ts';
import type { TargetRule } from '../targets/rule.ts';
import { expectReduction, type Reduction, reduced, weightOfMean } from './_reduction.ts';
import { expectSameShape } from './_shape.ts';
import type { Loss } from './loss.ts';

/** A loss that compares each number of the output with one of the target. */
export interface Elements {
  readonly label: string;
  readonly output: OutputKind;
  readonly rule: TargetRule;
  readonly reduction?: Reduction | undefined;
  /** Whether targets `[batch]` go with an output `[batch, 1]`. */
  readonly takesColumn?: boolean;
  /** The losses, of the shape of both. */
  readonly of: (output: Node, target: Node) => Node;
}

export function ofElements({ label, output, rule, reduction = 'mean', takesColumn = false, of }: Elements): Loss {
  expectReduction(label, reduction);
  return {
    label,
    output,
    apply(x, target) {
      const y = takesColumn ? asColumn(x, target) : target;
      expectSameShape(label, x.type, y.type);
      return reduced(of(x, cast(y, 'float32')), reduction);
    },
    weight: ({ type: { shape } }) => weightOfMean(shape, reduction),
    targets: () => [rule],
  };
}

/** Targets without an axis for their only column get it. */
function asColumn({ type: { shape } }: Node, target: Node): Node {
  return sameShape(shape, [...target.type.shape, 1]) ? reshape(target, shape) : target;
}
