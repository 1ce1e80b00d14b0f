import { ndarray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { relu } from '../layers/activation/relu.ts';
import { linear } from '../layers/basic/linear.ts';
import { sequential } from '../layers/containers/sequential.ts';
import { conv2d } from '../layers/conv/conv2d.ts';
import type { Layer } from '../layers/layer.ts';
import { maxPool2d } from '../layers/pool/max-pool2d.ts';
import { flatten } from '../layers/shape/flatten.ts';
import { key } from '../random/key.ts';
import { normal } from '../random/normal.ts';
import type { Batch } from '../train/batch.ts';

/** A network that backends are measured with, and the one batch that it is trained on again and again. */
export interface MeasuredNetwork {
  readonly name: 'mlp' | 'cnn';
  readonly model: Layer;
  readonly batch: Batch;
}

const CLASSES = 10;

/** Dense products alone, and convolutions with pooling: engines differ most between the two. */
export function measuredNetworks(): readonly MeasuredNetwork[] {
  const mlp = sequential(linear(784, 128), relu(), linear(128, CLASSES));
  const cnn = sequential(
    ...[conv2d(3, 16, 3, { padding: 1 }), relu(), maxPool2d(2)],
    ...[conv2d(16, 32, 3, { padding: 1 }), relu(), maxPool2d(2)],
    ...[flatten(), linear(512, CLASSES)],
  );
  return [
    { name: 'mlp', model: mlp, batch: batchOf([64, 784]) },
    { name: 'cnn', model: cnn, batch: batchOf([16, 3, 16, 16]) },
  ];
}

/** Noise, and classes in turn: learned by heart within a few steps, so that a wrong gradient shows in the next loss. */
function batchOf(shape: readonly number[]): Batch {
  const [samples = 0] = shape;
  const noise = new Float32Array(numel(shape));
  normal(key(0), noise);
  return {
    x: ndarray('float32', shape, noise),
    y: ndarray(
      'int32',
      [samples],
      Int32Array.from({ length: samples }, (_, i) => i % CLASSES),
    ),
  };
}
