import { initParameters, linear, tensor, ValueError } from '@descent/core';
import { expect, test } from 'vitest';
import { readMetadata } from '../src/export/metadata.ts';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';

const model = linear(2, 1);
const options = { parameters: initParameters(model, 1), sample: { shape: [2] } };

test('what a program keeps in the file comes back as it was', async () => {
  const metadata = {
    table: { format: 'descent.table.1', values: ['Élan', '', '"'], mean: 0.1, list: [1e-300, -3, null, true] },
    note: 'plain text',
    ['__proto__']: 'a name like others',
  };
  const { bytes } = await exportOnnx(model, { ...options, metadata });
  const file = await loadOnnx(bytes);
  expect(file.metadata).toEqual(metadata);
  expect((await file.predict(tensor([[1, 2]]))).shape).toEqual([1, 1]);
  file.dispose();
  const plain = await loadOnnx((await exportOnnx(model, options)).bytes);
  expect(plain.metadata).toBeUndefined();
  plain.dispose();
});

test('what JSON would change or lose is refused with its place', async () => {
  const round: Record<string, unknown> = {};
  round['self'] = round;
  const wrong: readonly [unknown, RegExp][] = [
    ['text', /an object of JSON values/],
    [[1], /an object of JSON values/],
    [{ a: { mean: [0, Number.NaN] } }, /metadata\.a\.mean\[1\]/],
    [{ a: undefined }, /metadata\.a/],
    [{ a: () => 1 }, /metadata\.a/],
    [{ a: new Float32Array(2) }, /metadata\.a/],
    [{ a: new Date(0) }, /metadata\.a/],
    [{ a: 1n }, /metadata\.a/],
    [round, /inside themselves/],
  ];
  for (const [metadata, message] of wrong) {
    const failed = exportOnnx(model, { ...options, metadata: metadata as Record<string, unknown> });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toBeInstanceOf(ValueError);
  }
});

test('what somebody damaged in a file is left out', () => {
  for (const text of ['{', '3', 'null', '[]']) {
    expect(readMetadata(new Map([['descent.metadata', text]]))).toEqual({});
  }
});
