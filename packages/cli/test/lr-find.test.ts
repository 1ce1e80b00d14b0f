import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { descent, folder } from './helpers.ts';

const CONFIG = JSON.stringify({
  model: [['linear', 2, 8], 'relu', ['linear', 8, 2]],
  data: 'moons',
  optimizer: ['sgd', { lr: 0.5 }],
  batchSize: 32,
  backend: 'reference',
});

test('shows the loss over the rate, a suggestion and what the config has; writes the picture and no run', async () => {
  const at = folder({ 'a.json': CONFIG });
  const { code, out, err } = await descent(at, 'lr-find', 'a.json', '--steps', '60', '--out', 'lr.svg');
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toMatch(/The loss falls fastest at [\d.]+; the config has 0.5\./);
  expect(out).toContain('←');
  expect(out).toContain('picture: lr.svg');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  expect(readFileSync(join(at, 'lr.svg'), 'utf8')).toMatch(/^<svg /);
  expect(existsSync(join(at, 'runs'))).toBe(false);
});

test('--json is one object and nothing else', async () => {
  const { code, out } = await descent(folder({ 'a.json': CONFIG }), 'lr-find', 'a.json', '--steps', '20', '--json');
  expect(code).toBe(0);
  const { rates, losses, suggestion } = JSON.parse(out) as Record<string, unknown>;
  expect(rates).toHaveLength((losses as number[]).length);
  expect(suggestion === null || typeof suggestion === 'number').toBe(true);
});

test.each([
  [['--from', '0'], /number above 0/],
  [['--from', '1', '--to', '0.1'], /not above the first/],
  [['--steps', '5'], /at least 10/],
  [['--out', 'lr.png'], /ends in .svg/],
  [['--backend', 'onnx:cup'], /onnx:cpu/],
])('%j is a wrong command line', async (words, message) => {
  const { code, err } = await descent(folder({ 'a.json': CONFIG }), 'lr-find', 'a.json', ...words);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
