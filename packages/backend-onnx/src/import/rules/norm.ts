import type { Node, Shape } from '@descent/core';
import {
  abs,
  add,
  broadcastTo,
  div,
  equal,
  groupNorm,
  knownAs,
  layerNorm,
  mean,
  mul,
  pow,
  reshape,
  rmsNorm,
  sqrt,
  standardize,
  sub,
  sum,
  where,
} from '@descent/core/ops';
import { flag, number, numbers } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { Value } from '../known.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { axisOf } from './_axes.ts';
import { expectFixedSizes } from './indexing.ts';
import { root } from './pool.ts';

type Outputs = readonly (Value | undefined)[];

/** Normalizations by mean and variance, or by a length. */
export const NORM: Rules = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  'com.microsoft.SkipLayerNormalization': skipLayerNormalization,
  GroupNormalization: (node, c) => groupNormalization(node, c),
  InstanceNormalization: (node, c) => {
    const x = c.node(0);
    const groups = x.type.shape[1] as number;
    return groupNorm(x, { groups, weight: c.node(1), bias: c.node(2), eps: number(node, 'epsilon', 1e-5) });
  },
  RMSNormalization: (node, c) => rms(node, c.node(0), c.node(1)),
  SimplifiedLayerNormalization: (node, c) => rms(node, c.node(0), c.node(1)),
  'com.microsoft.SimplifiedLayerNormalization': (node, c) => rms(node, c.node(0), c.node(1)),
  'com.microsoft.SkipSimplifiedLayerNormalization': (node, c) => {
    const x = joined(c, [0, 1, 3]);
    return [rms(node, x, c.node(2)), undefined, undefined, x];
  },
  LpNormalization: (node, c) => lpNormalization(node, c.node(0)),
  MeanVarianceNormalization: (node, c) => meanVariance(node, c.node(0)),
};

/**
 * As the layer is used, whatever `training_mode` says: with running statistics, or, in training, with those of the batch. Running statistics then move as
 * those of PyTorch do, with the variance that divides by one less than the count; what the node gives out is ONNX's own, which divides by the count.
 */
function batchNormalization(node: ImportedNode, c: RuleContext): Value | Outputs {
  const [x, weight, bias, mean_, variance] = [c.node(0), c.node(1), c.node(2), c.node(3), c.node(4)];
  const eps = number(node, 'epsilon', 1e-5);
  const momentum = number(node, 'momentum', 0.9);
  const channels = weight.type.shape[0] as number;
  if (node.opset < 9 && !flag(node, 'spatial', true)) {
    throw c.unsupported('spatial 0, one mean for each pixel', 'spatial 1, one mean for each channel');
  }
  const perChannel = (n: Node): Node => reshape(n, [channels, ...x.type.shape.slice(2).map(() => 1)]);
  const scaled = (centered: Node, of: Node): Node =>
    add(mul(centered, perChannel(div(weight, sqrt(add(of, eps))))), perChannel(bias));
  if (!c.usesBatch) {
    const plain = scaled(sub(x, perChannel(mean_)), variance);
    const y = knownAs(plain, { call: 'batchNorm', eps }, { x, mean: mean_, variance, weight, bias });
    return [y, mean_, variance, mean_, variance].slice(0, node.outputs.length);
  }
  expectFixedSizes(c, x.type.shape);
  const axes = x.type.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const count = axes.reduce((n, axis) => n * (x.type.shape[axis] as number), 1);
  const average = mean(x, { axes, keepDims: true });
  const centered = sub(x, average);
  const [batchMean, batchVariance] = [reshape(average, [channels]), mean(mul(centered, centered), { axes })];
  const blend = (running: Node, value: Node): Node => add(mul(running, momentum), mul(value, 1 - momentum));
  c.assign(3, blend(mean_, batchMean));
  c.assign(4, blend(variance, count > 1 ? mul(batchVariance, count / (count - 1)) : batchVariance));
  const y = scaled(centered, batchVariance);
  if (node.outputs.length === 1) return y;
  return [y, blend(mean_, batchMean), blend(variance, batchVariance), batchMean, batchVariance].slice(
    0,
    node.outputs.length,
  );
}

function layerNormalization(node: ImportedNode, c: RuleContext): Value | Outputs {
  const x = c.node(0);
  const y = layers(node, x, c.node(1), c.optional(2), 1e-5);
  return node.outputs.length > 1 ? [y, ...moments(node, x, 1e-5)] : y;
}

/** A sum of what came in, normalized over its last axis; the sum is the fourth output. */
function skipLayerNormalization(node: ImportedNode, c: RuleContext): Value | Outputs {
  const x = joined(c, [0, 1, 4]);
  const y = layers(node, x, c.node(2), c.optional(3), 1e-12);
  return node.outputs.length > 1 ? [y, ...moments(node, x, 1e-12), x] : y;
}

function joined(c: RuleContext, inputs: readonly number[]): Node {
  return inputs
    .map((i) => c.optional(i))
    .filter((n): n is Node => n !== undefined)
    .reduce((a, b) => add(a, b));
}

function layers(node: ImportedNode, x: Node, weight: Node, bias: Node | undefined, fallback: number): Node {
  const eps = number(node, 'epsilon', fallback);
  const axis = axisOf(node, number(node, 'axis', -1), x.type.shape.length);
  const own = x.type.shape.slice(axis);
  if (fits(weight, own) && (bias === undefined || fits(bias, own))) return layerNorm(x, { axis, weight, bias, eps });
  // A scale of other sizes broadcasts.
  const y = mul(standardize(x, { axes: axesFrom(x, axis), eps }), weight);
  return bias === undefined ? y : add(y, bias);
}

function rms(node: ImportedNode, x: Node, weight: Node): Node {
  const eps = number(node, 'epsilon', 1e-5);
  const axis = axisOf(node, number(node, 'axis', -1), x.type.shape.length);
  if (fits(weight, x.type.shape.slice(axis))) return rmsNorm(x, { axis, weight, eps });
  return mul(standardize(x, { axes: axesFrom(x, axis), eps, centered: false }), weight);
}

function moments(node: ImportedNode, x: Node, fallback: number): readonly [Node, Node] {
  const axes = axesFrom(x, axisOf(node, number(node, 'axis', -1), x.type.shape.length));
  const average = mean(x, { axes, keepDims: true });
  const centered = sub(x, average);
  const variance = mean(mul(centered, centered), { axes, keepDims: true });
  return [average, div(1, sqrt(add(variance, number(node, 'epsilon', fallback))))];
}

/** Scale and bias are one number a group before opset 21, and one a channel from there on. */
function groupNormalization(node: ImportedNode, c: RuleContext): Node {
  const x = c.node(0);
  const [groups, eps] = [number(node, 'num_groups'), number(node, 'epsilon', 1e-5)];
  const channels = x.type.shape[1] as number;
  const perChannel = (n: Node): Node => {
    if (n.type.shape[0] === channels) return n;
    return reshape(broadcastTo(reshape(n, [groups, 1]), [groups, channels / groups]), [channels]);
  };
  return groupNorm(x, { groups, weight: perChannel(c.node(1)), bias: perChannel(c.node(2)), eps });
}

/** Divided by the length along an axis; what is zeros stays zeros. */
function lpNormalization(node: ImportedNode, x: Node): Node {
  const p = number(node, 'p', 2);
  const axis = axisOf(node, number(node, 'axis', -1), x.type.shape.length);
  const powers = p === 2 ? mul(x, x) : p === 1 ? abs(x) : pow(abs(x), p);
  const length = root(sum(powers, { axes: [axis], keepDims: true }), p);
  return div(x, where(equal(length, 0), 1, length));
}

function meanVariance(node: ImportedNode, x: Node): Node {
  const axes = numbers(node, 'axes', [0, 2, 3]);
  const centered = sub(x, mean(x, { axes, keepDims: true }));
  const deviation = sqrt(mean(mul(centered, centered), { axes, keepDims: true }));
  return div(centered, add(deviation, 1e-9));
}

function axesFrom(x: Node, axis: number): readonly number[] {
  return x.type.shape.map((_, i) => i).slice(axis);
}

function fits({ type: { shape } }: Node, own: Shape): boolean {
  return shape.length === own.length && shape.every((d, i) => d === own[i]);
}
