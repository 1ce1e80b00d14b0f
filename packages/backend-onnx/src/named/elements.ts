import { isOp, type Node } from '@descent/core/backend';
import {
  type ElementCall,
  eluOp,
  geluOp,
  hardtanhOp,
  type LeakyReluCall,
  mishOp,
  scalar,
  softplusOp,
} from '@descent/core/ops';
import type { Inputs } from './known.ts';
import { operator } from './operator.ts';

/** Functions of each element that core has an op for. Not `Sigmoid` and `Tanh`: ONNX Runtime's have few right digits far from 0. */
export function elementOp(n: Node, opset: number): Node | null {
  const [x] = n.inputs as readonly [Node];
  if (isOp(n, geluOp)) {
    if (opset < 20) return null;
    return operator('Gelu', [x], n, n.attrs.approximate === 'tanh' ? { approximate: 'tanh' } : {});
  }
  if (isOp(n, eluOp)) {
    const { alpha, scale, inputScale } = n.attrs;
    if (inputScale === 1 && scale === 1) return operator('Elu', [x], n, { alpha: { float: alpha } });
    if (inputScale === 1) return operator('Selu', [x], n, { alpha: { float: alpha }, gamma: { float: scale } });
    return scale === 1 && inputScale === 1 / alpha ? operator('Celu', [x], n, { alpha: { float: alpha } }) : null;
  }
  if (isOp(n, hardtanhOp)) return operator('Clip', [x, scalar(n.attrs.minVal), scalar(n.attrs.maxVal)], n);
  if (isOp(n, mishOp)) return opset < 18 ? null : operator('Mish', [x], n);
  if (isOp(n, softplusOp)) return operator('Softplus', [x], n);
  return null;
}

const TYPES = { softsign: 'Softsign', hardswish: 'HardSwish', hardsigmoid: 'HardSigmoid', prelu: 'PRelu' } as const;

export function element(n: Node, known: ElementCall | LeakyReluCall, inputs: Inputs, opset: number): Node | null {
  if (known.call === 'hardswish' && opset < 14) return null;
  const { x, slopes } = inputs as { readonly x: Node; readonly slopes?: Node };
  if (known.call === 'leakyRelu') return operator('LeakyRelu', [x], n, { alpha: { float: known.slope } });
  const attributes = known.call === 'hardsigmoid' ? { alpha: { float: 1 / 6 }, beta: { float: 0.5 } } : {};
  return operator(TYPES[known.call], slopes === undefined ? [x] : [x, slopes], n, attributes);
}
