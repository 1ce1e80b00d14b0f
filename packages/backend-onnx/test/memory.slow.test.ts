import {
  checkpoint,
  createTrainer,
  crossEntropy,
  flatten,
  gelu,
  type Layer,
  layerNorm,
  linear,
  mse,
  relu,
  rescale,
  residual,
  sequential,
  sgd,
  zeros,
} from '@descent/core';
import { expect, test } from 'vitest';
import { onnx } from '../src/public/index.ts';

const STEPS = 20_000;
const WARM_UP = 6000;
/** A step makes 200 kB of tensors; keeping a fiftieth of them would grow by 40 MB between the first and the last quarter. */
const LARGEST_GROWTH_MB = 24;
const BATCH_SIZE = 16;

test(`resident memory stays flat over ${STEPS} training steps`, async () => {
  const backend = onnx({ threads: 1 });
  const trainer = await createTrainer({
    model: sequential(rescale(1 / 255), flatten(), linear(784, 32), relu(), linear(32, 10)),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    backend,
  });
  const x = zeros([BATCH_SIZE, 1, 28, 28], 'uint8');
  const y = zeros([BATCH_SIZE], 'int32');
  const levels: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    x.data[step % x.data.length] = step % 256;
    await trainer.step(x, y);
    if (step >= WARM_UP && step % 100 === 0) levels.push(process.memoryUsage.rss() / 2 ** 20);
  }
  trainer.dispose();
  await backend.dispose();
  const part = Math.floor(levels.length / 4);
  // Medians, because the collector of JavaScript makes the level go up and down.
  const growth = median(levels.slice(-part)) - median(levels.slice(0, part));
  console.info(`${median(levels).toFixed(0)} MB, ${growth.toFixed(1)} MB more in the last quarter than in the first`);
  expect(trainer.stepCount).toBe(STEPS);
  expect(growth).toBeLessThan(LARGEST_GROWTH_MB);
});

test('128 batch sizes take no more memory than the programs that are kept', async () => {
  const backend = onnx({ threads: 1 });
  const trainer = await createTrainer({
    model: sequential(rescale(1 / 255), flatten(), linear(784, 256), relu(), linear(256, 10)),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.05 }),
    backend,
  });
  const megabytes = new Map<number, number>();
  for (let size = 1; size <= 128; size++) {
    const batch = { x: zeros([size, 1, 28, 28], 'uint8'), y: zeros([size], 'int32') };
    await trainer.step(batch.x, batch.y);
    await trainer.evaluate([batch]);
    if (size % 64 === 0) megabytes.set(size, process.memoryUsage.rss() / 2 ** 20);
  }
  trainer.dispose();
  await backend.dispose();
  // 256 programs that stay would take 170 MB more from the 64th size on.
  const growth = (megabytes.get(128) as number) - (megabytes.get(64) as number);
  console.info(`${growth.toFixed(1)} MB more after 128 sizes than after 64`);
  expect(growth).toBeLessThan(80);
});

test('checkpoint: what it saves is not computed early, nor taken away by ONNX Runtime', async () => {
  const [layers, width, batch] = [10, 512, 1024];
  const block = (): Layer => sequential(layerNorm(width), linear(width, 2 * width), gelu(), linear(2 * width, width));
  const x = zeros([batch, width]);
  x.data.forEach((_, i, data) => {
    data[i] = Math.sin(i);
  });
  const used: number[] = [];
  const losses: number[] = [];
  // The largest size of the process so far only grows: first what should take less.
  for (const around of [checkpoint<never, never>, (layer: Layer) => layer] as readonly ((layer: Layer) => Layer)[]) {
    const backend = onnx({ threads: 1 });
    const model = sequential(...Array.from({ length: layers }, () => residual(around(block())))) as Layer;
    const trainer = await createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0.01 }), backend });
    const before = process.memoryUsage.rss();
    for (let step = 0; step < 2; step++) losses.push((await trainer.step(x, zeros([batch, width]))).loss);
    used.push((process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20);
    trainer.dispose();
    await backend.dispose();
  }
  const [again, kept] = used as [number, number];
  console.info(`${again.toFixed(0)} MB with checkpoint, ${kept.toFixed(0)} MB without`);
  expect(losses.slice(0, 2)).toEqual(losses.slice(2));
  // Seven tensors of 2 MB in each of ten blocks, against one in each and those of one block.
  expect(kept - again).toBeGreaterThan(60);
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
