import { describe, expect, it } from 'vitest';
import { statistics } from '../src/public/diagnose.ts';
import {
  accumulate,
  bceWithLogits,
  binaryAccuracy,
  chain,
  clipByGlobalNorm,
  conv2d,
  createTrainer,
  crossEntropy,
  DescentError,
  encodeSafetensors,
  fit,
  grad,
  type Layer,
  type Loss,
  layer as layerOf,
  linear,
  lossOn,
  type Metric,
  meanOf,
  metricOn,
  ndarray,
  parallel,
  relu,
  sequential,
  sgd,
  type TrainerOptions,
  tensor,
  toNested,
  toParameters,
  zeros,
  zerosInit,
} from '../src/public/index.ts';
import * as ops from '../src/public/ops.ts';
import { cast, input, mean, pad, scalar, sum } from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';

const backend = referenceBackend();
const x = tensor([
  [1, 2],
  [5, 3],
]);
const y = tensor([1, 0], 'int32');

/** What plain JavaScript may give where a type would not allow it. */
// biome-ignore lint/suspicious/noExplicitAny: the point of these tests.
type Anything = any;

async function refusal(run: () => unknown): Promise<string> {
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => null,
      (e: unknown) => e,
    );
  expect(error).toBeInstanceOf(DescentError);
  return (error as Error).message;
}

/** The error of a step and of an evaluation, which must be one. */
async function stepRefusal(options: Partial<Record<keyof TrainerOptions, Anything>>): Promise<string> {
  const trainer = await createTrainer({
    model: linear(2, 2),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1 }),
    backend,
    ...options,
  });
  const [step, evaluate] = [await refusal(() => trainer.step(x, y)), await refusal(() => trainer.evaluate([{ x, y }]))];
  expect(evaluate).toBe(step);
  return step;
}

const loss = (apply: Anything, more: Anything = {}): Loss => ({ label: 'mine', apply, ...more });
const metric = (apply: Anything, more: Anything = {}): Metric => ({ name: 'mine', apply, ...more });
const layer = (apply: Anything, parameters: Anything = []): Layer => ({ label: 'mine', parameters, apply });

describe('what functions of users give', () => {
  it.each<[string, Anything, RegExp]>([
    ['nothing', () => {}, /gave no tensor[\s\S]*undefined[\s\S]*return the result/],
    ['a number', () => 3, /gave no tensor[\s\S]*3 \(number\)[\s\S]*scalar/],
    ['a promise', async (o: Anything) => mean(o), /a promise[\s\S]*cannot be asynchronous/],
    ['an array', () => tensor(1), /gave no tensor[\s\S]*constant/],
    ['a vector', (o: Anything) => o, /more than one number[\s\S]*float32\[2, 2\][\s\S]*mean/],
  ])('a loss or a metric gives %s', async (name, apply, message) => {
    expect(await stepRefusal({ loss: loss(apply) })).toMatch(message);
    expect(await stepRefusal({ metrics: [metric(apply)] })).toMatch(message);
    const weight = { weight: apply };
    // Without a weight a mean is over the samples.
    if (name === 'nothing') return;
    expect(await stepRefusal({ loss: loss((o: Anything) => mean(o), weight) })).toMatch(message);
    expect(await stepRefusal({ metrics: [metric((o: Anything) => mean(o), weight)] })).toMatch(message);
  });

  it('a weight is a float', async () => {
    const counted = loss((o: Anything) => mean(o), { weight: () => scalar(4, 'int32') });
    expect(await stepRefusal({ loss: counted })).toMatch(/the weight of the loss mine is no float32/);
  });

  it('rules for targets are rules', async () => {
    for (const targets of [() => 'classes', () => [{ kind: 'labels' }], () => [null]])
      expect(await stepRefusal({ loss: loss((o: Anything) => mean(o), { targets }) })).toMatch(/targets of mine/);
  });

  it('a layer gives tensors', async () => {
    expect(
      await stepRefusal({
        model: sequential(
          linear(2, 2),
          layer(() => {}),
        ),
      }),
    ).toMatch(/1 mine[\s\S]*no tensor/);
    expect(await stepRefusal({ model: layer(() => ({ a: 3 })) })).toMatch(/mine\/a gave no tensor/);
    expect(await stepRefusal({ model: layer(async (t: Anything) => t) })).toMatch(/asynchronous/);
  });

  it('grad takes a function of tensors that gives one', async () => {
    expect(await refusal(() => grad((() => {}) as Anything, { backend })(x))).toMatch(/gave no tensor/);
    expect(await refusal(() => grad((() => 3) as Anything, { backend })(x))).toMatch(/gave no tensor/);
    const whole = grad((t) => sum(cast(t as Anything, 'int32')), { backend });
    expect(await refusal(() => whole(x))).toMatch(/integers and booleans have no gradient/);
    const named = grad((t) => sum(t as Anything), { backend, argnums: ['0'] as Anything });
    expect(await refusal(() => named(x))).toMatch(/argnums/);
  });
});

describe('descriptions of users', () => {
  const make = (options: Anything): (() => Promise<unknown>) => {
    return () =>
      createTrainer({ model: linear(2, 2), loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend, ...options });
  };

  it('parameters have a name of their own, a shape and an initializer', async () => {
    const spec = { name: 'w', shape: [2], init: zerosInit };
    const of = (...specs: Anything[]): Promise<string> => refusal(make({ model: layer((t: Anything) => t, specs) }));
    expect(await of(spec, spec)).toMatch(/name of its own[\s\S]*"w", for the second time/);
    expect(await of({ ...spec, shape: 2 })).toMatch(/this is no shape/);
    expect(await of({ ...spec, init: 0 })).toMatch(/not an initializer/);
    expect(await of(null)).toMatch(/name of its own/);
    expect(await of({ ...spec, name: '' })).toMatch(/name of its own/);
  });

  it('metrics have names and a direction that exists', async () => {
    const of = (more: Anything): Promise<string> =>
      refusal(make({ metrics: [metric((o: Anything) => mean(o), more)] }));
    expect(await of({ better: 'min' })).toMatch(/better[\s\S]*'lower', 'higher'/);
    expect(await of({ name: '' })).toMatch(/needs a name/);
    expect(await of({ name: '__proto__' })).toMatch(/needs a name/);
  });

  it('options are known', async () => {
    expect(await refusal(() => binaryAccuracy({ treshold: 0.4 } as Anything))).toMatch(/did you mean 'threshold'/);
    expect(await refusal(() => binaryAccuracy({ threshold: '0.5' } as Anything))).toMatch(/the text "0.5"/);
    expect(await refusal(() => bceWithLogits({ pos_weight: [1] } as Anything))).toMatch(/did you mean 'posWeight'/);
  });

  it('a chain is made of transforms', async () => {
    expect(await refusal(() => chain(sgd({ lr: 0.1 }) as Anything))).toMatch(/take its transform/);
    expect(await refusal(() => chain(accumulate(2, sgd({ lr: 0.1 })) as Anything))).toMatch(/take its transform/);
    expect(await refusal(() => chain([clipByGlobalNorm(1)] as Anything))).toMatch(/chain\(\.\.\.transforms\)/);
  });

  it('pad says how it is called', async () => {
    const image = input('image', [2, 2], 'float32');
    expect(await refusal(() => pad(image, [[1, 1]] as Anything, 0.5 as Anything))).toMatch(
      /pad\(x, \[1, 1\], \[1, 1\]\)/,
    );
    expect(await refusal(() => pad(image, 1 as Anything, 1 as Anything))).toMatch(/pad\(x, before, after\)/);
    expect(await refusal(() => pad(image, [1, 1], [1, 1], { mode: 'edge' } as Anything))).toMatch(
      /invalid mode[\s\S]*reflect/,
    );
  });

  it('nothing stays on the device when a trainer cannot be made', async () => {
    let states = 0;
    const counting = { ...backend, state: (arrays: Anything) => backend.state(arrays).finally(() => states++) };
    const { weight, bias } = await (
      await createTrainer({ model: linear(2, 2), loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend })
    ).parameters();
    await refusal(make({ backend: counting, seed: 0.5, parameters: { weight, bias } }));
    expect(states).toBe(0);
  });
});

describe('advice', () => {
  it('for numbers that are not float32 fits their type', async () => {
    const of = async (dtype: 'int32' | 'bool' | 'uint8'): Promise<string> => {
      const trainer = await createTrainer({
        model: linear(2, 2),
        loss: crossEntropy(),
        optimizer: sgd({ lr: 0.1 }),
        backend,
      });
      return refusal(() =>
        trainer.step(
          tensor(
            [
              [0, 1],
              [1, 0],
            ],
            dtype,
          ),
          y,
        ),
      );
    };
    expect(await of('uint8')).toMatch(/rescale\(1 \/ 255\)/);
    expect(await of('int32')).toMatch(/rescale\(1\)/);
    expect(await of('bool')).toMatch(/rescale\(1\)/);
  });

  it('for NaN in the data is about the data', async () => {
    const message = await stepRefusalOf(
      tensor([
        [Number.NaN, 1],
        [1, 0],
      ]),
    );
    expect(message).toMatch(/the input x[\s\S]*look at the data: take out or correct what is NaN/);
    expect(message).not.toMatch(/rescale/);
  });

  it('for segmentation says where classes are expected', async () => {
    const model = conv2d(1, 3, 3, { padding: 1 });
    const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend });
    const labels = ndarray('int32', [2, 4, 4], new Int32Array(32));
    expect(await refusal(() => trainer.step(zeros([2, 1, 4, 4]), labels))).toMatch(/classAxis: 1/);
  });

  it('for what is no input comes from predict, too', async () => {
    const trainer = await createTrainer({
      model: sequential(linear(2, 2), relu()),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    for (const given of [3, null, undefined, [[1, 2]], 'x'])
      expect(await refusal(() => trainer.predict(given as Anything))).toMatch(/x is no array with a shape/);
  });

  async function stepRefusalOf(samples: Anything): Promise<string> {
    const trainer = await createTrainer({
      model: linear(2, 2),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    return refusal(() => trainer.step(samples, y));
  }
});

describe('ops in plain JavaScript', () => {
  const t = input('t', [2, 3, 4]);
  const image = input('image', [1, 3, 8, 8]);
  const weight = input('weight', [4, 3, 3, 3]);
  const rows = input('rows', [2], 'int32');
  const call = ops as Anything;

  it.each<[string, () => unknown, RegExp]>([
    ['sum(t, { axis })', () => call.sum(t, { axis: 1 }), /no option 'axis'; did you mean 'axes'/],
    ['mean(t, { keepdims })', () => call.mean(t, { keepdims: true }), /did you mean 'keepDims'/],
    ['max(t, 1)', () => call.max(t, 1), /max takes its options as one object/],
    ['min(t, [1])', () => call.min(t, [1]), /min takes its options as one object/],
    ['sum(t, null)', () => call.sum(t, null), /sum takes its options as one object/],
    ["sum(t, { axes: '1' })", () => call.sum(t, { axes: '1' }), /takes an axis as a number/],
    ['argMax(t, { dim })', () => call.argMax(t, { dim: 1 }), /no option 'dim'/],
    ['softmax(t, 1)', () => call.softmax(t, 1), /softmax takes its options as one object/],
    ['logSoftmax(t, { dim })', () => call.logSoftmax(t, { dim: 1 }), /no option 'dim'/],
    ['matmul(t, t, { transpose })', () => call.matmul(t, t, { transpose: true }), /no option 'transpose'/],
    ['conv2d(…, { strides })', () => call.conv2d(image, weight, { strides: 2 }), /did you mean 'stride'/],
    ['maxPool2d(…, { strides })', () => call.maxPool2d(image, 2, { strides: 2 }), /did you mean 'stride'/],
    ['avgPool2d(…)', () => call.avgPool2d(image, 2, { count_include_pad: false }), /did you mean 'countIncludePad'/],
    ['slice(t, { begin })', () => call.slice(t, { axis: 1, begin: 1 }), /no option 'begin'/],
    ['slice(t, 0, 1)', () => call.slice(t, 0, 1), /slice takes its options as one object/],
    ['gather(t, rows, { axis })', () => call.gather(t, rows, { axis: 1 }), /takes an axis as a number/],
    ['scatterAdd(…)', () => call.scatterAdd(rows, t, { dim: 0 }), /no option 'dim'/],
    ['reshape(t, 6, 4)', () => call.reshape(t, 6, 4), /reshape takes a shape as one list/],
    ['reshape(t, [-1, 4])', () => call.reshape(t, [-1, 4]), /instead of -1: \[6, 4\]/],
    ['broadcastTo(t, 5)', () => call.broadcastTo(t, 5), /broadcastTo takes a shape as one list/],
    ['transpose(t, 2, 1, 0)', () => call.transpose(t, 2, 1, 0), /order of the axes is not one list/],
    ['concat(t, t)', () => call.concat(t, t), /concat\(\[a, b\], 1\)/],
    ['split(t, 2)', () => call.split(t, 2), /the size of each piece/],
    ['constant([1, 2])', () => call.constant([1, 2]), /tensor\(value\)/],
    [
      'constant of too few numbers',
      () => call.constant({ dtype: 'float32', shape: [3], data: new Float32Array(2) }),
      /2 elements[\s\S]*3 elements/,
    ],
    ["input('x')", () => call.input('x'), /takes a shape as one list/],
    ['input without a name', () => call.input(undefined, [1]), /the name is missing/],
    ['input of float64', () => call.input('x', [1], 'float64'), /float64/],
  ])('%s is refused', async (_, run, message) => {
    expect(await refusal(run)).toMatch(message);
  });

  it('helpers refuse what they cannot read', async () => {
    for (const f of [
      toNested,
      statistics,
      meanOf,
      encodeSafetensors,
      (parts: Anything) => layerOf('mine', parts, (x: Anything) => x),
      lossOn,
      metricOn,
      parallel,
    ] as Anything[])
      for (const given of [undefined, null, 3, 'x', () => 1]) await refusal(() => f(given));
    for (const given of [undefined, null, 3, []]) await refusal(() => toParameters(linear(2, 2), given as Anything));
  });
});

describe('fit in plain JavaScript', () => {
  const source = { length: 1, batchSize: 2, epoch: () => [{ x, y }] };
  const run = async (options: Anything): Promise<unknown> => {
    const trainer = await createTrainer({
      model: linear(2, 2),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    return fit(trainer, { train: source, epochs: 1, log: null, ...options });
  };

  it('callbacks have something to call', async () => {
    const of = (callback: Anything): Promise<string> => refusal(() => run({ callbacks: [callback] }));
    expect(await of({ onEpoch: 3 })).toMatch(/callbacks\[0\]\.onEpoch is not a function/);
    expect(await of({ onepoch() {} })).toMatch(/nothing to call; did you mean 'onEpoch'/);
    expect(await of({})).toMatch(/at least one of onStart, onSteps, onEpoch, onEnd/);
  });

  it('a source gives batches', async () => {
    for (const epoch of [() => undefined, () => null, () => 3, async () => [{ x, y }]])
      expect(await refusal(() => run({ train: { ...source, epoch } }))).toMatch(/list of batches/);
  });
});
