import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { expectOptions } from '../../options.ts';
import { type Pool2dAttrs, type Pool2dOptions, poolAttrs, poolType } from './_pool.ts';
import type { Pair } from './_window.ts';
import { avgPool2dGrad } from './avg-pool2d-grad.ts';

export interface AvgPool2dAttrs extends Pool2dAttrs {
  /** Whether padding counts as pixels of value 0. */
  readonly countIncludePad: boolean;
}

export const avgPool2dOp: PrimitiveOp<'avgPool2d', AvgPool2dAttrs> = {
  kind: 'primitive',
  name: 'avgPool2d',
  infer: ([x], attrs) => poolType('avgPool2d', x as TensorType, attrs),
  grad({ inputs: [x], attrs, dy }) {
    const [, , h, w] = (x as Node).type.shape as readonly [number, number, number, number];
    return [avgPool2dGrad(dy, { ...attrs, inputSize: [h, w] })];
  },
};

export interface AvgPool2dOptions extends Pool2dOptions {
  /** Default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
}

/** Mean of each window, `[batch, channels, height, width] → [batch, channels, height', width']`. */
export function avgPool2d(x: Node, kernelSize: number | Pair, options: AvgPool2dOptions = {}): Node {
  expectOptions('avgPool2d', options, ['stride', 'padding', 'countIncludePad']);
  const { countIncludePad = true, ...window } = options;
  return node(avgPool2dOp, [x], { ...poolAttrs('avgPool2d', x, kernelSize, window), countIncludePad });
}
