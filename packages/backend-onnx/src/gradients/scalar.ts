// Of which scalar gradients are taken.
import type { AnyLoss, Node, SampleType, Tensors, Tree } from '@descent/core';
import { DTypeError, ShapeError, ValueError } from '@descent/core';
import { formatShape, isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { cast, greaterEqual, input, less, logicalAnd, mul, oneHot, scalar, sum, where } from '@descent/core/ops';
import { checkedLoss } from '@descent/core/programs';

/** Of which scalar gradients are taken. */
export type GradientOf =
  /** The sum of the output's elements. */
  | 'sum'
  /** The sum of one number of each sample: that of a class, which is the input `class`. */
  | 'class'
  /** The sum of the output times an input `weights` of its shape: any vector-Jacobian product. */
  | 'weighted'
  /** A loss of the outputs and of targets, which are the input `target`, or `target/left` and so on. */
  | { readonly loss: AnyLoss; readonly target: Tree<SampleType> };

/** What the gradients are of, and an input that says more of it. */
export interface ScalarRequest {
  readonly of: GradientOf;
  /** Which output, where there are several. */
  readonly output: string | undefined;
  readonly batch: number;
}

/** The scalar, rank 0. @throws ValueError, ShapeError or DTypeError where the outputs have no such scalar. */
export function scalarOf(outputs: Tensors, { of, output, batch }: ScalarRequest): Node {
  if (typeof of === 'object') {
    const target = mapTree(of.target, ({ shape, dtype = 'float32' }, name) =>
      input(name === '' ? 'target' : `target/${name}`, [batch, ...shape], dtype),
    );
    return checkedLoss(of.loss, outputs, target);
  }
  const y = chosen(outputs, output);
  if (y.type.dtype !== 'float32') {
    throw new DTypeError('this output has no gradients', {
      path: output ?? 'output',
      received: y.type.dtype,
      expected: 'an output of floats',
      fix: 'name another output: output',
    });
  }
  if (of === 'sum') return sum(y);
  if (of === 'weighted') return sum(mul(y, input('weights', y.type.shape)));
  return classSum(y, batch);
}

/** The sum over samples of the number of a class. A class that there is not makes it and the gradients of its sample NaN. */
function classSum(y: Node, batch: number): Node {
  const [, classes = 0, ...more] = y.type.shape;
  if (classes < 2 || more.length > 0) {
    throw new ShapeError('the output has no classes to choose from', {
      path: 'of',
      received: formatShape(y.type.shape),
      expected: '[batch, classes]',
      fix: "take the gradient of the sum of the output, of: 'sum', or give it weights, of: 'weighted'",
    });
  }
  const wanted = input('class', [batch], 'int32');
  const isClass = logicalAnd(greaterEqual(wanted, scalar(0, 'int32')), less(wanted, scalar(classes, 'int32')));
  const own = sum(mul(y, cast(oneHot(wanted, classes), 'float32')), { axes: [1] });
  return sum(mul(own, where(isClass, scalar(1, 'float32', [batch]), scalar(Number.NaN, 'float32', [batch]))));
}

function chosen(outputs: Tensors, name: string | undefined): Node {
  const all = leavesOf(outputs);
  const found = isLeaf(outputs) && name === undefined ? outputs : all.find(([key]) => key === name)?.[1];
  if (found !== undefined) return found;
  const names = all.map(([key]) => key || 'output');
  throw new ValueError('gradients are of one output, and it is not clear of which', {
    path: 'output',
    received: name ?? `no name, and the outputs ${names.join(', ')}`,
    expected: isLeaf(outputs) ? 'no name: there is one output' : names.join(' or '),
  });
}
