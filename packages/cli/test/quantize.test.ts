import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { descent, folder, tinyConfig } from './helpers.ts';

async function trained(): Promise<string> {
  const root = folder({ 'halves.ts': tinyConfig() });
  const { code, err } = await descent(root, 'train', 'halves.ts', '--out', 'run', '--epochs', '3', '-q');
  expect([code, err]).toEqual([0, '']);
  return root;
}

test('quantize writes a file of a run beside its own, and says what changed', async () => {
  const root = await trained();
  const { code, out, err } = await descent(root, 'quantize', 'run', '--to', 'int8', '--max-loss', '0.5');
  expect([code, err]).toEqual([0, expect.any(String)]);
  expect(out).toMatch(
    /scheme +int8\nsize +.* → .*\n(accuracy|agreement) +[\d.]+ → [\d.]+ on \d+ samples\ntime +.* ms for a batch of/,
  );
  expect(out).toMatch(/errors of layers, the largest first\n {2}\S+ +Gemm +[\d.]+ %/);
  expect(out.trimEnd().endsWith(join('run', 'model.int8.onnx'))).toBe(true);
  expect(statSync(join(root, 'run', 'model.int8.onnx')).size).toBeGreaterThan(100);
  const again = await descent(
    root,
    'quantize',
    'run',
    '--to',
    'int8',
    '--method',
    'percentile',
    '--per-tensor',
    '--max-loss',
    '1',
    '--json',
    '-o',
    'small.onnx',
  );
  expect(again.code).toBe(0);
  expect(JSON.parse(again.out)).toMatchObject({ scheme: 'int8', quantized: 1 });
  expect(existsSync(join(root, 'small.onnx'))).toBe(true);
});

test('--output is --out, as it was called before; --samples is refused where nothing calibrates', async () => {
  const root = await trained();
  const argv = ['quantize', 'run', '--to', 'int8', '--max-loss', '1'] as const;
  for (const flag of ['--out', '--output']) {
    expect((await descent(root, ...argv, flag, `${flag.slice(2)}.onnx`)).code).toBe(0);
    expect(existsSync(join(root, `${flag.slice(2)}.onnx`))).toBe(true);
  }
  expect(await descent(root, 'quantize', 'run', '--to', 'float16', '--samples', '8')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--samples is for int8[\s\S]*--samples 8 with --to float16/),
  });
  const { out } = await descent(root, 'quantize', '--help');
  expect([out.includes('--out <file>'), out.includes('--output')]).toEqual([true, false]);
  // What stands in the folder of a run is looked at by its name.
  const inspected = await descent(root, 'inspect', 'run', 'out.onnx', '--json');
  expect([inspected.code, inspected.err]).toEqual([0, '']);
  expect(await descent(root, 'inspect', 'nowhere')).toMatchObject({ code: 1 });
  expect(await descent(root, 'inspect', '.')).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no model.onnx in this folder'),
  });
});

test('a file is compared on the data of a config', async () => {
  const root = await trained();
  writeFileSync(join(root, 'model.onnx'), readFileSync(join(root, 'run', 'model.onnx')));
  const { code, out } = await descent(
    root,
    'quantize',
    'model.onnx',
    '--to',
    'int8',
    '--data',
    'halves.ts',
    '--max-loss',
    '1',
  );
  expect([code, out]).toEqual([0, expect.stringContaining('model.int8.onnx')]);
  expect(await descent(root, 'quantize', 'model.onnx', '--to', 'int8')).toMatchObject({
    code: 2,
    err: expect.stringContaining('descent quantize model.onnx --to int8 --data <config>'),
  });
  expect(await descent(root, 'quantize', 'run', '--to', 'int8', '--data', 'halves.ts')).toMatchObject({ code: 2 });
  // What the library refuses is called as it is on the command line.
  expect(await descent(root, 'quantize', 'run', '--to', 'int8', '--block', '32')).toMatchObject({
    code: 2,
    err: expect.stringContaining('error: --block has no effect here\n  received: --block with int8\n'),
  });
});

test('mistakes of the command line', async () => {
  const root = folder();
  expect(await descent(root, 'quantize', 'a.onnx')).toMatchObject({ code: 2, err: expect.stringContaining('--to') });
  expect(await descent(root, 'quantize', 'a.onnx', '--to', 'int9')).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean 'int8'"),
  });
  expect(await descent(root, 'quantize', 'a.onnx', '--to', 'int8', '--max-loss', '-1')).toMatchObject({ code: 2 });
});
