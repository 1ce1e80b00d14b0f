// Programs whose weights are constants of the model, as predictors have them.
import { fromBinary } from '@bufbuild/protobuf';
import {
  type Backend,
  batchNorm1d,
  batchNorm2d,
  conv2d,
  createPredictor,
  createTrainer,
  flatten,
  initParameters,
  instanceNorm2d,
  type Layer,
  layer,
  linear,
  maxPool2d,
  mse,
  type NDArray,
  ndarray,
  type Parameters,
  parameter,
  relu,
  sequential,
  sgd,
  tensor,
} from '@descent/core';
import { graph, type Program } from '@descent/core/backend';
import { add, input, matmul, slice } from '@descent/core/ops';
import { values } from '@descent/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { planOf } from '../src/plan.ts';
import { ModelProtoSchema } from '../src/proto/onnx-pb.ts';
import { onnx } from '../src/public/index.ts';

const made: Backend[] = [];
const use = (backend: Backend): Backend => {
  made.push(backend);
  return backend;
};
afterAll(() => Promise.all(made.map((backend) => backend.dispose())));

const local = use(onnx({ threads: 1 }));

/** The same backend, which does not say that it takes constants. */
function withoutConstants(backend: Backend): Backend {
  return { ...backend, constantBytes: 0 };
}

const network = sequential(conv2d(3, 8, 3), relu(), maxPool2d(2), conv2d(8, 16, 3), relu(), flatten(), linear(64, 5));
const sample = { shape: [3, 10, 10] };
const parameters = initParameters(network, 3);

async function outputs(model: Layer, given: Parameters, backend: Backend, xs: readonly NDArray[]): Promise<number[][]> {
  const predictor = await createPredictor({ model, parameters: given, sample, backend });
  const results: number[][] = [];
  for (const x of xs) results.push([...(await predictor.predict(x)).data]);
  predictor.dispose();
  return results;
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  for (const [i, v] of wanted.entries()) expect(Math.abs((actual[i] as number) - v) / scale).toBeLessThan(1e-5);
}

describe('weights as constants', () => {
  const xs = [1, 7].map((batch) => values([batch, 3, 10, 10], batch));

  test('give the numbers that weights in a state give', async () => {
    const wanted = await outputs(network, parameters, withoutConstants(local), xs);
    for (const backend of [local, use(onnx({ device: 'wasm' }))]) {
      const actual = await outputs(network, parameters, backend, xs);
      for (const [i, numbers] of wanted.entries()) expectClose(actual[i] as number[], numbers);
    }
  });

  test('let a batch normalization be one operator, which gives the same numbers', async () => {
    const normalized = sequential(
      ...[conv2d(3, 8, 3, { bias: false }), batchNorm2d(8), relu()],
      ...[conv2d(8, 4, 3), batchNorm2d(4, { affine: false }), instanceNorm2d(4), flatten()],
      ...[linear(144, 6), batchNorm1d(6), linear(6, 5)],
    );
    const given: Parameters = Object.fromEntries(
      Object.entries(initParameters(normalized, 3)).map(([name, { shape }]) => {
        const { data } = values(shape, name.length);
        const numbers = name.includes('running') ? data.map((v) => Math.abs(v) + 0.1) : data;
        return [name, ndarray('float32', shape, numbers as Float32Array)];
      }),
    );
    const wanted = await outputs(normalized, given, withoutConstants(local), xs);
    for (const backend of [local, use(onnx({ device: 'wasm' }))]) {
      let text = '';
      const told: Backend = {
        ...backend,
        async compile(program) {
          const executable = await backend.compile(program);
          text += executable.describe?.();
          return executable;
        },
      };
      const actual = await outputs(normalized, given, told, xs);
      for (const [i, numbers] of wanted.entries()) expectClose(actual[i] as number[], numbers);
      expect(text.match(/BatchNormalization/g)).toHaveLength(3);
    }
  });

  test('are those of the moment when the predictor was made', async () => {
    const model = linear(3, 2);
    const trainer = await createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend: local, seed: 2 });
    const x = values([4, 3], 1);
    const given = await trainer.parameters();
    const options = { model, sample: { shape: [3] }, backend: local };
    const before = await createPredictor({ ...options, parameters: given });
    const first = [...(await before.predict(x)).data];
    await trainer.step(x, values([4, 2], 9));
    for (const { data } of Object.values(given)) data.fill(0);
    expect([...(await before.predict(x)).data]).toEqual(first);
    const after = await createPredictor({ ...options, parameters: await trainer.parameters() });
    const second = [...(await after.predict(x)).data];
    expect(second).not.toEqual(first);
    expectClose(second, [...((await trainer.predict(x)) as NDArray).data]);
    trainer.dispose();
  });

  test('are copied once for programs of later sizes', async () => {
    const table = ndarray('float32', [40, 2], Float32Array.from(values([40, 2], 1).data));
    const model = layer('positions', { table: parameter([40, 2]) }, (x, { table }) =>
      add(x, slice(table, { axis: 0, end: x.type.shape[1] as number })),
    );
    const options = { model, parameters: { table }, sample: { shape: ['time', 2] }, axes: { time: { max: 40 } } };
    const predictor = await createPredictor({ ...options, backend: local });
    const wanted = [...table.data];
    table.data.fill(0);
    for (const time of [2, 5]) {
      const zeros = ndarray('float32', [1, time, 2], new Float32Array(time * 2));
      expect([...(await predictor.predict(zeros)).data]).toEqual(wanted.slice(0, 2 * time));
    }
    predictor.dispose();
  });

  test('of many programs stay in one state when they are large', async () => {
    const seen: Program[] = [];
    const spy: Backend = {
      ...local,
      compile(program) {
        seen.push(program);
        return local.compile(program);
      },
    };
    const ask = async (size: number) => {
      const model = layer('first', { w: parameter([size, 2]) }, (x, { w }) =>
        add(x, slice(w, { axis: 0, end: x.type.shape[1] as number })),
      );
      const w = ndarray('float32', [size, 2], new Float32Array(2 * size).fill(3));
      const predictor = await createPredictor({
        model,
        parameters: { w },
        sample: { shape: ['time', 2] },
        backend: spy,
      });
      expect([...(await predictor.predict(ndarray('float32', [1, 1, 2], new Float32Array(2)))).data]).toEqual([3, 3]);
      predictor.dispose();
      return Object.keys(seen.at(-1)?.constants ?? {});
    };
    expect(await ask(2 ** 20)).toEqual(['parameter/w']);
    // A program of 16 would have 257 MB.
    expect(await ask(2 ** 21 + 2 ** 13)).toEqual([]);
  });
});

describe('a model with constants', () => {
  const w = input('w', [300, 64]);
  const program = {
    graph: graph({ y: add(matmul(input('x', [-1, 300]), w), input('b', [64])) }),
    reads: [],
    writes: [],
  };
  const constants = { w: values([300, 64], 1), b: values([64], 2) };

  test('has small ones in its bytes and large ones beside them, sharing their memory', () => {
    const { bytes, externalData, inputs, notes } = planOf({ ...program, constants }, {});
    const { graph } = fromBinary(ModelProtoSchema, bytes);
    expect(graph?.input.map(({ name }) => name)).toEqual(['x']);
    expect([...inputs.keys()]).toEqual(['x']);
    expect(graph?.initializer.map(({ name, dataLocation, rawData }) => [name, dataLocation, rawData.length])).toEqual([
      ['w', 1, 0],
      ['b', 0, 256],
    ]);
    expect(graph?.initializer[0]?.externalData).toMatchObject([
      { key: 'location', value: 'in-memory-0' },
      { key: 'length', value: '76800' },
    ]);
    expect(externalData.map(({ path, data }) => [path, data.buffer === constants.w.data.buffer])).toEqual([
      ['in-memory-0', true],
    ]);
    expect(notes).toContain('constants: w, b');
  });

  test('is rewritten for other layouts of memory where a filter is constant, and only there', () => {
    const level = (backend: Backend): Promise<string> =>
      new Promise((resolve) => {
        const compile: Backend['compile'] = (compiled) => {
          resolve(planOf(compiled, {}).level);
          return backend.compile(compiled);
        };
        void outputs(network, parameters, { ...backend, compile }, []);
      });
    return Promise.all([
      expect(level(local)).resolves.toBe('all'),
      expect(level(withoutConstants(local))).resolves.toBe('extended'),
    ]);
  });

  test('runs several steps one after the other', async () => {
    const executable = await local.compile({ ...program, constants });
    const x = values([2, 1, 300], 5);
    const { y } = await executable.runSteps(2, { x });
    const single = await executable.run({ x: { ...x, shape: [2, 300] } });
    expect(y?.shape).toEqual([2, 1, 64]);
    expectClose([...(y?.data ?? [])], [...(single['y']?.data ?? [])]);
    executable.dispose();
  });

  test('is described without its numbers, which nothing keeps', async () => {
    const executable = await local.compile({ ...program, constants });
    expect(executable.describe()).toContain('# constants: w, b');
    executable.dispose();
  });

  test('takes float64 for float32, and arrays that share memory with others', async () => {
    const y = add(input('x', [2]), input('c', [2]));
    const double = { dtype: 'float64', shape: [2], data: Float64Array.of(1.5, 2.5) } as unknown as NDArray;
    const executable = await local.compile({ graph: graph({ y }), reads: [], writes: [], constants: { c: double } });
    expect((await executable.run({ x: tensor([1, 1]) }))['y']?.data).toEqual(Float32Array.of(2.5, 3.5));
    executable.dispose();
  });
});
