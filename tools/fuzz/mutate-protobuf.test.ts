import { exportOnnx, printModel } from '@descent/backend-onnx';
import { initParameters, linear, relu, sequential } from '@descent/core';
import { expect, test } from 'vitest';
import { changeField, readFields, writeFields } from './mutate-protobuf.mjs';
import { randomFor } from './random.mjs';

test('fields of a file are written as they were read, and changed ones mostly are a message again', async () => {
  const model = sequential(linear(3, 2), relu());
  const options = { parameters: initParameters(model, 1), sample: { shape: [3] }, verify: false } as const;
  const bytes = Buffer.from((await exportOnnx(model, options)).bytes);
  expect(writeFields(readFields(bytes) ?? [])).toEqual(bytes);
  const changed = Array.from({ length: 200 }, (_, i) =>
    changeField(Buffer.from(bytes), randomFor('test', i), [bytes], ['Conv']),
  );
  expect(changed.filter((one) => readFields(Buffer.from(one)) === null)).toEqual([]);
  expect(changed.filter((one) => Buffer.compare(one, bytes) === 0).length).toBeLessThan(60);
  const readable = changed.filter((one) => {
    try {
      return printModel(one) !== '';
    } catch {
      return false;
    }
  });
  expect(readable.length).toBeGreaterThan(20);
  expect(changeField(Buffer.from([0]), randomFor('none'), [], [])).toEqual(Buffer.from([0]));
});
