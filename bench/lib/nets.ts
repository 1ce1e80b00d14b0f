import { conv2d, flatten, type Layer, linear, maxPool2d, relu, rescale, type Shape, sequential } from '@descent/core';

/** A layer as every engine is told about it; images are 28 × 28 with one channel, stride is 1, pooling windows are 2 × 2. */
export type LayerSpec =
  | {
      readonly kind: 'conv';
      readonly from: number;
      readonly to: number;
      readonly kernel: number;
      readonly padding: number;
    }
  | { readonly kind: 'linear'; readonly from: number; readonly to: number }
  | { readonly kind: 'relu' | 'pool' | 'flatten' };

/** One task: a network, its batch size, and how it is measured. */
export interface Net {
  readonly title: string;
  readonly batchSize: number;
  readonly lr: number;
  readonly layers: readonly LayerSpec[];
  /** Steps in a measurement of CPU time. */
  readonly stepsPerRound: number;
  /** Steps before a burst that are not measured: they wake the threads and fill the caches. */
  readonly warmSteps: number;
  /** Time of a step in terms of the best PyTorch that must not be exceeded. */
  readonly bar: number;
}

export type NetName = 'mlp' | 'lenet' | 'cnn';

export const NETS: Readonly<Record<NetName, Net>> = {
  mlp: {
    title: 'MLP 784-256-10',
    batchSize: 200,
    lr: 0.1,
    layers: [{ kind: 'flatten' }, linearSpec(784, 256), { kind: 'relu' }, linearSpec(256, 10)],
    stepsPerRound: 60,
    warmSteps: 3,
    bar: 0.9,
  },
  lenet: {
    title: 'LeNet',
    batchSize: 200,
    lr: 0.05,
    layers: [
      convSpec(1, 6, 5, 0),
      { kind: 'relu' },
      { kind: 'pool' },
      convSpec(6, 16, 5, 0),
      { kind: 'relu' },
      { kind: 'pool' },
      { kind: 'flatten' },
      linearSpec(256, 120),
      { kind: 'relu' },
      linearSpec(120, 84),
      { kind: 'relu' },
      linearSpec(84, 10),
    ],
    stepsPerRound: 12,
    warmSteps: 1,
    bar: 1,
  },
  cnn: {
    title: 'CNN 32-64-128',
    batchSize: 64,
    lr: 0.05,
    layers: [
      convSpec(1, 32, 3, 1),
      { kind: 'relu' },
      convSpec(32, 64, 3, 1),
      { kind: 'relu' },
      { kind: 'pool' },
      { kind: 'flatten' },
      linearSpec(64 * 14 * 14, 128),
      { kind: 'relu' },
      linearSpec(128, 10),
    ],
    stepsPerRound: 2,
    warmSteps: 0,
    bar: 1.1,
  },
};

function convSpec(from: number, to: number, kernel: number, padding: number): LayerSpec {
  return { kind: 'conv', from, to, kernel, padding };
}

function linearSpec(from: number, to: number): LayerSpec {
  return { kind: 'linear', from, to };
}

/** The network in Descent's own words; takes bytes. */
export function descentModel(layers: readonly LayerSpec[]): Layer {
  return sequential(rescale(1 / 255), ...layers.map(descentLayer));
}

function descentLayer(spec: LayerSpec): Layer {
  switch (spec.kind) {
    case 'conv':
      return conv2d(spec.from, spec.to, spec.kernel, { padding: spec.padding });
    case 'linear':
      return linear(spec.from, spec.to);
    case 'relu':
      return relu();
    case 'pool':
      return maxPool2d(2);
    case 'flatten':
      return flatten();
  }
}

/** Shapes of the parameters, weight before bias, in the order of the layers; as PyTorch has them. */
export function parameterShapes(layers: readonly LayerSpec[]): readonly Shape[] {
  return layers.flatMap((spec): readonly Shape[] => {
    if (spec.kind === 'conv') return [[spec.to, spec.from, spec.kernel, spec.kernel], [spec.to]];
    if (spec.kind === 'linear') return [[spec.to, spec.from], [spec.to]];
    return [];
  });
}
