import { describe, expect, test } from 'vitest';
import {
  adam,
  adamW,
  averageGradients,
  categoryEmbeddings,
  createPredictor,
  createTrainer,
  crossEntropy,
  DTypeError,
  embedding,
  embeddingBag,
  fit,
  flatten,
  gru,
  initParameters,
  layer,
  linear,
  mse,
  type NDArray,
  type Node,
  parameter,
  ShapeError,
  sequential,
  sgd,
  tensor,
  tie,
  ValueError,
} from '../src/public/index.ts';
import { add, concat, flip, gather, reshape, slice, tanh } from '../src/public/ops.ts';
import { arrayOf, expectMatches, type FixtureArray, readFixture } from './_fixture.ts';
import { backend, precise } from './_reference.ts';

const model = sequential(embedding(5, 2), flatten(), linear(6, 1));
const sample = { shape: [3], dtype: 'int32' } as const;
const y = tensor([[0], [1]]);
const good = tensor(
  [
    [0, 4, 2],
    [1, 1, 3],
  ],
  'int32',
);
const make = () => createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend });

function source(x: NDArray, resident: boolean) {
  const data = { x, y };
  const batches = { length: 1, batchSize: 2, epoch: () => [data] };
  return resident ? { ...batches, dataset: data, indices: () => Uint32Array.of(0, 1) } : batches;
}

describe('an index that the table does not have is refused with its value and row', () => {
  test.each([
    [
      'too large',
      tensor(
        [
          [0, 4, 2],
          [1, 5, 3],
        ],
        'int32',
      ),
      /x: .*\n.*index 5 in row 1\n.*0 to 4.*\n.*at least 6 rows/,
    ],
    [
      'negative',
      tensor(
        [
          [0, -1, 2],
          [1, 1, 3],
        ],
        'int32',
      ),
      /index -1 in row 0\n.*\n.*count from the end/,
    ],
  ])('%s: in a step, an evaluation, a prediction, data on the device and fit', async (_, x, message) => {
    const t = await make();
    await expect(t.step(x, y)).rejects.toThrow(message);
    await expect(t.gradients(x, y)).rejects.toThrow(message);
    await expect(t.evaluate([{ x, y }])).rejects.toThrow(message);
    await expect(t.predict(x)).rejects.toThrow(message);
    await expect(t.resident({ x, y })).rejects.toThrow(message);
    for (const resident of [true, false]) {
      await expect(fit(t, { train: source(x, resident), epochs: 1, log: null })).rejects.toThrow(message);
    }
    expect(t.stepCount).toBe(0);
    const parameters = initParameters(model, 1);
    const predictor = await createPredictor({ model, parameters, sample, backend });
    await expect(predictor.predict(x)).rejects.toThrow(message);
    expect((await predictor.predict(good)).shape).toEqual([2, 1]);
  });

  test.each([true, false])('good ones train (resident: %s)', async (resident) => {
    const t = await make();
    const { history } = await fit(t, { train: source(good, resident), epochs: 2, log: null });
    expect(history[1]?.train.loss).toBeLessThan(history[0]?.train.loss as number);
  });

  test("columns of one input that name rows of several tables, in a network of one's own", async () => {
    const column = (x: Node, axis: number): Node => slice(x, { axis: 1, start: axis, end: axis + 1 });
    const two = layer('two', { users: parameter([7, 2]), items: parameter([3, 2]) }, (x, { users, items }) =>
      concat(
        [
          gather(users, reshape(column(x, 0), [x.type.shape[0] as number])),
          gather(items, reshape(column(x, 2), [x.type.shape[0] as number])),
        ],
        1,
      ),
    );
    const predictor = await createPredictor({ model: two, parameters: initParameters(two, 1), sample, backend });
    expect((await predictor.predict(tensor([[6, 99, 2]], 'int32'))).shape).toEqual([1, 4]);
    await expect(
      predictor.predict(
        tensor(
          [
            [6, 0, 2],
            [2, 0, 3],
          ],
          'int32',
        ),
      ),
    ).rejects.toThrow(/index 3 in row 1\n.*0 to 2/);
    await expect(predictor.predict(tensor([[7, 0, 2]], 'int32'))).rejects.toThrow(/index 7 in row 0\n.*0 to 6/);
  });

  test('with the name of the input, among several', async () => {
    const joined = layer(
      'joined',
      { a: embedding(4, 2), b: embedding(2, 2) },
      ({ left, right }: { left: Node; right: Node }, { a, b }) => concat([a(left), b(right)], 1),
    );
    const predictor = await createPredictor({
      model: joined,
      parameters: initParameters(joined, 1),
      sample: { left: { shape: [], dtype: 'int32' }, right: { shape: [], dtype: 'uint8' } },
      backend,
    });
    const x = { left: tensor([3, 0], 'int32'), right: tensor([1, 2], 'uint8') };
    await expect(predictor.predict(x)).rejects.toThrow(/x\.right: .*\n.*index 2 in row 1/);
  });
});

test('the row of padding starts as zeros and stays, whatever the others do', async () => {
  const padded = sequential(embedding(5, 2, { paddingIdx: 1 }), flatten(), linear(6, 1));
  const t = await createTrainer({ model: padded, loss: mse(), optimizer: sgd({ lr: 0.1, momentum: 0.9 }), backend });
  const before = (await t.parameters())['0.weight'] as NDArray;
  expect([...before.data.slice(2, 4)]).toEqual([0, 0]);
  expect(before.data[0]).not.toBe(0);
  await t.step(good, y);
  const after = (await t.parameters())['0.weight'] as NDArray;
  expect([...after.data.slice(2, 4)]).toEqual([0, 0]);
  expect(after.data[0]).not.toBe(before.data[0]);
});

test('what embeddings cannot be made of, and what they do not take', () => {
  for (const make of [embedding, embeddingBag]) {
    expect(() => make(0, 2)).toThrow(ValueError);
    expect(() => make(5, 2, { paddingIdx: 5 })).toThrow(/less than 5/);
    expect(() => make(5, 2, { paddingIdx: -1 })).toThrow(ValueError);
    expect(() => make(5, 2, { padding: 1 } as never)).toThrow(/paddingIdx/);
  }
  expect(() => embeddingBag(5, 2, { mode: 'min' as never })).toThrow(/'sum', 'mean', 'max'/);
  const trained = createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend });
  return expect(trained.then((t) => t.predict(tensor([[0, 1, 2]])))).rejects.toThrow(DTypeError);
});

interface TrainingFixture {
  readonly model: 'Plain' | 'Tied';
  readonly options: object;
  readonly optimizer: 'sgd' | 'adam' | 'adamW';
  readonly settings: { readonly lr: number };
  readonly start: Readonly<Record<string, FixtureArray>>;
  readonly batches: readonly { readonly x: FixtureArray; readonly y: FixtureArray; readonly loss: number }[];
  readonly after: Readonly<Record<string, FixtureArray>>;
}

describe('tables whose rows have a largest norm', () => {
  const nets = {
    Plain: (options: object) =>
      layer('plain', { first: embedding(7, 3, options), head: linear(3, 7) }, (x: Node, { first, head }) =>
        head(first(x)),
      ),
    Tied: (options: object) =>
      tie(
        layer(
          'tied',
          { first: embedding(7, 3, options), second: embedding(7, 3, options), head: linear(3, 7) },
          (x: Node, { first, second, head }) => head(tanh(add(first(x), second(flip(x, [1]))))),
        ),
        { 'second.weight': 'first.weight', 'head.weight': 'first.weight' },
      ),
  };
  const optimizers = { sgd, adam, adamW };
  const runs = readFixture<readonly TrainingFixture[]>('embedding-training.json');

  test.each(runs.map((f) => [`${f.model}, ${f.optimizer}, ${JSON.stringify(f.options)}`, f] as const))(
    'train as in PyTorch, in one piece and in two: %s',
    async (_, { model: kind, options, optimizer, settings, start, batches, after }) => {
      const parameters = Object.fromEntries(Object.entries(start).map(([name, a]) => [name, arrayOf(a)]));
      const make = (on: typeof backend) =>
        createTrainer({
          model: nets[kind](options),
          loss: crossEntropy(),
          optimizer: optimizers[optimizer](settings),
          parameters: parameters as Readonly<Record<string, NDArray<'float32'>>>,
          backend: on,
        });
      const [whole, halves] = [await make(precise), await make(backend)];
      for (const { x, y, loss } of batches) {
        expect((await whole.step(arrayOf(x), arrayOf(y))).loss).toBeCloseTo(loss, 5);
        await halves.update(await halves.gradients(arrayOf(x), arrayOf(y)));
      }
      for (const trainer of [whole, halves]) {
        const trained = await trainer.parameters();
        for (const [name, wanted] of Object.entries(after)) expectMatches(trained[name] as NDArray, wanted, 2e-5, name);
      }
    },
  );

  const cut = sequential(embedding(5, 2, { maxNorm: 0.5 }), flatten(), linear(6, 1));

  test('evaluation and prediction see cut rows, and leave the table as it is; a frozen table stays', async () => {
    const parameters = initParameters(cut, 3);
    const common = { model: cut, loss: mse(), optimizer: sgd({ lr: 0.1 }), parameters, backend };
    const t = await createTrainer(common);
    const before = await t.predict(good);
    await t.evaluate([{ x: good, y }]);
    expect((await t.parameters())['0.weight']).toEqual(parameters['0.weight']);
    const frozen = await createTrainer({ ...common, freeze: /^0/ });
    const { loss } = await frozen.step(good, y);
    expect(loss).toBeCloseTo((await t.evaluate([{ x: good, y }])).loss, 6);
    expect((await frozen.parameters())['0.weight']).toEqual(parameters['0.weight']);
    const predictor = await createPredictor({ model: cut, parameters, sample, backend });
    expect((await predictor.predict(good)).data).toEqual(before.data);
  });

  test('gradients of several batches have no common table', async () => {
    const t = await createTrainer({ model: cut, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend });
    const parts = [await t.gradients(good, y), await t.gradients(good, y)];
    expect(() => averageGradients(parts)).toThrow(/0\.weight.*\n.*\n.*\n.*accumulate/);
    await t.update(averageGradients(parts.slice(1)));
    expect(t.stepCount).toBe(1);
  });

  test('an update that is not finite changes nothing', async () => {
    const t = await createTrainer({ model: cut, loss: mse(), optimizer: sgd({ lr: 1e38 }), backend });
    const before = await t.parameters();
    const given = await t.gradients(good, y);
    const huge = Object.fromEntries(
      Object.entries(given.gradients).map(([name, a]) => [name, { ...a, data: a.data.map(() => 1e30) }]),
    );
    await expect(t.update({ ...given, gradients: huge })).rejects.toThrow(/not all that it writes is finite/);
    expect(await t.parameters()).toEqual(before);
  });

  test('norms that are none', () => {
    const make = embedding as (...given: unknown[]) => unknown;
    for (const maxNorm of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1', {}])
      expect(() => make(5, 2, { maxNorm })).toThrow(ValueError);
    for (const normType of [0, -2, Number.NaN, '2', null])
      expect(() => make(5, 2, { maxNorm: 1, normType })).toThrow(ValueError);
    expect(() => make(5, 2, { scaleGradByFreq: 1 })).toThrow(/scaleGradByFreq/);
    expect(() => embeddingBag(5, 2, { mode: 'max', scaleGradByFreq: true })).toThrow(/sum or mean alone/);
  });
});

describe('lengths that no sequence has are refused with the row', () => {
  const nets = {
    gru: gru(2, 3, { return: 'last' }),
    bag: layer('bag', { bag: embeddingBag(5, 3) }, ({ x, lengths }: { x: Node; lengths: Node }, { bag }) =>
      bag({ x: reshape(slice(x, { axis: 2, start: 0, end: 1 }), [x.type.shape[0] as number, 4]), lengths }),
    ),
  };
  const x = {
    gru: tensor([
      [
        [1, 2],
        [3, 4],
        [0, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ]),
  }.gru;

  test.each([
    ['gru', nets.gru, x],
    ['bag', nets.bag, { ...x, dtype: 'int32' as const, data: Int32Array.from(x.data) }],
  ] as const)('%s: in a step, an evaluation and a prediction', async (_, model, values) => {
    const t = await createTrainer({ model: model as never, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend });
    const y = tensor([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    const given = (...lengths: number[]) => ({ x: values, lengths: tensor(lengths, 'int32') }) as never;
    for (const [bad, message] of [
      [given(4, 5), /x\.lengths: .*\n.*length 5 in row 1\n.*0 to 4/],
      [given(-1, 2), /length -1 in row 0/],
    ] as const) {
      await expect(t.step(bad, y)).rejects.toThrow(message);
      await expect(t.evaluate([{ x: bad, y }])).rejects.toThrow(message);
      await expect(t.predict(bad)).rejects.toThrow(message);
    }
    await t.step(given(4, 0), y);
    expect(t.stepCount).toBe(1);
  });
});

test('what an embeddingBag does not take beside its bags', async () => {
  const run = (mode: 'sum' | 'mean', more: object, weights: NDArray) => {
    const bag = layer('bag', { bag: embeddingBag(5, 2, { mode }) }, (x: { tokens: Node; weights: Node }, { bag }) =>
      bag({ x: x.tokens, perSampleWeights: x.weights, ...more } as never),
    );
    const options = { model: bag as never, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend };
    return createTrainer(options).then((t) => t.predict({ tokens: good, weights } as never));
  };
  const ones = tensor([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  await expect(run('mean', {}, ones)).rejects.toThrow(/perSampleWeights with the mode sum alone/);
  await expect(run('sum', {}, tensor([1, 1]))).rejects.toThrow(/float32\[2, 3\]/);
  await expect(run('sum', { offsets: 1 }, ones)).rejects.toThrow(/offsets/);
  expect((await run('sum', {}, ones)).shape).toEqual([2, 2]);
});

describe('categoryEmbeddings', () => {
  const columns = [
    { size: 5, dim: 2 },
    { size: 3, dim: 4, paddingIdx: 0 },
    { size: 4, dim: 1 },
  ];
  const several = categoryEmbeddings(columns);
  const parameters = initParameters(several, 3);
  const indices = tensor(
    [
      [4, 0, 3],
      [0, 2, 1],
    ],
    'int32',
  );
  const predict = async (x: NDArray): Promise<NDArray> =>
    (await createPredictor({ model: several, parameters, sample, backend })).predict(x);

  test('are the rows of a table a column, one behind the other, under the names of a ModuleList', async () => {
    expect(several.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['0.weight', [5, 2]],
      ['1.weight', [3, 4]],
      ['2.weight', [4, 1]],
    ]);
    const row = (table: number, index: number): number[] => {
      const { data, shape } = parameters[`${table}.weight`] as NDArray;
      const dim = shape[1] as number;
      return [...data.slice(index * dim, (index + 1) * dim)];
    };
    const { shape, data } = await predict(indices);
    expect(shape).toEqual([2, 7]);
    expect([...data]).toEqual([...row(0, 4), 0, 0, 0, 0, ...row(2, 3), ...row(0, 0), ...row(1, 2), ...row(2, 1)]);
  });

  test('refuse an index beyond the table of its column, with the row', async () => {
    await expect(predict(tensor([[4, 3, 0]], 'int32'))).rejects.toThrow(/index 3 in row 0\n.*0 to 2/);
    await expect(
      predict(
        tensor(
          [
            [0, 0, 0],
            [5, 0, 0],
          ],
          'int32',
        ),
      ),
    ).rejects.toThrow(/index 5 in row 1\n.*0 to 4/);
    await expect(predict(tensor([[0, 0, -1]], 'int32'))).rejects.toThrow(/index -1 in row 0/);
  });

  test('what they cannot be made of, and what they do not take', async () => {
    const make = categoryEmbeddings as (...given: unknown[]) => unknown;
    for (const wrong of [undefined, null, 3, {}, [], [3], [{ size: 0, dim: 1 }], [{ size: 2, dim: 0.5 }]]) {
      expect(() => make(wrong), JSON.stringify(wrong)).toThrow(ValueError);
    }
    expect(() => make([{ size: 2, dim: 1, paddingIdx: 2 }])).toThrow(/less than 2/);
    expect(() => make([{ size: 2, dim: 1, padding: 0 }])).toThrow(/paddingIdx/);
    expect(() => make([{ size: 2, dim: 1 }], { weightInits: null })).toThrow(/weightInit/);
    const trained = await createTrainer({
      model: sequential(several, linear(7, 1)),
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    await expect(trained.predict(tensor([[0, 1, 2]]))).rejects.toThrow(DTypeError);
    await expect(trained.predict(tensor([[0, 1]], 'int32'))).rejects.toThrow(ShapeError);
  });
});
