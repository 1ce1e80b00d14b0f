import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { descent, descentWith, folder, readJson, tinyConfig } from './helpers.ts';

describe('descent train', () => {
  test('gives the same numbers whether the data stay on the device or not', async () => {
    const root = folder({ 'a.ts': tinyConfig(), 'b.ts': tinyConfig('maxResidentBytes: 0,') });
    for (const name of ['a', 'b'])
      expect((await descent(root, 'train', `${name}.ts`, '--out', name, '-q')).code).toBe(0);
    const weights = (name: string) => readFileSync(join(root, name, 'model.safetensors'));
    expect(Buffer.compare(weights('a'), weights('b'))).toBe(0);
  });

  test('writes a run: record, config, metrics, weights, ONNX file', async () => {
    const root = folder({ 'halves.config.ts': tinyConfig() });
    const { code, out, err } = await descent(root, 'train', 'halves.config.ts');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('halves: 40 to train, 40 to test');
    expect(out).toContain('backend reference:float32\n');
    expect(out).toMatch(/^sgd, lr [\d.]+; batch size 10, 3 epochs, seed 0$/m);
    expect(out).toMatch(/─ train ─.*─ test ─.*\nepoch +loss +accuracy +loss +accuracy +time$/m);
    const epochs = [...out.matchAll(/^ +(\d)\/3 +[\d.e-]+ +[\d.]+ +[\d.e-]+ +([\d.]+) +[\d.]+ s$/gm)];
    expect(epochs.map(([, epoch]) => epoch)).toEqual(['1', '2', '3']);
    expect(Number(epochs.at(-1)?.[2])).toBe(1);
    expect(out).toMatch(
      /model\.onnx computes (exactly )?what the network computes(: at most \d\.\de-\d+ apart, \de-\d+ of the largest output)?, on 40 real samples/,
    );

    const run = join(root, 'runs', 'halves');
    expect(readdirSync(run).sort()).toEqual([
      'checkpoints',
      'config.ts',
      'events',
      'metrics.jsonl',
      'model.onnx',
      'model.safetensors',
      'report.html',
      'run.json',
    ]);
    expect(readFileSync(join(run, 'config.ts'), 'utf8')).toBe(tinyConfig());
    const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as object);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatchObject({ epoch: 3, train: { loss: expect.any(Number) }, test: { accuracy: 1 } });
    const { tensors } = decodeSafetensors(readFileSync(join(run, 'model.safetensors')));
    expect(tensors['2.weight']?.shape).toEqual([2, 16]);
    expect(readJson(run, 'run.json')).toMatchObject({
      status: 'finished',
      settings: {
        data: 'halves',
        backend: 'reference:float32',
        epochs: 3,
        seed: 0,
        batchSize: 10,
        metrics: ['accuracy'],
      },
      sample: { shape: [1, 4, 4], dtype: 'uint8' },
      labels: ['left', 'right'],
      config: { file: 'config.ts' },
      data: [
        { role: 'train', name: 'halves', items: 40, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { role: 'test', items: 40 },
      ],
      environment: { node: process.versions.node },
    });
    const report = readFileSync(join(run, 'report.html'), 'utf8');
    for (const text of ['halves', 'left', 'right', 'linear(16 → 2)', 'reference:float32'])
      expect(report).toContain(text);
  });

  test('gives each run a folder of its own', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    expect((await descent(root, 'train', 'a.ts', '-q', '--epochs', '1')).out).toBe('runs/a\n');
    expect((await descent(root, 'train', 'a.ts', '-q', '--epochs', '1')).out).toBe('runs/a-2\n');
  });

  test('options count more than the config; one seed gives one curve', async () => {
    const root = folder({ 'a.ts': tinyConfig("seed: 5, out: 'from-config'") });
    await descent(root, 'train', 'a.ts', '--epochs', '2');
    await descent(root, 'train', 'a.ts', '--epochs', '2', '--out', 'same');
    await descent(root, 'train', 'a.ts', '--epochs', '2', '--out', 'other', '--seed', '6');
    const weights = (run: string): Buffer => readFileSync(join(root, run, 'model.safetensors'));
    expect(weights('same').equals(weights('from-config'))).toBe(true);
    expect(weights('other').equals(weights('same'))).toBe(false);
    expect(readJson(root, 'other', 'run.json')).toMatchObject({ settings: { epochs: 2, seed: 6 } });
  });

  test('refuses a folder that holds a run, unless told to overwrite', async () => {
    const root = folder({ 'a.ts': tinyConfig(), 'b.mjs': tinyConfig().replaceAll(' as const', '') });
    await descent(root, 'train', 'a.ts', '--out', 'run');
    writeFileSync(join(root, 'run', 'notes.txt'), 'mine');
    const before = readFileSync(join(root, 'run', 'run.json'), 'utf8');
    const refused = await descent(root, 'train', 'b.mjs', '--out', 'run');
    expect(refused.err).toContain(
      'there is a run in this folder already\n  fix: give another folder with --out, or --overwrite',
    );
    expect(refused.out).toBe('');
    expect(refused.code).toBe(1);
    expect(readFileSync(join(root, 'run', 'run.json'), 'utf8')).toBe(before);
    expect((await descent(root, 'train', 'b.mjs', '--out', 'run', '--overwrite')).code).toBe(0);
    expect(existsSync(join(root, 'run', 'config.ts'))).toBe(false);
    expect(existsSync(join(root, 'run', 'config.mjs'))).toBe(true);
    expect(readFileSync(join(root, 'run', 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('stopped by the user, keeps the weights and says so', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const { code, err } = await descentWith(
      { signal: controller.signal },
      root,
      'train',
      'a.ts',
      '--epochs',
      '1000000',
    );
    expect(code).toBe(130);
    expect(err).toMatch(
      /^stopped: training ended after [\d,]+ steps?; the weights are in .*model\.safetensors\n {2}fix: descent resume .* goes on; descent export /,
    );
    const run = join(root, 'runs', 'a');
    expect(readJson(run, 'run.json')).toMatchObject({ status: 'interrupted' });
    const { tensors } = decodeSafetensors(readFileSync(join(run, 'model.safetensors')));
    expect(Object.keys(tensors)).toEqual(['2.weight', '2.bias']);
    expect((await descent(root, 'export', 'runs/a')).code).toBe(0);
  });

  test('a loss that is not finite fails the run and keeps the last good weights', async () => {
    // Two layers: the product of their exploded weights overflows while each is still finite.
    const config = tinyConfig('', 'sgd({ lr: 1e30 })').replace('linear(16, 2)', 'linear(16, 8), linear(8, 2)');
    const root = folder({ 'a.ts': config });
    const { code, err } = await descent(root, 'train', 'a.ts');
    expect(code).toBe(1);
    expect(err).toMatch(/the loss became (NaN|Infinity) at step \d/);
    expect(readJson(root, 'runs', 'a', 'run.json')).toMatchObject({ status: 'failed' });
    const { tensors } = decodeSafetensors(readFileSync(join(root, 'runs', 'a', 'model.safetensors')));
    expect(tensors['2.weight']?.data.every(Number.isFinite)).toBe(true);
  });

  test('a folder that cannot be made is an error', async () => {
    const root = folder({ 'a.ts': tinyConfig(), file: '' });
    const { code, err } = await descent(root, 'train', 'a.ts', '--out', 'file/run');
    expect(err).toContain('the folder of the run cannot be made');
    expect(code).toBe(1);
  });

  test('draws a bar on a terminal and none elsewhere', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    expect((await descent(root, 'train', 'a.ts')).out).not.toContain('steps  loss');
    const { out } = await descentWith({ isTerminal: true }, root, 'train', 'a.ts');
    expect(out).toMatch(/epoch 1\/3 .* \d\/4 steps {2}loss \d\.\d+/);
    expect(out).toMatch(/^.*3\/3 +0\.\d+ .*[▁▂▃▄▅▆▇█]{3}$/m);
  });
});
