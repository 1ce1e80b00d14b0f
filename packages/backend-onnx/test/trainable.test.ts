import { importOnnx } from '@descent/backend-onnx';
import { createTrainer, mse, ndarray, sgd, tensor, ValueError } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { expect, test } from 'vitest';
import { DataType, floats, modelBytes, type TensorInit, value } from './craft.ts';

const weight = (name: string, dims: readonly number[], ...values: readonly number[]): TensorInit => ({
  name,
  dataType: DataType.FLOAT,
  dims: dims.map(BigInt),
  rawData: floats(...values),
});

/** `((x − mean) / std) @ fc + bias + table`, and what a mask lets through of it. */
const file = modelBytes({
  input: [value('x', DataType.FLOAT, [2, 2])],
  output: [value('y', DataType.FLOAT, [2, 2])],
  initializer: [
    weight('mean', [1, 2], 0.5, 0.25),
    weight('std', [2], 0.5, 2),
    weight('fc.weight', [2, 2], 1, 0.5, -1, 2),
    weight('fc.bias', [2], 0.1, 0.2),
    weight('table', [2, 2], 0, 1, 0, -1),
    weight('mask', [2, 2], 0, -1e9, 0, 0),
  ],
  node: [
    { opType: 'Sub', input: ['x', 'mean'], output: ['a'] },
    { opType: 'Div', input: ['a', 'std'], output: ['b'] },
    { opType: 'MatMul', input: ['b', 'fc.weight'], output: ['c'] },
    { opType: 'Add', input: ['c', 'fc.bias'], output: ['d'] },
    { opType: 'Add', input: ['d', 'table'], output: ['e'] },
    { opType: 'Add', input: ['e', 'mask'], output: ['f'] },
    { opType: 'Softmax', input: ['f'], output: ['y'] },
  ],
});

/** Names of what a step of training changes. */
async function changed(options: Parameters<typeof importOnnx>[1]): Promise<readonly string[]> {
  const { model, parameters } = await importOnnx(file, options);
  const trainer = await createTrainer({
    model,
    loss: mse(),
    optimizer: sgd({ lr: 1 }),
    backend: referenceBackend(),
    seed: 1,
  });
  await trainer.step(
    tensor([
      [1, 2],
      [3, 4],
    ]),
    ndarray('float32', [2, 2], Float32Array.of(0, 1, 1, 0)),
  );
  const after = await trainer.parameters();
  return Object.keys(parameters).filter((name) => String(after[name]?.data) !== String(parameters[name]?.data));
}

test('what brings an input into its range is not trained, nor is a mask', async () => {
  expect(Object.keys((await importOnnx(file)).parameters)).not.toContain('mask');
  expect([...(await changed({}))].sort()).toEqual(['fc.bias', 'fc.weight', 'table']);
});

test('a network that is nothing but such an operator trains it', async () => {
  const { model } = await importOnnx(
    modelBytes({
      input: [value('x', DataType.FLOAT, [2])],
      output: [value('y', DataType.FLOAT, [2])],
      initializer: [weight('w', [2], 1, 2)],
      node: [{ opType: 'Mul', input: ['x', 'w'], output: ['y'] }],
    }),
  );
  expect(model.parameters.map(({ name, trainable }) => [name, trainable ?? true])).toEqual([['w', true]]);
});

test('trainable says what is trained, by a pattern or by names', async () => {
  expect([...(await changed({ trainable: /^fc\./g }))].sort()).toEqual(['fc.bias', 'fc.weight']);
  expect(await changed({ trainable: ['mean', 'table'] })).toEqual(['mean', 'table']);
});

test.each([[['fcc']], [/^layer/], ['fc'], [[3]], [null], [[['fc']]]])('trainable: %s is refused', async (trainable) => {
  await expect(importOnnx(file, { trainable: trainable as never })).rejects.toThrow(ValueError);
});
