import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from '@descent/core';
import { writePng } from '@descent/datasets';
import { decodeCheckpoint } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { descent, descentWith, folder, readJson, tinyConfig } from './helpers.ts';

const weights = (...path: readonly string[]): Buffer => readFileSync(join(...path, 'model.safetensors'));
const epochs = (...path: readonly string[]): number[] =>
  readFileSync(join(...path, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { epoch: number }).epoch);

/** Stops `descent train` once it has logged an epoch. */
async function stopped(root: string, ...argv: readonly string[]): Promise<void> {
  const controller = new AbortController();
  const log = join(root, 'run', 'metrics.jsonl');
  const looking = setInterval(() => {
    if (existsSync(log) && readFileSync(log).length > 0) controller.abort();
  }, 20);
  const { code } = await descentWith({ signal: controller.signal }, root, 'train', 'a.ts', ...argv);
  clearInterval(looking);
  expect(code).toBe(130);
}

describe('descent resume', () => {
  test('goes on as if training had never stopped, bit for bit', async () => {
    const root = folder({ 'a.ts': tinyConfig('', 'sgd({ lr: 0.01, momentum: 0.9 })') });
    await descent(root, 'train', 'a.ts', '--epochs', '7', '--out', 'unbroken');
    await descent(root, 'train', 'a.ts', '--epochs', '3', '--out', 'run');
    const { code, out, err } = await descent(root, 'resume', 'run', '--epochs', '7');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('going on with run after 12 steps, in epoch 4 of 7');
    expect(out).toMatch(/^ +4\/7 .*\n +5\/7 .*\n +6\/7 .*\n +7\/7 /m);
    expect(weights(root, 'run').equals(weights(root, 'unbroken'))).toBe(true);
    expect(epochs(root, 'run')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(readJson(root, 'run', 'run.json')).toMatchObject({ status: 'finished', settings: { epochs: 7 } });
    expect(existsSync(join(root, 'run', 'run.lock'))).toBe(false);
  });

  test('… and so does a learning rate that is reduced on a plateau, by a config in JSON', async () => {
    const lr =
      '["reduceOnPlateau", { "lr": 0.01, "metric": "train.loss", "patience": 0, "threshold": 1, "factor": 0.5 }]';
    const root = folder({ 'a.ts': tinyConfig('', `["sgd", { "lr": ${lr} }]`) });
    await descent(root, 'train', 'a.ts', '--epochs', '6', '--out', 'unbroken');
    await descent(root, 'train', 'a.ts', '--epochs', '3', '--out', 'run');
    expect((await descent(root, 'resume', 'run', '--epochs', '6')).err).toBe('');
    expect(weights(root, 'run').equals(weights(root, 'unbroken'))).toBe(true);
    const constant = folder({ 'a.ts': tinyConfig('', 'sgd({ lr: 0.01 })') });
    await descent(constant, 'train', 'a.ts', '--epochs', '6', '--out', 'run');
    expect(weights(constant, 'run').equals(weights(root, 'run'))).toBe(false);
  });

  test('goes on in the middle of an epoch after Ctrl-C', async () => {
    const root = folder({ 'a.ts': tinyConfig('', 'sgd({ lr: 1e-4, momentum: 0.9 })') });
    await stopped(root, '--epochs', '1000000', '--out', 'run');
    const [file = ''] = readdirSync(join(root, 'run', 'checkpoints')).slice(-1);
    const { position, state } = await decodeCheckpoint(readFileSync(join(root, 'run', 'checkpoints', file)), file);
    expect(state.step).toBe((position.epoch - 1) * 4 + position.step);
    const last = String(position.epoch + 2);
    expect((await descent(root, 'resume', 'run', '--epochs', last, '-q')).out).toBe('run\n');
    await descent(root, 'train', 'a.ts', '--epochs', last, '--out', 'unbroken');
    expect(weights(root, 'run').equals(weights(root, 'unbroken'))).toBe(true);
    expect(epochs(root, 'run')).toEqual(epochs(root, 'unbroken'));
  });

  test('goes on from the checkpoint before when the newest is damaged, and writes lost lines again', async () => {
    const root = folder({ 'a.ts': tinyConfig('checkpoints: { everyEpochs: 1 }') });
    await descent(root, 'train', 'a.ts', '--epochs', '3', '--out', 'run');
    const names = readdirSync(join(root, 'run', 'checkpoints')).sort();
    expect(names).toEqual([4, 8, 12].map((n) => `step-${String(n).padStart(9, '0')}.safetensors`));
    const newest = join(root, 'run', 'checkpoints', names[2] as string);
    writeFileSync(newest, readFileSync(newest).subarray(0, 200));
    const { code, out, err } = await descent(root, 'resume', 'run');
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: passed over a checkpoint: .*step-000000012\.safetensors/);
    expect(out).toContain('after 8 steps, in epoch 3 of 3');
    expect(epochs(root, 'run')).toEqual([1, 2, 3]);
  });

  test.each(['onnx:cpu', 'tfjs:cpu'])('goes on with another backend: %s', async (backend) => {
    const root = folder({ 'a.ts': tinyConfig() });
    await descent(root, 'train', 'a.ts', '--epochs', '2', '--out', 'run');
    await descent(root, 'train', 'a.ts', '--epochs', '4', '--out', 'unbroken');
    const { code, out } = await descent(root, 'resume', 'run', '--epochs', '4', '--backend', backend);
    expect(code).toBe(0);
    expect(out).toContain(`backend ${backend}\n`);
    const [a, b] = ['run', 'unbroken'].map((run) => decodeSafetensors(weights(root, run)).tensors);
    for (const [name, { data }] of Object.entries(a ?? {})) {
      for (const [i, v] of data.entries()) expect(v).toBeCloseTo(b?.[name]?.data[i] as number, 5);
    }
  });

  test('says that the config of the run was changed; so do predict and export', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    await descent(root, 'train', 'a.ts', '--epochs', '2', '--out', 'run');
    const config = join(root, 'run', 'config.ts');
    const mark = `\ufeff${readFileSync(config, 'utf8')}`;
    writeFileSync(config, mark);
    expect((await descent(root, 'export', 'run')).err).toBe('');
    writeFileSync(config, mark.replace('lr: 0.5', 'lr: 0.25'));
    const warning =
      /^warning: \S*run\/config\.ts was changed since the run began; it counts as it is now, but for seed and epochs/;
    expect((await descent(root, 'export', 'run')).err).toMatch(warning);
    await writePng(join(root, 'a.png'), { dtype: 'uint8', shape: [4, 4], data: new Uint8Array(16) });
    expect((await descent(root, 'predict', 'run', 'a.png')).err).toMatch(warning);
    const resumed = await descent(root, 'resume', 'run', '--epochs', '3');
    expect([resumed.code, resumed.err]).toEqual([0, expect.stringMatching(warning)]);
  });

  test('in the middle of an epoch, another batch size is refused: the rest of the epoch would be other samples', async () => {
    const root = folder({ 'a.ts': tinyConfig('checkpoints: { everySteps: 3 }') });
    await descent(root, 'train', 'a.ts', '--epochs', '1', '--out', 'run');
    const folderOf = join(root, 'run', 'checkpoints');
    for (const name of readdirSync(folderOf)) if (!name.includes('000003')) rmSync(join(folderOf, name));
    writeFileSync(join(root, 'run', 'config.ts'), tinyConfig().replace('batchSize: 10', 'batchSize: 5'));
    const { code, err } = await descent(root, 'resume', 'run', '--epochs', '2');
    expect(code).toBe(1);
    expect(err).toContain('the batch size was changed in the middle of an epoch\n  received: 5\n  expected: 10');
  });

  test('refuses other data, a run without a checkpoint, a finished one, and what is none', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    await descent(root, 'train', 'a.ts', '--epochs', '2', '--out', 'run');
    const finished = await descent(root, 'resume', 'run');
    expect(finished.code).toBe(1);
    expect(finished.err).toContain('there is nothing left to train');
    expect(finished.err).toContain('a run of 2 epochs that has done 2');
    writeFileSync(join(root, 'run', 'config.ts'), tinyConfig().replace('200 + i', '201 + i'));
    const other = await descent(root, 'resume', 'run', '--epochs', '5');
    expect(other.code).toBe(1);
    expect(other.err).toMatch(
      /the training data are not those that the run began with\n {2}received: halves: 40 items, sha256 /,
    );
    const none = await descent(root, 'resume', 'nowhere');
    expect(none.err).toContain('there is no run in this folder: run.json cannot be read');
    expect(existsSync(join(root, 'nowhere'))).toBe(false);
    const bare = folder({ 'run.json': readFileSync(join(root, 'run', 'run.json')), 'config.ts': tinyConfig() });
    expect((await descent(bare, 'resume', '.')).err).toContain('the run has no checkpoint to go on from');
  });
});

describe('one folder', () => {
  test('is for one process at a time', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    await descent(root, 'train', 'a.ts', '--epochs', '1', '--out', 'run');
    writeFileSync(
      join(root, 'run', 'run.lock'),
      JSON.stringify({ pid: process.ppid, host: (await import('node:os')).hostname() }),
    );
    for (const argv of [
      ['train', 'a.ts', '--out', 'run', '--overwrite'],
      ['resume', 'run', '--epochs', '5'],
    ]) {
      const { code, err } = await descent(root, ...argv);
      expect(code).toBe(1);
      expect(err).toContain(`another run is using this folder\n  received: process ${process.ppid} on`);
    }
    expect(existsSync(join(root, 'run', 'run.json'))).toBe(true);
  });
});

describe('a folder that another process took over', () => {
  test('is left alone: nothing more is written there, and the run ends with the reason', async () => {
    const root = folder({ 'a.ts': tinyConfig('checkpoints: { everySteps: 1 }', 'sgd({ lr: 1e-4 })') });
    const [lock, log] = [join(root, 'run', 'run.lock'), join(root, 'run', 'metrics.jsonl')];
    const looking = setInterval(() => {
      if (!existsSync(log) || readFileSync(log).length === 0) return;
      clearInterval(looking);
      writeFileSync(lock, '{"pid":1,"host":"another"}');
    }, 20);
    const { code, err } = await descent(root, 'train', 'a.ts', '--epochs', '1000000', '--out', 'run');
    clearInterval(looking);
    expect(code).toBe(1);
    expect(err).toContain('another process has taken this folder over');
    expect(readFileSync(lock, 'utf8')).toContain('another');
    for (const name of ['model.safetensors', 'report.html']) expect(existsSync(join(root, 'run', name))).toBe(false);
    expect(readJson(root, 'run', 'run.json')).toMatchObject({ status: 'running' });
  });
});

describe('training that watches held-out data', () => {
  test('keeps some of the training data back, and stops early with the best epoch', async () => {
    // Steps this large make the loss worse from the first epoch on.
    const more = 'validation: 0.25, earlyStopping: { patience: 2 }, checkpoints: { keepLast: 1 }';
    const root = folder({ 'a.ts': tinyConfig(more, 'sgd({ lr: 60 })') });
    const { code, out } = await descent(root, 'train', 'a.ts', '--epochs', '50', '--out', 'run');
    expect(code).toBe(0);
    expect(out).toContain('halves: 30 to train, 10 to validate, 40 to test');
    const [, best] =
      /ended early: validation\.loss has not improved for 2 epochs; the best was \S+ in epoch (\d+)/.exec(out) ?? [];
    const history = readFileSync(join(root, 'run', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { step: number; epoch: number; validation: { loss: number } });
    expect(history).toHaveLength(Number(best) + 2);
    expect(Math.min(...history.map((r) => r.validation.loss))).toBe(history[Number(best) - 1]?.validation.loss);
    const kept = await decodeCheckpoint(readFileSync(join(root, 'run', 'checkpoints', 'best.safetensors')), 'best');
    expect(kept.state.step).toBe(history[Number(best) - 1]?.step);
    expect(decodeSafetensors(weights(root, 'run')).tensors['2.weight']).toEqual(kept.state.parameters['2.weight']);
  });

  test('early stopping without such data is refused before anything is done', async () => {
    const root = folder({ 'a.ts': tinyConfig('earlyStopping: true') });
    const { code, err } = await descent(root, 'train', 'a.ts');
    expect(code).toBe(2);
    expect(err).toContain('earlyStopping: early stopping watches validation.loss, but there are no validation data');
    expect(existsSync(join(root, 'runs'))).toBe(false);
  });

  test('options that are not valid are told by key', async () => {
    const more =
      "validation: 1.5, checkpoints: { everyStep: 5 }, backend: { training: 'onnx:cpu', infrence: 'x' }, tensorboard: 1";
    const root = folder({ 'a.ts': tinyConfig(more).replace("backend: 'reference',", '') });
    const { code, err } = await descent(root, 'train', 'a.ts');
    expect(code).toBe(2);
    for (const line of [
      'validation: received 1.5',
      "checkpoints.everyStep: unknown key; did you mean 'everySteps'?",
      'tensorboard: received 1, expected true or false',
    ]) {
      expect(err).toContain(line);
    }
    expect(err).toContain("backend.infrence: unknown key; did you mean 'inference'?");
  });

  test('one backend trains and another is asked about the result', async () => {
    const root = folder({
      'a.ts': tinyConfig("backend: { training: 'onnx:cpu', inference: 'reference' }").replace(
        "backend: 'reference',",
        '',
      ),
    });
    const { code, out } = await descent(root, 'train', 'a.ts', '--out', 'run');
    expect(code).toBe(0);
    expect(out).toContain('backend onnx:cpu\n');
    const missing = tinyConfig("backend: { training: 'reference', inference: 'onnx:gpux' }").replace(
      "backend: 'reference',",
      '',
    );
    writeFileSync(join(root, 'b.ts'), missing);
    const { code: failed, err } = await descent(root, 'train', 'b.ts');
    expect([failed, err.split('\n')[0]]).toEqual([2, expect.stringContaining("there is no backend 'onnx:gpux'")]);
  });

  test('event files can be left out', async () => {
    const root = folder({ 'a.ts': tinyConfig('tensorboard: false') });
    await descent(root, 'train', 'a.ts', '--out', 'run');
    expect(existsSync(join(root, 'run', 'events'))).toBe(false);
  });
});
