import { describe, expect, test } from 'vitest';
import * as d from '../src/public/index.ts';
import { constant, fakeQuantize, input, round } from '../src/public/ops.ts';
import { largestDifference } from '../src/public/testing.ts';
import { arrayOf, expectMatches, type FixtureArray, readFixture } from './_fixture.ts';
import { backend, numbersOf } from './_reference.ts';

interface Fixture {
  readonly ops: readonly {
    readonly name: string;
    readonly x: FixtureArray;
    readonly scale: FixtureArray;
    readonly zeroPoint: FixtureArray;
    readonly options: { readonly quantMin: number; readonly quantMax: number; readonly axis: number | null };
    readonly y: FixtureArray;
    readonly dy: FixtureArray;
    readonly dx: FixtureArray;
  }[];
  readonly training: {
    readonly start: Readonly<Record<string, FixtureArray>>;
    readonly x: FixtureArray;
    readonly y: FixtureArray;
    readonly losses: readonly number[];
    readonly states: Readonly<Record<string, FixtureArray>>;
    readonly output: FixtureArray;
  };
}

const { ops, training } = readFixture<Fixture>('quantize.json');

describe('fakeQuantize', () => {
  test.each(ops.map((one) => [one.name, one] as const))('as in PyTorch: %s', async (_, { options, ...arrays }) => {
    const [scale, zeroPoint] = [constant(arrayOf(arrays.scale)), constant(arrayOf(arrays.zeroPoint))];
    const pull = d.vjp((x: d.Node) => fakeQuantize(x, scale, zeroPoint, options), { backend });
    const { value, grads } = await pull([arrayOf(arrays.x)], arrayOf(arrays.dy));
    expectMatches(value, arrays.y, 1e-6, 'the value');
    expectMatches(grads[0], arrays.dx, 1e-6, 'the gradient');
  });

  test('wrong scales, bounds and axes are refused', () => {
    const x = input('x', [2, 3]);
    const [one, three] = [constant(d.tensor(1)), constant(d.tensor([1, 1, 1]))];
    expect(() => fakeQuantize(x, three, three)).toThrow(
      /scales or zero points of another shape[\s\S]*\[3\][\s\S]*one of each/,
    );
    expect(() => fakeQuantize(x, one, one, { axis: 1 })).toThrow(/\[3\]/);
    expect(() => fakeQuantize(x, three, three, { axis: 2 })).toThrow(/axis 2/);
    expect(fakeQuantize(x, three, three, { axis: -1 }).attrs).toMatchObject({ axis: 1 });
    expect(() => fakeQuantize(x, one, one, { quantMin: 5, quantMax: 5 })).toThrow(/no range of integers/);
    expect(() => fakeQuantize(x, one, one, { quantMin: 0.5 })).toThrow(/quantMin/);
    expect(() => fakeQuantize(x, one, one, { quantmin: 0 } as object)).toThrow(/quantMin/);
    expect(() => fakeQuantize([1] as unknown as d.Node, one, one)).toThrow(/fakeQuantize/);
  });
});

test('round goes to the even one of two, and not up from just below a half', async () => {
  const x = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, -2.7, 7, 8388609];
  expect(await numbersOf(round(constant(d.tensor(x))))).toEqual([0, 2, 2, -0, -2, 0, -3, 7, 8388609].map((v) => v + 0));
});

const network = (): d.Layer => d.sequential(d.conv2d(2, 4, 3, { padding: 1 }), d.relu(), d.flatten(), d.linear(64, 3));

async function predicted(model: d.Layer, parameters: d.Parameters, x: d.NDArray): Promise<d.NDArray> {
  const sample = { shape: x.shape.slice(1) };
  const predictor = await d.createPredictor({ model, parameters, sample, backend });
  const y = await predictor.predict(x);
  predictor.dispose();
  return y;
}

/** The parameters that `model` has. */
function partOf(model: d.Layer, parameters: d.Parameters): d.Parameters {
  return Object.fromEntries(model.parameters.map(({ name }) => [name, parameters[name] as d.Parameters[string]]));
}

describe('quantizeAware', () => {
  test('ten steps follow PyTorch, with their running ranges, and evaluation does', async () => {
    const model = d.quantizeAware(network());
    const start = Object.fromEntries(Object.entries(training.start).map(([name, array]) => [name, arrayOf(array)]));
    const parameters = { ...d.initParameters(model, 0), ...start } as d.Parameters;
    const trainer = await d.createTrainer({
      model,
      loss: d.crossEntropy(),
      optimizer: d.sgd({ lr: 0.1 }),
      backend,
      parameters,
    });
    const [x, y] = [arrayOf(training.x), arrayOf(training.y)];
    const rowOf = ({ dtype, shape, data }: d.NDArray, i: number): d.NDArray => {
      const width = data.length / (shape[0] as number);
      return { dtype, shape: shape.slice(1), data: data.slice(i * width, (i + 1) * width) } as d.NDArray;
    };
    for (const [i, expected] of training.losses.entries()) {
      const { loss } = await trainer.step(rowOf(x, i), rowOf(y, i));
      expect(Math.abs(loss / expected - 1), `the loss of step ${i + 1}`).toBeLessThan(1e-4);
    }
    const trained = await trainer.parameters();
    trainer.dispose();
    for (const [name, array] of Object.entries(training.states)) expectMatches(trained[name], array, 1e-4, name);
    expectMatches(await predicted(model, trained, rowOf(x, 0)), training.output, 0.02, 'the output');
  });

  test('parameters keep their names, and nothing is quantised before the first step', async () => {
    const [plain, model] = [network(), d.quantizeAware(network())];
    const names = plain.parameters.map(({ name }) => name);
    expect(model.parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    const added = model.parameters.filter(({ name }) => !names.includes(name));
    expect(added.every(({ trainable }) => trainable === false)).toBe(true);
    expect(added).toHaveLength(10);
    const parameters = d.initParameters(model, 3);
    const x = d.tensor(Array.from({ length: 32 }, (_, i) => Math.sin(i)));
    const given = { ...x, shape: [1, 2, 4, 4] } as d.NDArray;
    const [a, b] = [
      await predicted(model, parameters, given),
      await predicted(plain, partOf(plain, parameters), given),
    ];
    expect(largestDifference(a, b)).toBe(0);
  });

  test('one scale for a weight, some layers, a layer alone', () => {
    const one = d.quantizeAware(d.linear(3, 2), { perChannel: false });
    expect(one.parameters.find(({ name }) => name === 'weight_fake_quant.scale')?.shape).toEqual([]);
    const some = d.quantizeAware(network(), { what: [{ kind: 'linear' }] });
    expect(some.parameters.some(({ name }) => name === '3.weight_fake_quant.scale')).toBe(true);
    expect(some.parameters.some(({ name }) => name.startsWith('0.') && name.includes('fake_quant'))).toBe(false);
  });

  test('what cannot be quantised is refused', () => {
    expect(() => d.quantizeAware(d.sequential(d.relu()))).toThrow(/no layer that could be quantised/);
    expect(() => d.quantizeAware(d.weightNorm(d.linear(3, 2)))).toThrow(/cannot be quantised[\s\S]*weight of its own/);
    expect(() => d.quantizeAware(d.quantizeAware(d.linear(3, 2)))).toThrow(/quantised already/);
    expect(() => d.quantizeAware(network(), { what: { kind: 'relu' } })).toThrow(/without a weight/);
    expect(() => d.quantizeAware(network(), { averagingConstant: 0 })).toThrow(/averagingConstant/);
    expect(() => d.quantizeAware(network(), { perChannels: true } as object)).toThrow(/perChannel/);
    expect(() => d.quantizeAware(7 as unknown as d.Layer)).toThrow(/model/);
  });
});
