import { constantInit, type Layer, layer, linear, type Node, parameter, tensor } from '@descent/core';
import { add, constant, erf, matmul, mean, mul, pow, reshape, softmax, split, sub, transpose } from '@descent/core/ops';

const filled = (n: number, value: number) => parameter([n], { init: constantInit(value) });

/** Normalizes the last axis (Ba et al. 2016): `[…, n] → […, n]`. */
const layerNorm = (n: number): Layer =>
  layer(`layerNorm(${n})`, { weight: filled(n, 1), bias: filled(n, 0) }, (x, { weight, bias }) => {
    const centered = sub(x, mean(x, { axes: [-1], keepDims: true }));
    const variance = mean(mul(centered, centered), { axes: [-1], keepDims: true });
    return add(mul(mul(centered, pow(add(variance, 1e-5), -0.5)), weight), bias);
  });

const gelu = (x: Node): Node => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** Causal self-attention and a perceptron, each behind a norm and beside a straight way: `[batch, time, width] → [batch, time, width]`. */
export function transformerBlock(width: number, heads: number): Layer {
  const attention = { ln1: layerNorm(width), qkv: linear(width, 3 * width), proj: linear(width, width) };
  const perceptron = { ln2: layerNorm(width), up: linear(width, 4 * width), down: linear(4 * width, width) };
  return layer(`transformerBlock(${width}, ${heads})`, { ...attention, ...perceptron }, (x, parts) => {
    const [batch, time] = x.type.shape as [number, number];
    const byHead = (t: Node): Node => transpose(reshape(t, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
    const [q, k, v] = split(parts.qkv(parts.ln1(x)), [width, width, width], 2).map(byHead) as [Node, Node, Node];
    const steps = Array.from({ length: time }, (_, i) => i);
    const causal = constant(tensor(steps.map((i) => steps.map((j) => (j > i ? -1e9 : 0)))));
    const scores = add(mul(matmul(q, k, { transposeB: true }), Math.sqrt(heads / width)), causal);
    const y = add(x, parts.proj(reshape(transpose(matmul(softmax(scores), v), [0, 2, 1, 3]), x.type.shape)));
    return add(y, parts.down(gelu(parts.up(parts.ln2(y)))));
  });
}
