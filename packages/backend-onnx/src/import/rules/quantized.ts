import type { Node } from '@descent/core';
import { isOp } from '@descent/core/backend';
import {
  add,
  broadcastTo,
  cast,
  castOp,
  detach,
  div,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  reshape,
  slice,
  sub,
} from '@descent/core/ops';
import { hasAttribute, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import { dtypeOf, type ElementType } from '../known.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { axisOf } from './_axes.ts';
import { elementTypeOf } from './_element-types.ts';
import { convolution } from './conv.ts';
import { roundedToEven } from './elementwise.ts';

/**
 * Arithmetic with integers of few bits, computed with floats: they are exact up to 2²⁴. Gradients go straight through what is rounded, and none goes
 * through what is cut off (Jacob et al. 2018).
 */
export const QUANTIZED: Rules = {
  QuantizeLinear(node, c) {
    const x = cast(c.node(0), 'float32');
    return quantized(x, scaleOf(node, c, 1, x), zeroOf(node, c, 2, x), outputType(node, c));
  },
  DequantizeLinear(node, c) {
    const x = asFloat(c.node(0));
    const zero = zeroOf(node, c, 2, x);
    return mul(zero === undefined ? x : sub(x, zero), scaleOf(node, c, 1, x));
  },
  DynamicQuantizeLinear(_, c) {
    expectNoTraining(c);
    const x = c.node(0);
    const [low, high] = [minimum(min(x), 0), maximum(max(x), 0)];
    const scale = div(sub(high, low), 255);
    const zero = roundedToEven(maximum(minimum(div(sub(0, low), scale), 255), 0));
    return [quantized(x, scale, zero, 'uint8'), scale, cast(zero, 'uint8')];
  },
  QLinearMatMul(_, c) {
    const [a, b] = [dequantized(c, 0, -2), dequantized(c, 3, -1)];
    const y = mul(mul(matmul(a.whole, b.whole), a.scale), b.scale);
    return quantized(y, c.node(6), asFloat(c.node(7)), typeOf(c, 7));
  },
  QLinearConv(node, c) {
    const [x, w] = [dequantized(c, 0, undefined), dequantized(c, 3, 0)];
    // The bias is a sum of products, too.
    const bias = c.optional(8);
    const sums = convolution(node, x.whole, w.whole, bias && asFloat(bias));
    const channels = w.scale.type.shape.length === 0 ? w.scale : perChannel(w.scale, sums);
    return quantized(mul(mul(sums, x.scale), channels), c.node(6), asFloat(c.node(7)), typeOf(c, 7));
  },
  MatMulInteger(_, c) {
    expectNoTraining(c);
    const rows = c.has(2) ? alongAxis(asFloat(c.node(2)), c.node(0), -2) : undefined;
    const columns = c.optional(3);
    const a = asFloat(c.node(0));
    const b = asFloat(c.node(1));
    const y = matmul(
      rows === undefined ? a : sub(a, rows),
      columns === undefined ? b : sub(b, alongAxis(asFloat(columns), b, -1)),
    );
    return cast(y, 'int32');
  },
  ConvInteger(node, c) {
    expectNoTraining(c);
    const [x, w] = [asFloat(c.node(0)), asFloat(c.node(1))];
    const filters = c.optional(3);
    const centered = c.has(2) ? sub(x, asFloat(c.node(2))) : x;
    const weight = filters === undefined ? w : sub(w, alongAxis(asFloat(filters), w, 0));
    return cast(convolution(node, centered, weight, undefined), 'int32');
  },
};

/** Integers of 32 bits that are made of floats pass on no gradient. */
function expectNoTraining(c: RuleContext): void {
  if (!c.training) return;
  throw c.unsupported(
    'a network that is trained',
    'inference: products of integers have no gradient',
    'fine-tune the network of floats that the file was made of, or train layers behind this one on its outputs',
  );
}

/** The least and the largest integer of a type. */
const RANGES: Readonly<Partial<Record<ElementType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** `round(x / scale) + zero`, cut off at the ends of the type. */
function quantized(x: Node, scale: Node, zero: Node | undefined, type: ElementType): Node {
  const range = RANGES[type];
  if (range === undefined) throw new Error(`there is no quantization to ${type}`);
  const [low, high] = range;
  const bounds = zero === undefined ? [low, high] : [sub(low, zero), sub(high, zero)];
  const within = maximum(minimum(div(x, scale), bounds[1] as Node), bounds[0] as Node);
  // The rest that rounding takes away is a constant to the gradient.
  const whole = add(within, detach(sub(roundedToEven(within), within)));
  return cast(zero === undefined ? whole : add(whole, zero), dtypeOf(type) as 'uint8' | 'int32');
}

/** Integers as floats. Of those that were made of floats, the gradient goes on to these. */
function asFloat(x: Node): Node {
  if (x.type.dtype === 'float32') return x;
  const plain = cast(x, 'float32');
  const source = isOp(x, castOp) ? (x.inputs[0] as Node) : undefined;
  return source?.type.dtype === 'float32' ? add(plain, sub(source, detach(source))) : plain;
}

interface Dequantized {
  readonly whole: Node;
  readonly scale: Node;
}

/** The whole numbers of three inputs, tensor, scale and zero point, and the scale, of which there may be one for each entry of an axis. */
function dequantized(c: RuleContext, first: number, axis: number | undefined): Dequantized {
  const x = asFloat(c.node(first));
  const [scale, zero] = [c.node(first + 1), asFloat(c.node(first + 2))];
  if (axis === undefined) return { whole: sub(x, single(zero)), scale: single(scale) };
  return {
    whole: sub(x, alongAxis(zero, x, axis)),
    scale: axis === 0 ? singleOrList(scale) : alongAxis(scale, x, axis),
  };
}

function single(n: Node): Node {
  return reshape(n, []);
}

function singleOrList(n: Node): Node {
  return n.type.shape.length === 1 && n.type.shape[0] === 1 ? single(n) : n;
}

/** One number, or one for each entry of `axis` of `x`, so that it broadcasts. */
function alongAxis(n: Node, { type: { shape } }: Node, axis: number): Node {
  const count = n.type.shape.reduce((a, b) => a * b, 1);
  if (count === 1) return single(n);
  if (n.type.shape.length > 1) return n;
  const at = axis < 0 ? axis + shape.length : axis;
  return reshape(
    n,
    shape.map((_, i) => (i === at ? count : 1)),
  );
}

function perChannel(n: Node, y: Node): Node {
  return reshape(n, [n.type.shape[0] as number, ...y.type.shape.slice(2).map(() => 1)]);
}

/** The scale of an input of `QuantizeLinear` or `DequantizeLinear`: one, one for each entry of an axis, or one for each block of them. */
function scaleOf(node: ImportedNode, c: RuleContext, input: number, x: Node): Node {
  return spread(node, cast(c.node(input), 'float32'), x);
}

function zeroOf(node: ImportedNode, c: RuleContext, input: number, x: Node): Node | undefined {
  const zero = c.optional(input);
  return zero && spread(node, asFloat(zero), x);
}

function spread(node: ImportedNode, n: Node, x: Node): Node {
  const { shape } = x.type;
  const axis = number(node, 'axis', 1);
  const block = number(node, 'block_size', 0);
  if (block === 0) return alongAxis(n, x, shape.length === 0 ? 0 : axisWithin(axis, shape.length));
  const at = axisOf(node, axis, shape.length);
  const blocks = n.type.shape[at] as number;
  const wide = n.type.shape.toSpliced(at + 1, 0, 1);
  const repeated = broadcastTo(reshape(n, wide), wide.with(at + 1, block));
  const whole = reshape(repeated, n.type.shape.with(at, blocks * block));
  return blocks * block === shape[at] ? whole : slice(whole, { axis: at, start: 0, end: shape[at] as number });
}

/** One number needs no axis, and then the attribute may name one that there is not. */
function axisWithin(axis: number, rank: number): number {
  return Math.min(axis < 0 ? axis + rank : axis, rank - 1);
}

function outputType(node: ImportedNode, c: RuleContext): ElementType {
  if (c.has(2)) return typeOf(c, 2);
  if (!hasAttribute(node, 'output_dtype') || number(node, 'output_dtype') === 0) return 'uint8';
  return elementTypeOf(node, number(node, 'output_dtype'));
}

/** The type of a zero point, which is that of the result. */
function typeOf(c: RuleContext, input: number): ElementType {
  const given = c.known(input)?.elementType ?? (c.node(input).type.dtype === 'uint8' ? 'uint8' : 'int8');
  if (RANGES[given] !== undefined) return given;
  throw c.unsupported(`a zero point of type ${given}`, Object.keys(RANGES).join(', '));
}
