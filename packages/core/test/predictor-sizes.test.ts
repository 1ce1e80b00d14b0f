// Predictors of networks whose graph follows from the size of the batch, or of axes with a name.
import { createPredictor, type Layer, layer, type Node, ndarray, parameter, tensor, zeros } from '@descent/core';
import type { Backend } from '@descent/core/backend';
import { add, constant, div, matmul, mul, reshape, slice, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { values } from '@descent/core/testing';
import { expect, test } from 'vitest';

const batchOf = (x: Node): number => x.type.shape[0] as number;
const plain = (apply: (x: Node) => Node): Layer => layer('plain', {}, apply);

/** A backend that counts what it compiles. */
function counting(): { readonly backend: Backend; readonly compiled: () => number } {
  const inner = referenceBackend();
  let count = 0;
  const compile: Backend['compile'] = (program) => {
    count++;
    return inner.compile(program);
  };
  return { backend: { ...inner, compile }, compiled: () => count };
}

test('a network that divides by the batch divides by the batch at hand', async () => {
  const model = plain((x) => div(sum(x, { axes: [0] }), batchOf(x)));
  const { backend, compiled } = counting();
  const predictor = await createPredictor({ model, parameters: {}, sample: { shape: [2] }, backend });
  const numbers = async (rows: number[][]) => [...(await predictor.predict(tensor(rows))).data];
  expect(await numbers([[2, 4]])).toEqual([2, 4]);
  expect(
    await numbers([
      [2, 4],
      [4, 8],
    ]),
  ).toEqual([3, 6]);
  expect(await numbers([[6, 4]])).toEqual([6, 4]);
  expect(compiled()).toBe(2);
});

test('a state of zeros for each sample', async () => {
  const model = layer('cell', { w: parameter([2, 2]) }, (x, { w }) =>
    add(matmul(constant(zeros([batchOf(x), 2])), w), x),
  );
  const parameters = {
    w: tensor([
      [1, 2],
      [3, 4],
    ]),
  };
  const predictor = await createPredictor({ model, parameters, sample: { shape: [2] }, backend: referenceBackend() });
  for (const rows of [1, 3]) {
    const x = values([rows, 2], rows);
    expect([...(await predictor.predict(x)).data]).toEqual([...x.data]);
  }
});

test('other networks are compiled once for all batches', async () => {
  const model = plain((x) => reshape(mul(x, -1), [batchOf(x), 4]));
  const { backend, compiled } = counting();
  const predictor = await createPredictor({ model, parameters: {}, sample: { shape: [2, 2] }, backend });
  for (const rows of [1, 2, 7]) expect((await predictor.predict(values([rows, 2, 2], 1))).shape).toEqual([rows, 4]);
  expect(compiled()).toBe(1);
});

test('open axes are compiled for each size, and 16 of them are kept', async () => {
  const model = layer('positions', { table: parameter([40, 2]) }, (x, { table }) =>
    add(x, slice(table, { axis: 0, end: x.type.shape[1] as number })),
  );
  const table = ndarray('float32', [40, 2], Float32Array.from(values([40, 2], 1).data));
  const { backend, compiled } = counting();
  const options = { model, parameters: { table }, sample: { shape: ['time', 2] }, backend };
  const predictor = await createPredictor({ ...options, axes: { time: { max: 40 } } });
  const ask = async (batch: number, time: number) => {
    const y = await predictor.predict(ndarray('float32', [batch, time, 2], new Float32Array(batch * time * 2)));
    expect([...y.data.slice(-2)]).toEqual([...table.data.slice(2 * time - 2, 2 * time)]);
  };
  for (let time = 1; time <= 17; time++) await ask(1, time);
  expect(compiled()).toBe(17);
  await ask(3, 17);
  expect(compiled()).toBe(17);
  await ask(1, 1);
  expect(compiled()).toBe(18);
});
