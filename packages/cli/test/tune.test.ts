import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { measureApart } from '../src/tune/apart.ts';
import { projected, sizesUpTo } from '../src/tune/tune.ts';
import { config } from './data-helpers.ts';
import { descent, descentWith, folder, silentIo } from './helpers.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

// What measures is the built program. This builds what changed since.
beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'packages/cli'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}, 120_000);

const BIRDS = Array.from({ length: 24 }, (_, i) => `${i % 5},${['crow', 'gull', 'robin'][i % 3]}`);
const FILES = {
  'birds.csv': `wing,kind\n${BIRDS.join('\n')}\n`,
  'a.json': config(
    { csv: 'birds.csv', target: 'kind' },
    { model: [['linear', 1, 3]], batchSize: 4, backend: 'onnx:cpu' },
  ),
};

describe('descent tune', { timeout: 120_000 }, () => {
  test('batch: doubles up to all samples, each in a process of its own, and writes no run', async () => {
    const root = folder(FILES);
    const { code, out, err } = await descent(root, 'tune', 'batch', 'a.json', '--seconds', '0.05', '--json');
    expect([code, err]).toEqual([0, '']);
    const { largest, fastest, end, measured } = JSON.parse(out);
    expect(measured.map(({ batch }: { batch: number }) => batch)).toEqual([1, 2, 4, 8, 16, 24]);
    for (const one of measured) {
      expect(one).toMatchObject({ state: 'measured' });
      expect(one.steps).toBeGreaterThanOrEqual(3);
      expect(one.samplesPerSecond).toBeCloseTo((1000 * one.batch) / one.msPerStep, 6);
      expect(one.bytes).toBeGreaterThan(20e6);
    }
    expect(largest).toBe(24);
    const speeds = measured.map(({ samplesPerSecond }: { samplesPerSecond: number }) => samplesPerSecond);
    expect(fastest).toBe(measured[speeds.indexOf(Math.max(...speeds))].batch);
    expect(end).toBe('all 24 samples are one batch');
    expect(readdirSync(root).sort()).toEqual(['a.json', 'birds.csv']);
  });

  test('batch for people, and threads', async () => {
    const root = folder(FILES);
    const shown = await descent(root, 'tune', 'batch', 'a.json', '--seconds', '0.02', '--max', '2');
    expect(shown.out).toMatch(/^ +batch +samples\/s +ms\/step +memory\n +1 +[\d,]+ +\d+\.\d\d +\d+\.\d MB\n +2 /);
    expect(shown.out).toContain('The largest batch that fits is 2: --max 2.');
    const argv = ['--seconds', '0.02', '--max', '1', '--set', 'batchSize=3', '--json'];
    const { out, code } = await descent(root, 'tune', 'threads', 'a.json', ...argv);
    expect([code, JSON.parse(out)]).toMatchObject([0, { fastest: 1, measured: [{ threads: 1, state: 'measured' }] }]);
  });

  test('what cannot be trained is told, and Ctrl-C ends it', async () => {
    const root = folder(FILES);
    const failed = await measureApart({ config: 'none.json', seconds: 0.1 }, silentIo({ cwd: root }));
    expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('there is no such config file') });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const { code, err } = await descentWith(
      { signal: stop.signal },
      root,
      'tune',
      'batch',
      'a.json',
      '--seconds',
      '100',
    );
    expect([code, err]).toEqual([130, 'stopped: the measurement was stopped\n']);
  });
});

test.each([
  [['batch', 'none.json'], 1, 'there is no such config file'],
  [['batch', 'a.json', '--seconds', '0'], 2, 'Expected a number above 0'],
  [['threads', 'a.json', '--backend', 'reference'], 2, 'the threads of this backend are its own'],
  [['batch', 'a.json', '--backend', 'nope'], 2, "there is no backend 'nope'"],
  [['threads', 'a.json', '--backend', 'onnx:cup'], 2, "did you mean 'onnx:cpu'"],
  [['batch', 'a.json', '--set', 'optimiser.lr=1'], 2, 'optimizer'],
  [['bach', 'a.json'], 2, 'Did you mean batch?'],
])('descent tune %j is refused', async (argv, code, message) => {
  const result = await descent(folder(FILES), 'tune', ...argv);
  expect(result.err).toContain(message);
  expect(result.code).toBe(code);
});

test('threads of train are for onnx:cpu', async () => {
  const root = folder(FILES);
  expect((await descent(root, 'train', 'a.json', '--threads', '1', '-q')).code).toBe(0);
  const { code, err } = await descent(root, 'train', 'a.json', '--threads', '1', '--backend', 'reference');
  expect([code, err]).toEqual([2, expect.stringContaining('the threads of this backend are its own')]);
});

test('sizes end with the largest, and memory goes on along a line', () => {
  expect(sizesUpTo(1)).toEqual([1]);
  expect(sizesUpTo(8)).toEqual([1, 2, 4, 8]);
  expect(sizesUpTo(9)).toEqual([1, 2, 4, 8, 9]);
  const at = (value: number, bytes: number) => ({
    value,
    result: { state: 'measured', samplesPerSecond: 1, msPerStep: 1, steps: 3, bytes } as const,
  });
  expect(projected([at(1, 100)], 2)).toBeNull();
  expect(projected([at(1, 100), at(2, 110), at(4, 130)], 8)).toBe(170);
  // Less memory than before is chance.
  expect(projected([at(2, 140), at(4, 130)], 8)).toBe(130);
});
