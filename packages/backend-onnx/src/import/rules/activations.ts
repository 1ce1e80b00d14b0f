import { type Node, numel } from '@descent/core';
import {
  add,
  argMax,
  cast,
  celu,
  elu,
  gelu,
  greater,
  hardsigmoid,
  hardswish,
  leakyRelu,
  less,
  logSoftmax,
  maximum,
  minimum,
  mish,
  mul,
  oneHot,
  prelu,
  relu,
  reshape,
  scalar,
  sigmoid,
  softmax,
  softplus,
  softsign,
  sub,
  transpose,
  where,
} from '@descent/core/ops';
import { number, text } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { inNumbers } from './_types.ts';

/** Activations, and what bounds numbers. */
export const ACTIVATIONS: Rules = {
  Celu: (node, c) => celu(c.node(0), number(node, 'alpha', 1)),
  Clip: (node, c) => {
    // Limits are attributes before opset 11.
    const x = c.node(0);
    const limit = (at: number, name: string): Node | number | undefined =>
      node.opset < 11 ? (node.attributes.has(name) ? number(node, name) : undefined) : c.optional(at);
    const [low, high] = [limit(1, 'min'), limit(2, 'max')];
    const bounds = [low, high].map((b) => (typeof b === 'number' ? scalar(b) : b));
    return inNumbers([x], ([value]) => {
      const as = (b: Node): Node => cast(b, value.type.dtype);
      const raised = bounds[0] === undefined ? value : maximum(value, as(bounds[0]));
      return bounds[1] === undefined ? raised : minimum(raised, as(bounds[1]));
    });
  },
  Elu: (node, c) => elu(c.node(0), number(node, 'alpha', 1)),
  Gelu: (node, c) => gelu(c.node(0), { approximate: text(node, 'approximate', 'none') === 'tanh' ? 'tanh' : 'none' }),
  HardSigmoid: (node, c) => {
    const [alpha, beta] = [number(node, 'alpha', 0.2), number(node, 'beta', 0.5)];
    const x = c.node(0);
    if (Math.abs(alpha - 1 / 6) < 1e-6 && beta === 0.5) return hardsigmoid(x);
    return minimum(maximum(add(mul(x, alpha), beta), 0), 1);
  },
  HardSwish: (_, c) => hardswish(c.node(0)),
  Hardmax: (node, c) => along(node, c, (x) => oneHot(argMax(x, { axis: -1 }), x.type.shape.at(-1) as number)),
  LeakyRelu: (node, c) => leakyRelu(c.node(0), number(node, 'alpha', 0.01)),
  LogSoftmax: (node, c) => along(node, c, (x) => logSoftmax(x)),
  Mish: (_, c) => mish(c.node(0)),
  PRelu: (node, c) => {
    const [x, slope] = [c.node(0), c.node(1)];
    const [, channels = 1, ...places] = x.type.shape;
    const given = slope.type.shape;
    // Before opset 7 a vector stands along axis 1; one slope, or one a channel, is PyTorch's.
    const isAlongChannels = given[0] === channels && given.length === 1 && (node.opset < 7 || places.length === 0);
    const isOfChannels = given.length > 0 && numel(given) === channels && given.at(-1 - places.length) === channels;
    if (numel(given) === 1 || isAlongChannels || isOfChannels) return prelu(x, reshape(slope, [numel(given)]));
    return where(less(x, 0), mul(x, slope), x);
  },
  Relu: (_, c) =>
    c.node(0).type.dtype === 'float32' ? relu(c.node(0)) : inNumbers([c.node(0)], ([x]) => maximum(x, 0)),
  Selu: (node, c) => {
    const alpha = number(node, 'alpha', 1.6732632423543772);
    return mul(elu(c.node(0), alpha), number(node, 'gamma', 1.0507009873554805));
  },
  Shrink: (node, c) => {
    const [x, lambd, bias] = [c.node(0), number(node, 'lambd', 0.5), number(node, 'bias', 0)];
    return where(less(x, -lambd), add(x, bias), where(greater(x, lambd), sub(x, bias), scalar(0)));
  },
  Sigmoid: (_, c) => sigmoid(c.node(0)),
  Softmax: (node, c) => along(node, c, (x) => softmax(x)),
  Softplus: (_, c) => softplus(c.node(0)),
  Softsign: (_, c) => softsign(c.node(0)),
  Swish: (node, c) => mul(c.node(0), sigmoid(mul(c.node(0), number(node, 'alpha', 1)))),
  ThresholdedRelu: (node, c) => {
    const x = c.node(0);
    return where(greater(x, number(node, 'alpha', 1)), x, scalar(0));
  },
};

/** Along one axis; before opset 13, over all axes from there on together. */
function along(node: ImportedNode, c: RuleContext, op: (x: Node) => Node): Node {
  const x = c.node(0);
  const rank = x.type.shape.length;
  const axis = number(node, 'axis', node.opset < 13 ? 1 : -1);
  const last = rank - 1;
  const at = axis < 0 ? axis + rank : axis;
  const { shape } = x.type;
  if (node.opset < 13) return reshape(op(reshape(x, [...shape.slice(0, at), numel(shape.slice(at))])), shape);
  if (at === last) return op(x);
  const swapped = Array.from({ length: rank }, (_, i) => (i === at ? last : i === last ? at : i));
  return transpose(op(transpose(x, swapped)), swapped);
}
