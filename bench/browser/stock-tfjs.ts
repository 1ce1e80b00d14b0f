// TensorFlow.js as its documentation has it: a layers model, trainOnBatch for single steps and fit for epochs.
import * as tf from '@tensorflow/tfjs-core';
import {
  type CustomCallback,
  type LayersModel,
  type Logs,
  layers as make,
  type Sequential,
  sequential,
} from '@tensorflow/tfjs-layers';
import type { LayerSpec } from '../lib/nets.ts';
import { parameterShapes } from '../lib/nets.ts';
import { toChannelsLast } from '../train-step/channels-last.ts';
import { batchCounter, batchFrom, batchOf } from '../train-step/engine.ts';
import type { Kernel } from './engines.ts';
import type { OpenPageEngine } from './page-engine.ts';

const CLASSES = 10;

export const openStockTfjs: OpenPageEngine = async ({ kernel, threads }, task) => {
  await load(kernel, threads);
  const model = modelOf(task.layers);
  model.compile({ optimizer: tf.train.sgd(task.lr), loss: 'categoricalCrossentropy' });
  tf.tidy(() =>
    model.setWeights(
      parameterShapes(task.layers).map((shape, i) =>
        toChannelsLast(tf.tensor(task.weights[i] as Float32Array, [...shape]), task.layers, i),
      ),
    ),
  );
  const nextBatch = batchCounter(task);
  const tensorsOf = ({ x, y }: ReturnType<typeof batchOf>) =>
    tf.tidy(() => {
      const images = tf.tensor4d(x.data as Uint8Array, [x.shape[0] as number, 28, 28, 1], 'int32');
      return {
        x: tf.div(tf.cast(images, 'float32'), 255),
        y: tf.cast(tf.oneHot(tf.tensor1d(y.data as Int32Array, 'int32'), CLASSES), 'float32'),
      };
    });
  const train = async (epochs: number, callbacks: Partial<ConstructorParameters<typeof CustomCallback>[0]>) => {
    const { x, y } = tensorsOf(batchFrom(task, 0, task.epochBatches * task.batchSize));
    const { batchSize } = task;
    await model.fit(x, y, { epochs, batchSize, shuffle: true, verbose: 0, callbacks });
    tf.dispose([x, y]);
  };
  return {
    async step() {
      const { x, y } = tensorsOf(batchOf(task, nextBatch()));
      const loss = await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
      return loss as number;
    },
    epoch: () => train(1, {}),
    train(ms) {
      const end = performance.now() + ms;
      const onBatchEnd = async (_batch: number, _logs?: Logs): Promise<void> => {
        if (performance.now() > end) (model as LayersModel & { stopTraining: boolean }).stopTraining = true;
      };
      return train(1_000_000, { onBatchEnd });
    },
  };
};

async function load(kernel: Kernel, threads: number | undefined): Promise<void> {
  if (kernel === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else if (kernel === 'webgl') await import('@tensorflow/tfjs-backend-webgl');
  else if (kernel === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  else {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths('/tfjs/');
    if (threads !== undefined) wasm.setThreadsCount(threads);
  }
  if (!(await tf.setBackend(kernel))) throw new Error(`the backend ${kernel} did not start`);
  await tf.ready();
}

/** A softmax at the end and a loss of probabilities, as in its tutorials. */
function modelOf(specs: readonly LayerSpec[]): Sequential {
  const model = sequential();
  const last = specs.length - 1;
  for (const [i, spec] of specs.entries()) {
    const inputShape = i === 0 ? { inputShape: [28, 28, 1] } : {};
    if (spec.kind === 'conv') {
      const padding = spec.padding === 0 ? 'valid' : 'same';
      model.add(make.conv2d({ ...inputShape, filters: spec.to, kernelSize: spec.kernel, padding }));
    } else if (spec.kind === 'linear') {
      model.add(make.dense({ ...inputShape, units: spec.to, ...(i === last && { activation: 'softmax' as const }) }));
    } else if (spec.kind === 'relu') model.add(make.reLU());
    else if (spec.kind === 'pool') model.add(make.maxPooling2d({ poolSize: 2 }));
    else model.add(make.flatten(inputShape));
  }
  return model;
}
