import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { type Pool2dAttrs, poolType } from './_pool.ts';
import { expectGradientShape, imageSize } from './_window.ts';

export const maxPool2dGradOp: PrimitiveOp<'maxPool2dGrad', Pool2dAttrs> = {
  kind: 'primitive',
  name: 'maxPool2dGrad',
  infer(inputs, attrs) {
    const [x, y, dy] = inputs as readonly [TensorType, TensorType, TensorType];
    const { shape } = poolType('maxPool2dGrad', x, attrs);
    for (const t of [y, dy]) {
      imageSize('maxPool2dGrad', 'a result and its gradient', t);
      expectGradientShape('maxPool2dGrad', t.shape, shape);
    }
    return x;
  },
  grad: 'undefined',
  gradAdvice: 'for second derivatives, use avgPool2d or a strided conv2d instead of maxPool2d',
};

/**
 * Gradient of `y = maxPool2d(x)`: each element of `dy` goes to the first largest pixel of its window (in row-major order, as in PyTorch).
 */
export function maxPool2dGrad(x: Node, y: Node, dy: Node, attrs: Pool2dAttrs): Node {
  return node(maxPool2dGradOp, [x, y, dy], attrs);
}
