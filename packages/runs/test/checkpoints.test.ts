import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adam,
  type Callback,
  createTrainer,
  DescentError,
  dropout,
  fit,
  linear,
  type Metric,
  mse,
  ndarray,
  StateError,
  sequential,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import {
  bestCheckpoint,
  type CheckpointOptions,
  checkpointSteps,
  checkpoints,
  checkpointUntil,
  decodeCheckpoint,
  encodeCheckpoint,
  jsonLinesLog,
  latestCheckpoint,
  lockFolder,
} from '@descent/runs';
import { beforeEach, describe, expect, test } from 'vitest';
import * as tiny from './tiny-run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-runs-'));
});

const x = ndarray(
  'float32',
  [12, 3],
  Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)),
);
const y = ndarray(
  'float32',
  [12, 1],
  Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)),
);
const data = {
  length: 4,
  batchSize: 3,
  dataset: { x, y },
  epoch: () => [],
  indices: (epoch: number) => Uint32Array.from({ length: 12 }, (_, i) => (i * 5 + epoch) % 12),
};
const make = (width = 4) =>
  createTrainer({
    model: sequential(linear(3, width), dropout(0.3), linear(width, 1)),
    loss: mse(),
    optimizer: adam({ lr: 0.05 }),
    backend: referenceBackend(),
    seed: 2,
  });
const run = async (callbacks: readonly Callback[], epochs = 5) => {
  const trainer = await make();
  const result = await fit(trainer, { train: data, test: data, epochs, callbacks, log: null });
  return { trainer, ...result };
};

describe('checkpoints', () => {
  test('keep the last ones and the best', async () => {
    const { history } = await run([
      checkpoints({ folder, everySteps: 3, keepLast: 2, best: 'test.loss', info: { seed: 2 } }),
    ]);
    expect(readdirSync(folder).sort()).toEqual([
      'best.safetensors',
      'step-000000018.safetensors',
      'step-000000020.safetensors',
    ]);
    const latest = await latestCheckpoint(folder);
    expect(latest).toMatchObject({
      info: { seed: 2 },
      damaged: [],
      state: { step: 20 },
      position: { epoch: 6, step: 0 },
    });
    const losses = history.map((r) => r.test?.loss as number);
    expect((await bestCheckpoint(folder)).position.epoch).toBe(losses.indexOf(Math.min(...losses)) + 2);
  });

  test('are found by their step, the best among them; damaged ones are passed over', async () => {
    await run([checkpoints({ folder, everySteps: 3, keepLast: 3, best: 'test.loss' })]);
    const best = (await bestCheckpoint(folder)).state.step;
    expect(await checkpointSteps(folder)).toEqual([16, 18, 20]);
    const stepUntil = async (step: number) => (await checkpointUntil(folder, step))?.state.step ?? null;
    expect(await stepUntil(20)).toBe(20);
    expect(await stepUntil(19)).toBe(18);
    expect(await stepUntil(14)).toBe(best <= 14 ? best : null);
    expect(await stepUntil(0)).toBeNull();
    writeFileSync(join(folder, 'step-000000018.safetensors'), 'no checkpoint');
    const found = await checkpointUntil(folder, 19);
    expect(found?.state.step).toBe(Math.max(16, best <= 19 ? best : 0));
    expect(found?.damaged).toHaveLength(1);
    expect(await checkpointUntil(join(folder, 'nowhere'), 3)).toBeNull();
    await expect(checkpointUntil(folder, 1.5)).rejects.toThrow('whole number');
  });

  test('the best is what the metric says, or mode; a number that is not there is refused before training', async () => {
    const own = (better?: 'lower'): Metric => ({
      name: 'perplexity',
      ...(better && { better }),
      apply: (output, target) => mse().apply(output, target),
    });
    const epochOfBest = async (metrics: readonly Metric[], options: Partial<CheckpointOptions>) => {
      const trainer = await tiny.make(3, metrics);
      const callbacks = [checkpoints({ folder, best: 'train.perplexity', ...options })];
      const { history } = await fit(trainer, { train: tiny.data, epochs: 5, callbacks, log: null });
      const values = history.map((r) => r.train['perplexity'] as number);
      const first = (value: number): number => values.indexOf(value) + 1;
      expect(first(Math.min(...values))).not.toBe(first(Math.max(...values)));
      const best = (await bestCheckpoint(folder)).position.epoch - 1;
      return best === first(Math.min(...values)) ? 'lowest' : best === first(Math.max(...values)) ? 'highest' : best;
    };
    expect(await epochOfBest([own('lower')], {})).toBe('lowest');
    expect(await epochOfBest([own()], { mode: 'min' })).toBe('lowest');
    expect(await epochOfBest([own('lower')], { mode: 'max' })).toBe('highest');
    await expect(epochOfBest([own()], {})).rejects.toThrow(/which way 'perplexity' gets better is not known/);
    await expect(epochOfBest([], {})).rejects.toThrow(/no such metric/);
  });

  test('resuming from any of them gives the bits of an unbroken run', async () => {
    const unbroken = await run([]);
    await run([checkpoints({ folder, everySteps: 1, keepLast: 100 })]);
    const files = readdirSync(folder).sort();
    expect(files).toHaveLength(20);
    for (const name of [files[0], files[6], files[7], files[18]] as string[]) {
      const path = join(folder, name);
      const { state, position } = await decodeCheckpoint(readFileSync(path), path);
      const trainer = await make();
      await trainer.load(state);
      const { history } = await fit(trainer, { train: data, test: data, epochs: 5, resume: position, log: null });
      expect(await trainer.state()).toEqual(await unbroken.trainer.state());
      expect(history.map(({ seconds: _, ...r }) => r)).toEqual(unbroken.history.map(({ seconds: _, ...r }) => r));
    }
  });

  test('a file that is cut short or changed is passed over, and named', async () => {
    await run([checkpoints({ folder, keepLast: 3 })]);
    const [oldest, middle, newest] = readdirSync(folder).sort() as [string, string, string];
    const bytes = readFileSync(join(folder, newest));
    writeFileSync(join(folder, newest), bytes.subarray(0, bytes.length - 5));
    const changed = readFileSync(join(folder, middle));
    changed[changed.length - 3] = (changed[changed.length - 3] as number) ^ 1;
    writeFileSync(join(folder, middle), changed);
    const found = await latestCheckpoint(folder);
    expect(found?.path).toBe(join(folder, oldest));
    expect(found?.damaged).toHaveLength(2);
    expect(found?.damaged.join()).toMatch(new RegExp(`${newest}.*${middle}`, 's'));
  });

  test('any flipped byte is an error, never other weights', async () => {
    const trainer = await make();
    const intact = await encodeCheckpoint({
      state: await trainer.state(),
      position: { epoch: 1, step: 0, totals: { sums: {}, samples: 0 }, history: [] },
      info: null,
    });
    for (let at = 8; at < intact.length; at += 17) {
      const changed = intact.slice();
      changed[at] = (changed[at] as number) ^ 0x10;
      let decoded: unknown = null;
      try {
        decoded = (await decodeCheckpoint(changed, 'file')).state;
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      if (decoded !== null) expect(decoded).toEqual(await trainer.state());
    }
  });

  test('a checkpoint of another network is refused by name', async () => {
    await run([checkpoints({ folder })]);
    const other = await make(5);
    const latest = await latestCheckpoint(folder);
    await expect(other.load(latest?.state as never)).rejects.toThrow(StateError);
    await expect(other.load(latest?.state as never)).rejects.toThrow(/0\.weight is \[4, 3\], not \[5, 3\]/);
  });

  test('a folder that cannot be written ends training with the error, and loses nothing', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(run([checkpoints({ folder: join(folder, 'file') })])).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await latestCheckpoint(join(folder, 'missing'))).toBeNull();
    expect(() => checkpoints({ folder, keepLast: 0 })).toThrow(/keepLast/);
  });

  test('something else is not taken for a checkpoint', async () => {
    await expect(decodeCheckpoint(new Uint8Array(100), 'zeros')).rejects.toThrow(DescentError);
  });
});

test('a description that says nothing is refused, whatever its hash', async () => {
  const state = { step: 3, parameters: {}, slots: {} };
  const good = { state, position: { epoch: 1 } as never, info: null };
  expect(await decodeCheckpoint(await encodeCheckpoint(good), 'c')).toEqual(good);
  for (const wrong of [
    { ...good, state: { ...state, step: -1 } },
    { ...good, state: { ...state, step: 0.5 } },
    { ...good, state: { ...state, step: '3' as never } },
    { ...good, position: null as never },
    { ...good, position: undefined as never },
  ]) {
    await expect(decodeCheckpoint(await encodeCheckpoint(wrong), 'c')).rejects.toThrow(/c: this is not a checkpoint/);
  }
});

test('a log line an epoch', async () => {
  const path = join(folder, 'metrics.jsonl');
  await run([jsonLinesLog(path)], 2);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines.map((l) => JSON.parse(l))).toMatchObject([
    { epoch: 1, step: 4 },
    { epoch: 2, step: 8 },
  ]);
});

describe('a lock', () => {
  test('keeps a second run out until it is given back', async () => {
    const release = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(new RegExp(`process ${process.pid}`));
    await release();
    await (await lockFolder(folder))();
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });

  test('of a process that is gone is taken over', async () => {
    const { hostname } = await import('node:os');
    writeFileSync(join(folder, 'run.lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    await (await lockFolder(folder))();
    writeFileSync(join(folder, 'run.lock'), '{');
    await (await lockFolder(folder, { staleMs: 50 }))();
  });
});
