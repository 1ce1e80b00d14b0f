import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linear, relu, residual, sequential } from '@descent/core';
import { drawModel } from '@descent/core/draw';
import { expect, test } from 'vitest';
import { descent, folder } from './helpers.ts';

const CONFIG = JSON.stringify({
  model: [
    ['linear', 4, 4],
    ['residual', ['sequential', ['linear', 4, 4], ['relu']]],
    ['linear', 4, 3],
  ],
  data: 'iris',
  optimizer: ['sgd', { lr: 0.1 }],
  epochs: 1,
  batchSize: 8,
});
const MODEL = sequential(linear(4, 4), residual(sequential(linear(4, 4), relu())), linear(4, 3));
const sample = { shape: [4] };

test('summary --svg writes the picture that drawModel makes', async () => {
  const root = folder({ 'a.json': CONFIG });
  const { out, err, code } = await descent(root, 'summary', 'a.json', '--svg', 'network.svg');
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toMatch(/linear\(4 → 3\)[\s\S]*\npicture: network\.svg\n$/);
  expect(readFileSync(join(root, 'network.svg'), 'utf8')).toBe(drawModel(MODEL, { sample }));

  await descent(root, 'summary', 'a.json', '--svg', 'network.svg', '--depth', '1');
  expect(readFileSync(join(root, 'network.svg'), 'utf8')).toBe(drawModel(MODEL, { sample, depth: 1 }));
});

test('summary refuses a picture that cannot be', async () => {
  const root = folder({ 'a.json': CONFIG });
  const run = (...more: readonly string[]) => descent(root, 'summary', 'a.json', ...more);
  expect(await run('--depth', '1')).toMatchObject({ code: 2, err: expect.stringContaining('--svg network.svg') });
  expect(await run('--svg', 'a.svg', '--depth', '-1')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Expected a whole number of at least 0.'),
  });
  expect(await run('--svg')).toMatchObject({ code: 2, err: expect.stringContaining('argument missing') });
  expect(await run('--svg', '.')).toMatchObject({
    code: 1,
    err: expect.stringContaining('the file cannot be written'),
  });
});
