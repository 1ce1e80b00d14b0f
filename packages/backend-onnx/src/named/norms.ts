import { full } from '@descent/core';
import { isOp, type Node } from '@descent/core/backend';
import { type BatchNormCall, constant, rmsNormOp } from '@descent/core/ops';
import type { Inputs } from './known.ts';
import { operator } from './operator.ts';

export function batchNorm(n: Node, { eps }: BatchNormCall, inputs: Inputs): Node {
  const { x, mean, variance, weight, bias } = inputs as Readonly<Record<'x' | 'mean' | 'variance', Node>> & Inputs;
  const { shape } = mean.type;
  const operands = [x, weight ?? constant(full(shape, 1)), bias ?? constant(full(shape, 0)), mean, variance];
  return operator('BatchNormalization', operands, n, { epsilon: { float: eps } });
}

export function rmsNorm(n: Node, opset: number): Node | null {
  if (!isOp(n, rmsNormOp) || opset < 23) return null;
  const { axis, eps } = n.attrs;
  const [x, weight] = n.inputs as readonly [Node, Node?];
  const scale = weight ?? constant(full(x.type.shape.slice(axis), 1));
  return operator('RMSNormalization', [x, scale], n, { axis, epsilon: { float: eps } });
}
