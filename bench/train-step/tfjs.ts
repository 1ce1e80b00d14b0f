import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
// For Node, the gradients are registered by this package only.
import '@tensorflow/tfjs-layers';
import { type LayerSpec, parameterShapes } from '../lib/nets.ts';
import { toChannelsLast } from './channels-last.ts';
import { batchCounter, batchOf, type EngineFactory } from './engine.ts';
import { tensorFlowAddon } from './tensorflow.ts';

const CLASSES = 10;

/** TensorFlow.js as it comes: its own gradients, `tf.train.sgd`, one op after the other. */
export function tfjs(backend: 'cpu' | 'wasm' | 'node'): EngineFactory {
  return async (task) => {
    await load(backend, task.threads);
    const { layers, lr, weights } = task;
    const variables = parameterShapes(layers).map((shape, i) =>
      tf.variable(tf.tidy(() => toChannelsLast(tf.tensor(weights[i] as Float32Array, [...shape]), layers, i))),
    );
    const optimizer = tf.train.sgd(lr);
    const nextBatch = batchCounter(task);
    return {
      stepsPerRun: 1,
      async run() {
        const { x, y } = batchOf(task, nextBatch());
        const loss = tf.tidy(() => {
          const images = tf.tensor4d(x.data as Uint8Array, [task.batchSize, 28, 28, 1], 'int32');
          const labels = tf.oneHot(tf.tensor1d(y.data as Int32Array, 'int32'), CLASSES);
          return optimizer.minimize(
            () => tf.losses.softmaxCrossEntropy(labels, forward(images, layers, variables)),
            true,
          ) as tf.Scalar;
        });
        const [value] = await loss.data();
        loss.dispose();
        return [value as number];
      },
    };
  };
}

async function load(backend: 'cpu' | 'wasm' | 'node', threads: number): Promise<void> {
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  else useTensorFlow(threads);
  await tf.setBackend(backend === 'node' ? 'tensorflow' : backend);
}

/** tfjs-node without its own loader, which would look for the library that it downloads. */
function useTensorFlow(threads: number): void {
  const require = createRequire(import.meta.url);
  // tfjs-node still calls what newer versions of Node have removed.
  Object.assign(util, { isNullOrUndefined: (v: unknown) => v === null || v === undefined, isArray: Array.isArray });
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: unknown, name: string) => tf.KernelBackend;
  };
  require('@tensorflow/tfjs-node/dist/register_all_kernels');
  const binding: unknown = require(tensorFlowAddon(threads));
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, 'tensorflow'), 3);
}

function forward(images: tf.Tensor4D, layers: readonly LayerSpec[], variables: readonly tf.Tensor[]): tf.Tensor2D {
  let x: tf.Tensor = tf.div(tf.cast(images, 'float32'), 255);
  let used = 0;
  const next = (): tf.Tensor => variables[used++] as tf.Tensor;
  for (const spec of layers) {
    if (spec.kind === 'conv') {
      const conv = tf.conv2d(x as tf.Tensor4D, next() as tf.Tensor4D, 1, spec.padding === 0 ? 'valid' : 'same');
      x = tf.add(conv, next());
    } else if (spec.kind === 'linear') {
      x = tf.add(tf.matMul(x as tf.Tensor2D, next() as tf.Tensor2D), next());
    } else if (spec.kind === 'relu') {
      x = tf.relu(x);
    } else if (spec.kind === 'pool') {
      x = tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
    } else {
      x = tf.reshape(x, [x.shape[0] as number, -1]);
    }
  }
  return x as tf.Tensor2D;
}
