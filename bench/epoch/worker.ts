// Descent's side of bench/epoch: a whole run of two epochs for each line of JSON.
import { onnx } from '@descent/backend-onnx';
import { accuracy, createTrainer, crossEntropy, fit, sgd } from '@descent/core';
import { type ArrayDataset, loader } from '@descent/datasets';
import { type Images, readImages } from '../lib/data.ts';
import { descentModel } from '../lib/nets.ts';
import { answerRequests } from '../lib/processes.ts';
import type { EpochRequest, EpochTask, EpochTiming } from './protocol.ts';

let task: EpochTask | undefined;
let data: Images | undefined;
await answerRequests(async (request: EpochRequest): Promise<EpochTiming | object> => {
  if (request.do === 'prepare') {
    task = request.task;
    data = await readImages(task.files);
    return {};
  }
  return train(task as EpochTask, datasetOf(data as Images), request.seed);
});

async function train(
  { layers, batchSize, lr, threads }: EpochTask,
  data: ArrayDataset,
  seed: number,
): Promise<EpochTiming> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const backend = onnx({ threads });
  const trainer = await createTrainer({
    model: descentModel(layers),
    loss: crossEntropy(),
    optimizer: sgd({ lr }),
    metrics: [accuracy()],
    backend,
    seed,
  });
  const {
    history: [, second],
  } = await fit(trainer, {
    train: loader(data, { batchSize, shuffle: true, seed }),
    epochs: 2,
    log: null,
  });
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  trainer.dispose();
  await backend.dispose();
  const nextMs = 1000 * (second?.seconds ?? Number.NaN);
  return { firstMs: wallMs - nextMs, nextMs, cpuMs: (user + system) / 2000, accuracy: second?.train['accuracy'] ?? 0 };
}

function datasetOf({ images, labels, count }: Images): ArrayDataset {
  return {
    name: 'bench',
    length: count,
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    x: { dtype: 'uint8', shape: [count, 1, 28, 28], data: images },
    y: { dtype: 'int32', shape: [count], data: labels },
    licence: '',
    source: '',
    citation: '',
  };
}
