import type { Shape } from '@descent/core';
import { number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';

/** What a layer is called that one operator has become, `weights` being the shapes of its parameters. Its first word is that of Descent's own layer. */
export type Label = (node: ImportedNode, weights: readonly Shape[]) => string;

const channels =
  (name: string): Label =>
  (_, [first]) =>
    `${name}(${first?.[0] ?? ''})`;

const convolution =
  (name: string, isTransposed = false): Label =>
  (node, [weight = []]) => {
    const groups = number(node, 'group', 1);
    const [a = 0, b = 0] = weight;
    const dims = weight.length - 2;
    return `${name}${dims}d(${isTransposed ? `${a} → ${b * groups}` : `${b * groups} → ${a}`})`;
  };

/** Operators that become layers of their own, which can be selected and replaced, wherever they take and give one tensor. */
export const LABELS: Readonly<Record<string, Label>> = {
  AveragePool: () => 'avgPool',
  BatchNormalization: channels('batchNorm'),
  Conv: convolution('conv'),
  ConvTranspose: convolution('convTranspose', true),
  Dropout: () => 'dropout',
  Elu: () => 'elu',
  Flatten: () => 'flatten',
  Gelu: () => 'gelu',
  Gemm: (_, [weight = []]) => `linear(${weight[1]} → ${weight[0]})`,
  Gather: (_, [table = []]) => `embedding(${table[0]} → ${table[1]})`,
  GlobalAveragePool: () => 'globalAvgPool',
  GlobalMaxPool: () => 'globalMaxPool',
  GroupNormalization: channels('groupNorm'),
  HardSigmoid: () => 'hardsigmoid',
  HardSwish: () => 'hardswish',
  InstanceNormalization: channels('instanceNorm'),
  LayerNormalization: channels('layerNorm'),
  LeakyRelu: () => 'leakyRelu',
  LogSoftmax: () => 'logSoftmax',
  MatMul: (_, [weight = []]) => `matmul(${weight.join(' × ')})`,
  MaxPool: () => 'maxPool',
  Mish: () => 'mish',
  PRelu: channels('prelu'),
  RMSNormalization: channels('rmsNorm'),
  Relu: () => 'relu',
  Selu: () => 'selu',
  Sigmoid: () => 'sigmoid',
  Softmax: () => 'softmax',
  Softplus: () => 'softplus',
  Tanh: () => 'tanh',
};

/** The same for what brings an input into the range of the first weights, by a number that is no weight. */
export const SCALES: Readonly<Record<string, Label>> = {
  Add: () => 'shift',
  Div: () => 'rescale',
  Mul: () => 'rescale',
  Sub: () => 'shift',
};
