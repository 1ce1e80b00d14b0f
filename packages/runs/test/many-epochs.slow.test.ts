import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTrainer, fit, linear, mse, ndarray, sgd } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { checkpoints, jsonLinesLog, tensorboard } from '@descent/runs';
import { expect, test } from 'vitest';

const EPOCHS = 10_000;
const WARM = 1000;
/** What an epoch may leave behind: its record, three objects of a few numbers, is a few hundred bytes. */
const BYTES = 1000;

test('ten thousand epochs with log, events and checkpoints leave little more than their history', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const folder = mkdtempSync(join(tmpdir(), 'descent-epochs-'));
  const data = {
    length: 1,
    batchSize: 4,
    dataset: {
      x: ndarray('float32', [4, 1], Float32Array.of(0, 1, 2, 3)),
      y: ndarray('float32', [4, 1], Float32Array.of(1, 3, 5, 7)),
    },
    epoch: () => [],
    indices: () => Uint32Array.of(0, 1, 2, 3),
  };
  const heap = new Map<number, number>();
  const trainer = await createTrainer({
    model: linear(1, 1),
    loss: mse(),
    optimizer: sgd({ lr: 0.1 }),
    backend: referenceBackend(),
  });
  const log = join(folder, 'metrics.jsonl');
  const { history } = await fit(trainer, {
    train: data,
    validation: data,
    epochs: EPOCHS,
    log: null,
    callbacks: [
      // Each holds the whole history, so they are not written after every epoch.
      checkpoints({ folder, everyEpochs: 500, keepLast: 2 }),
      jsonLinesLog(log),
      tensorboard(folder),
      {
        onEpoch({ epoch }) {
          if (epoch !== WARM && epoch !== EPOCHS) return;
          collect();
          heap.set(epoch, process.memoryUsage().heapUsed);
        },
      },
    ],
  });
  const growth = ((heap.get(EPOCHS) as number) - (heap.get(WARM) as number)) / (EPOCHS - WARM);
  console.log(`${growth.toFixed(0)} bytes an epoch`);
  expect(growth).toBeLessThan(BYTES);
  expect(history).toHaveLength(EPOCHS);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(EPOCHS);
  // y = 2 x + 1 is learned long before.
  const { weight, bias } = await trainer.parameters();
  expect(weight?.data[0]).toBeCloseTo(2, 4);
  expect(bias?.data[0]).toBeCloseTo(1, 4);
  rmSync(folder, { recursive: true, force: true });
});
