import {
  batchNorm2d,
  constantInit,
  conv2d,
  type DType,
  type Layer,
  layer,
  linear,
  type Node,
  parameter,
  relu as reluLayer,
  sequential,
  tensor,
} from '@descent/core';
import {
  add,
  constant,
  erf,
  gather,
  matmul,
  mean,
  mul,
  pow,
  relu,
  reshape,
  softmax,
  split,
  sub,
  transpose,
} from '@descent/core/ops';
import { descentModel, NETS } from '../lib/nets.ts';

export interface InferenceNet {
  readonly title: string;
  readonly model: Layer;
  readonly sample: { readonly shape: readonly number[]; readonly dtype: DType };
}

export type InferenceNetName = 'mlp' | 'lenet' | 'cnn' | 'resnet' | 'gpt';

const IMAGE = { shape: [1, 28, 28], dtype: 'uint8' } as const;
const [TOKENS, TIME, WIDTH] = [100, 32, 64];

/** A network is made when it is asked for: not all are measured. */
export const INFERENCE_NETS: Readonly<Record<InferenceNetName, () => InferenceNet>> = {
  mlp: () => ({ title: NETS.mlp.title, model: descentModel(NETS.mlp.layers), sample: IMAGE }),
  lenet: () => ({ title: NETS.lenet.title, model: descentModel(NETS.lenet.layers), sample: IMAGE }),
  cnn: () => ({ title: NETS.cnn.title, model: descentModel(NETS.cnn.layers), sample: IMAGE }),
  resnet: () => ({
    title: 'ResNet of 5 convolutions',
    model: resnet(16),
    sample: { shape: [3, 32, 32], dtype: 'float32' },
  }),
  gpt: () => ({ title: 'GPT of 2 blocks', model: gpt(), sample: { shape: [TIME], dtype: 'int32' } }),
};

function resnet(channels: number): Layer {
  const conv = (from: number): Layer => conv2d(from, channels, 3, { padding: 1, bias: false });
  const block = layer(
    'block',
    { conv1: conv(channels), bn1: batchNorm2d(channels), conv2: conv(channels), bn2: batchNorm2d(channels) },
    (x, { conv1, bn1, conv2, bn2 }) => relu(add(x, bn2(conv2(relu(bn1(conv1(x))))))),
  );
  const pool = layer('pool', {}, (x) => mean(x, { axes: [2, 3] }));
  return sequential(conv(3), batchNorm2d(channels), reluLayer(), block, block, pool, linear(channels, 10));
}

function gpt(): Layer {
  const embed = layer(
    'embed',
    { token: parameter([TOKENS, WIDTH]), place: parameter([TIME, WIDTH]) },
    (x: Node, { token, place }) => add(gather(token, x), place),
  );
  return sequential(embed, transformerBlock(4), transformerBlock(4), layerNorm(), linear(WIDTH, TOKENS));
}

function layerNorm(): Layer {
  const filled = (value: number) => parameter([WIDTH], { init: constantInit(value) });
  return layer('layerNorm', { weight: filled(1), bias: filled(0) }, (x, { weight, bias }) => {
    const centered = sub(x, mean(x, { axes: [-1], keepDims: true }));
    const variance = mean(mul(centered, centered), { axes: [-1], keepDims: true });
    return add(mul(mul(centered, pow(add(variance, 1e-5), -0.5)), weight), bias);
  });
}

/** Causal self-attention and a perceptron, as in `docs/models.md`. */
function transformerBlock(heads: number): Layer {
  const attention = { ln1: layerNorm(), qkv: linear(WIDTH, 3 * WIDTH), proj: linear(WIDTH, WIDTH) };
  const perceptron = { ln2: layerNorm(), up: linear(WIDTH, 4 * WIDTH), down: linear(4 * WIDTH, WIDTH) };
  return layer('transformerBlock', { ...attention, ...perceptron }, (x, parts) => {
    const [batch] = x.type.shape as [number];
    const byHead = (t: Node): Node => transpose(reshape(t, [batch, TIME, heads, WIDTH / heads]), [0, 2, 1, 3]);
    const [q, k, v] = split(parts.qkv(parts.ln1(x)), [WIDTH, WIDTH, WIDTH], 2).map(byHead) as [Node, Node, Node];
    const steps = Array.from({ length: TIME }, (_, i) => i);
    const causal = constant(tensor(steps.map((i) => steps.map((j) => (j > i ? -1e9 : 0)))));
    const scores = add(mul(matmul(q, k, { transposeB: true }), Math.sqrt(heads / WIDTH)), causal);
    const y = add(x, parts.proj(reshape(transpose(matmul(softmax(scores), v), [0, 2, 1, 3]), x.type.shape)));
    return add(y, parts.down(gelu(parts.up(parts.ln2(y)))));
  });
}

function gelu(x: Node): Node {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}
