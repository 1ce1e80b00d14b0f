import {
  constantInit,
  type Layer,
  layer,
  linear,
  type Node,
  ndarray,
  parameter,
  sequential,
  zerosInit,
} from '@descent/core';
import {
  add,
  constant,
  div,
  erf,
  matmul,
  mean,
  mul,
  reshape,
  softmax,
  split,
  sqrt,
  sub,
  transpose,
} from '@descent/core/ops';

/** Normalizes the last axis (Ba et al. 2016): `[…, features] → […, features]`. */
const layerNorm = (features: number): Layer =>
  layer(
    `layerNorm(${features})`,
    { weight: parameter([features], { init: constantInit(1) }), bias: parameter([features], { init: zerosInit }) },
    (x, { weight, bias }) => {
      const centered = sub(x, mean(x, { axes: [-1], keepDims: true }));
      const variance = mean(mul(centered, centered), { axes: [-1], keepDims: true });
      return add(mul(div(centered, sqrt(add(variance, 1e-5))), weight), bias);
    },
  );

const gelu = (x: Node): Node => mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));

/** −∞ above the diagonal: no position sees a later one. */
const causal = (n: number): Node =>
  constant(
    ndarray(
      'float32',
      [n, n],
      Float32Array.from({ length: n * n }, (_, i) => (i % n > Math.floor(i / n) ? -1e9 : 0)),
    ),
  );

/** Causal self-attention and a perceptron, each behind a norm and beside a straight way: `[batch, time, width] → [batch, time, width]`. */
export function transformerBlock(width: number, heads: number): Layer {
  const parts = {
    ln1: layerNorm(width),
    qkv: linear(width, 3 * width),
    proj: linear(width, width),
    ln2: layerNorm(width),
    up: linear(width, 4 * width),
    down: linear(4 * width, width),
  };
  return layer(`transformerBlock(${width}, ${heads})`, parts, (x, { ln1, qkv, proj, ln2, up, down }) => {
    const [batch, time] = x.type.shape as [number, number];
    const byHead = (t: Node): Node => transpose(reshape(t, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
    const [q, k, v] = split(qkv(ln1(x)), [width, width, width], 2).map(byHead) as [Node, Node, Node];
    const scores = add(div(matmul(q, k, { transposeB: true }), Math.sqrt(width / heads)), causal(time));
    const mixed = reshape(transpose(matmul(softmax(scores), v), [0, 2, 1, 3]), [batch, time, width]);
    const attended = add(x, proj(mixed));
    return add(attended, down(gelu(up(ln2(attended)))));
  });
}

const overTime: Layer = layer('overTime', {}, (x) => mean(x, { axes: [1] }));
export const transformer: Layer = sequential(transformerBlock(16, 4), overTime, linear(16, 3));
