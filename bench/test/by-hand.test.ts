import { onnx } from '@descent/backend-onnx';
import { initParameters } from '@descent/core';
import { mnistSample } from '@descent/datasets';
import { expect, test } from 'vitest';
import { descentModel, NETS, type NetName } from '../lib/nets.ts';
import { byHand } from '../train-step/by-hand/engine.ts';
import { descentStep, fitOn } from '../train-step/descent.ts';
import type { EngineFactory, Task } from '../train-step/engine.ts';

async function losses(create: EngineFactory, task: Task): Promise<number[]> {
  const engine = await create(task);
  const found: number[] = [];
  while (found.length < 4) found.push(...(await engine.run()));
  return found;
}

// What is timed against each other must be the same work.
test.each<[NetName, number]>([
  ['mlp', 1],
  ['lenet', 1],
  ['lenet', 2],
  ['cnn', 1],
])('the hand-made graph of %s for %i thread(s) trains as Descent does', async (net, threads) => {
  const { layers, lr } = NETS[net];
  const { x, y } = await mnistSample();
  const task: Task = {
    layers,
    lr,
    threads,
    batchSize: 6,
    data: { images: x.data as Uint8Array, labels: y.data as Int32Array, count: 60 },
    weights: Object.values(initParameters(descentModel(layers), 0)).map(({ data }) => data),
  };
  const expected = await losses(
    descentStep((threads) => onnx({ threads })),
    task,
  );
  expect(expected[0]).toBeGreaterThan(1.5);
  for (const create of [byHand, (task: Task) => fitOn(task, onnx({ threads: task.threads }))]) {
    for (const [i, loss] of (await losses(create, task)).entries()) expect(loss).toBeCloseTo(expected[i] as number, 4);
  }
});
