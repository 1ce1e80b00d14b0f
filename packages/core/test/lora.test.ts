import { describe, expect, test } from 'vitest';
import { type Shape, zeros } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import { mean, reshape } from '../src/public/ops.ts';
import { key, normal } from '../src/public/random.ts';
import { largestDifference } from '../src/public/testing.ts';
import { drawStep, externalizeDraws } from '../src/train/draws.ts';
import { arrayOf, expectMatches, type FixtureArray } from './_fixture.ts';
import { backend, outputOf, run } from './_reference.ts';
import { startOf, trainedLike, trainings } from './_training.ts';

const overTime = d.layer('overTime', {}, (x) => mean(x, { axes: [1] }));
const flattenLast = d.layer('flattenLast', {}, (x) => reshape(x, [x.type.shape[0] as number, 4, 4]));

const NETWORKS: Readonly<Record<string, () => d.Layer>> = {
  linear: () =>
    d.lora(
      d.sequential(d.linear(5, 6), d.tanh(), d.linear(6, 3, { bias: false })),
      { kind: 'linear' },
      { rank: 2, alpha: 3 },
    ),
  convolutions: () =>
    d.lora(
      d.sequential(
        ...[d.conv2d(2, 4, 3, { padding: 1, stride: 2, groups: 2 }), d.tanh(), flattenLast],
        ...[d.conv1d(4, 3, 2), d.tanh(), d.flatten(), d.linear(9, 3)],
      ),
      [{ kind: 'conv2d' }, { kind: 'conv1d' }],
      { rank: 2, alpha: 4, train: /^6\./ },
    ),
  attention: () =>
    d.lora(
      d.sequential(d.multiheadAttention(8, 2), overTime, d.linear(8, 3)),
      { kind: 'multiheadAttention' },
      { rank: 4, alpha: 2 },
    ),
};

const adapted = trainings.filter(({ name }) => name in NETWORKS);

describe('adapters train as in PyTorch', () => {
  test('all of them are tried', () => {
    expect(adapted.map(({ name }) => name)).toEqual(Object.keys(NETWORKS));
  });

  test.each(adapted.map((t) => [t.name, t] as const))('%s', async (name, training) => {
    const model = (NETWORKS[name] as () => d.Layer)();
    const start = startOf(model, training);
    const trained = await trainedLike(model, training);
    const { x, after } = training;
    for (const [key, value] of Object.entries(trained)) {
      if (key in after) expectMatches(value, after[key] as FixtureArray, 1e-5, key);
      else expect(value.data, `${key} stays as it was`).toEqual(start[key]?.data);
    }
    // Without adapters the network computes the same.
    const plain = d.mergeWeights(model, trained);
    expect(plain.model.parameters.some(({ name: of }) => of.includes('lora'))).toBe(false);
    expect(plain.model.parameters.every(({ frozen }) => frozen !== true)).toBe(true);
    const [with_, without] = [
      await outputOf(model, trained, arrayOf(x)),
      await outputOf(plain.model, plain.parameters, arrayOf(x)),
    ];
    expect(largestDifference(with_, without)).toBeLessThan(1e-6);
    expect(largestDifference(with_, await outputOf(model, start, arrayOf(x)))).toBeGreaterThan(1e-3);
  });
});

const net = d.sequential({
  features: d.sequential(d.conv2d(1, 4, 3), d.batchNorm2d(4), d.relu()),
  flat: d.flatten(),
  head: d.linear(4 * 2 * 2, 3),
});
const x = noise([5, 1, 4, 4]);
const y = d.tensor([0, 1, 2, 0, 1], 'int32');
const everything: readonly d.Selection[] = [{ kind: 'conv2d' }, { kind: 'linear' }];

describe('what adapters do to a network', () => {
  test('at the start it computes exactly what it did, and mergeWeights gives it back', async () => {
    const base = d.initParameters(net, 1);
    const model = d.lora(net, everything, { rank: 3 });
    const start = d.adoptWeights(model, base, { seed: 7 });
    expect(await outputOf(model, start, x)).toEqual(await outputOf(net, base, x));
    const plain = d.mergeWeights(model, start);
    expect(plain.parameters).toEqual(base);
    expect(plain.model.parameters).toEqual(net.parameters);
    expect(d.formatSummary(d.summarize(plain.model, { shape: [1, 4, 4] }))).toBe(
      d.formatSummary(d.summarize(net, { shape: [1, 4, 4] })),
    );
  });

  test('the seed draws the adapters; the second factor is zero', () => {
    const model = d.lora(net, everything, { rank: 3 });
    const [a, b] = [1, 2].map((seed) => d.adoptWeights(model, d.initParameters(net, 1), { seed }));
    expect(a?.['head.lora_A.weight']).not.toEqual(b?.['head.lora_A.weight']);
    expect(new Set(a?.['head.lora_B.weight']?.data)).toEqual(new Set([0]));
    const bound = 1 / Math.sqrt(16);
    expect(a?.['head.lora_A.weight']?.data.every((v) => Math.abs(v) <= bound)).toBe(true);
  });

  test('only adapters and what train names change: not the weights, and not running statistics', async () => {
    const model = d.lora(net, { kind: 'conv2d' }, { rank: 2, train: '^head\\.|running' });
    const start = d.adoptWeights(model, d.initParameters(net, 1));
    const changed = async (m: d.Layer): Promise<readonly string[]> => {
      const options = { model: m, loss: d.crossEntropy(), optimizer: d.adamW({ lr: 0.1, weightDecay: 0.1 }) };
      const trainer = await d.createTrainer({ ...options, backend, parameters: start });
      await trainer.step(x, y);
      await trainer.step(x, y);
      const after = await trainer.parameters();
      trainer.dispose();
      return Object.keys(after).filter(
        (name) => largestDifference(after[name] as d.NDArray, start[name] as d.NDArray) > 0,
      );
    };
    const adapters = ['features.0.lora_A.weight', 'features.0.lora_B.weight'];
    const running = ['features.1.running_mean', 'features.1.running_var'];
    expect(await changed(model)).toEqual([...adapters, ...running, 'head.weight', 'head.bias']);
    expect(await changed(d.lora(net, { kind: 'conv2d' }, { rank: 2 }))).toEqual(adapters);
  });

  test.each([
    ['linear', d.sequential(d.linear(4, 3)), [64, 4]],
    ['conv1d', d.sequential(d.conv1d(4, 3, 1)), [64, 4, 1]],
  ] as const)('dropout of a %s leaves out inputs of the adapter alone, in training', async (kind, base, shape) => {
    const model = d.lora(base, { kind }, { rank: 2, alpha: 2, dropout: 0.5 });
    const plain = d.initParameters(base, 1);
    const parameters = {
      ...d.adoptWeights(model, plain),
      '0.lora_B.weight': ones(kind === 'linear' ? [3, 2] : [3, 2, 1]),
    };
    const given = noise(shape);
    const straight = await outputOf(base, plain, given);
    const evaluated = await outputOf(model, parameters, given);
    const factor = (at: number, y_: d.NDArray): number => (y_.data[at] as number) - (straight.data[at] as number);
    const trained = await trainingOutput(model, parameters, given);
    // With one input left over of four, or all: what is added is that of some of the inputs, twice as large.
    const ratios = Array.from({ length: 64 }, (_, row) => factor(row * 3, trained) / factor(row * 3, evaluated));
    expect(ratios.filter((r) => Math.abs(r - 1) > 1e-3).length).toBeGreaterThan(48);
    const none = ratios.filter((r) => Math.abs(r) < 1e-6).length;
    expect(none).toBeGreaterThan(0);
    expect(none).toBeLessThan(16);
  });

  test('holds where the network is a part of another', async () => {
    const base = d.initParameters(net, 1);
    const model = d.sequential(d.lora(net, { kind: 'linear' }, { rank: 1 }), d.relu());
    const plain = d.mergeWeights(model, d.adoptWeights(model, prefixed(base)));
    expect(plain.parameters).toEqual(prefixed(base));
  });

  test('the summary counts adapters', () => {
    const { rows, total } = d.summarize(d.lora(net, { kind: 'linear' }, { rank: 2 }), { shape: [1, 4, 4] });
    expect(rows.at(-1)?.label).toBe('linear(16 → 3), lora(2)');
    expect(total).toBe(d.summarize(net, { shape: [1, 4, 4] }).total + 2 * (16 + 3));
  });
});

describe('the file of adapters', () => {
  const base = d.initParameters(net, 1);
  const model = d.lora(net, { kind: 'linear' }, { rank: 2, alpha: 5, dropout: 0.1, train: /^features\.1\.bias$/ });
  const parameters = {
    ...d.adoptWeights(model, base),
    'head.lora_B.weight': noise([3, 2]),
    'features.1.bias': noise([4]),
  };

  test('holds what was trained alone, and makes the network again', async () => {
    const file = await d.encodeLora(model, parameters as d.Parameters);
    expect(Object.keys(d.decodeSafetensors(file).tensors)).toEqual([
      'features.1.bias',
      'head.lora_A.weight',
      'head.lora_B.weight',
    ]);
    const again = await d.decodeLora(net, base, file);
    expect(again.model.lora).toEqual(model.lora);
    expect(again.parameters).toEqual(parameters);
    expect(await outputOf(again.model, again.parameters, x)).toEqual(
      await outputOf(model, parameters as d.Parameters, x),
    );
    // The base may have another number where the file has one.
    const other = { ...base, 'features.1.bias': noise([4]) } as d.Parameters;
    expect((await d.decodeLora(net, other, file)).parameters).toEqual(parameters);
  });

  test('another base is refused by name', async () => {
    const file = await d.encodeLora(model, parameters as d.Parameters);
    await expect(d.decodeLora(net, d.initParameters(net, 2), file)).rejects.toThrow(
      /belong to other weights[\s\S]*features\.0\.weight has other numbers[\s\S]*head\.weight has other numbers/,
    );
    const wider = d.sequential({
      features: net.children?.get('features') as d.Layer,
      flat: d.flatten(),
      head: d.linear(16, 4),
    });
    await expect(d.decodeLora(wider, d.initParameters(wider, 1), file)).rejects.toThrow(
      /head\.weight is \[4, 16\], not \[3, 16\]/,
    );
    const shorter = d.sequential({ features: d.conv2d(1, 4, 3) });
    await expect(d.decodeLora(shorter, d.initParameters(shorter, 1), file)).rejects.toThrow(
      /there is no features\.0\.weight/,
    );
  });

  test.each<[string, (m: Readonly<Record<string, string>>) => Readonly<Record<string, string>>, RegExp]>([
    ['no format', () => ({}), /holds no adapters/],
    ['another format', (m) => ({ ...m, format: 'descent-lora-2' }), /of the format descent-lora-1/],
    ['no JSON', (m) => ({ ...m, lora: '{' }), /is damaged/],
    ['no lists', (m) => ({ ...m, lora: '{"rank":2,"alpha":1,"dropout":0}' }), /no lists of layers/],
    ['no fingerprint', (m) => ({ ...m, base: '{"head.weight":null}' }), /no fingerprint of head\.weight/],
    [
      'a rank as text',
      (m) => ({ ...m, lora: (m['lora'] as string).replace('"rank":2', '"rank":"2"') }),
      /invalid rank/,
    ],
    [
      'another rank',
      (m) => ({ ...m, lora: (m['lora'] as string).replace('"rank":2', '"rank":1') }),
      /head\.lora_A\.weight is \[2, 16\], not \[1, 16\]/,
    ],
    [
      'a layer that there is not',
      (m) => ({ ...m, lora: (m['lora'] as string).replace('"head"', '"tail"') }),
      /no layer.*tail|is not a parameter/,
    ],
    [
      'a layer that takes none',
      (m) => ({ ...m, lora: (m['lora'] as string).replace('"head"', '"flat"') }),
      /no adapter can be put/,
    ],
  ])('%s is refused', async (_, change, message) => {
    const { tensors, metadata } = d.decodeSafetensors(await d.encodeLora(model, parameters as d.Parameters));
    const file = d.encodeSafetensors(tensors, change(metadata));
    await expect(d.decodeLora(net, base, file)).rejects.toThrow(message);
    await expect(d.decodeLora(net, base, file)).rejects.toThrow(d.DescentError);
  });

  test('a network without adapters has none to save', async () => {
    await expect(d.encodeLora(net, base)).rejects.toThrow(/has no adapters/);
  });
});

const attention = d.sequential(d.multiheadAttention(4, 2), d.embedding(3, 4) as never);
const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  'a pattern for nothing': [() => d.lora(net, { match: /tail/ }), /no such layer/],
  'no selection': [() => d.lora(net, {}), /says nothing/],
  'an empty list': [() => d.lora(net, []), /no adapter can be put/],
  'a kind without weights': [() => d.lora(net, { kind: 'relu' }), /no adapter can be put[\s\S]*relu/],
  'a table': [() => d.lora(attention, { match: /./ }), /no adapter can be put[\s\S]*embedding\(3 → 4\)/],
  'a recurrent layer': [() => d.lora(d.lstm(2, 3) as d.Layer, { kind: 'lstm' }), /no adapter can be put/],
  'a rank above both sides': [
    () => d.lora(net, { kind: 'linear' }, { rank: 4 }),
    /head\.weight[\s\S]*rank 4, for a matrix of 3 × 16[\s\S]*at most 3/,
  ],
  'no whole rank': [() => d.lora(net, { kind: 'linear' }, { rank: 1.5 }), /invalid rank/],
  'rank 0': [() => d.lora(net, { kind: 'linear' }, { rank: 0 }), /invalid rank/],
  'alpha 0': [() => d.lora(net, { kind: 'linear' }, { rank: 1, alpha: 0 }), /more than 0/],
  'alpha NaN': [() => d.lora(net, { kind: 'linear' }, { rank: 1, alpha: Number.NaN }), /finite/],
  'dropout 1': [() => d.lora(net, { kind: 'linear' }, { rank: 1, dropout: 1 }), /less than 1/],
  'dropout of attention': [
    () => d.lora(attention, { kind: 'multiheadAttention' }, { rank: 1, dropout: 0.5 }),
    /have no dropout/,
  ],
  'a misspelt option': [() => d.lora(net, { kind: 'linear' }, { ranks: 1 } as never), /did you mean 'rank'/],
  'train that matches nothing': [
    () => d.lora(net, { kind: 'linear' }, { rank: 1, train: /tail/ }),
    /matches no parameter/,
  ],
  'train of an adapted weight': [
    () => d.lora(net, { kind: 'linear' }, { rank: 1, train: /^head/ }),
    /a weight is trained that has an adapter[\s\S]*head\.weight/,
  ],
  'adapters twice': [
    () => d.lora(d.lora(net, { kind: 'linear' }, { rank: 1 }), { kind: 'conv2d' }, { rank: 1 }),
    /has adapters already/,
  ],
  'no layer': [() => d.lora([] as never, { kind: 'linear' }), /is not a layer/],
  'parameters of another network': [
    () => d.adoptWeights(d.lora(net, { kind: 'linear' }, { rank: 1 }), {}),
    /belong to another network/,
  ],
  'merging without adapters': [
    () => d.mergeWeights(d.lora(net, { kind: 'linear' }, { rank: 1 }), d.initParameters(net, 1)),
    /lora_A\.weight is missing/,
  ],
};

test.each(Object.entries(refused))('%s is refused', (_, [make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(d.DescentError);
});

function prefixed(parameters: d.Parameters): d.Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, a]) => [`0.${name}`, a]));
}

function noise(shape: Shape): d.NDArray<'float32'> {
  const array = zeros(shape) as d.NDArray<'float32'>;
  normal(key(d.numel(shape)), array.data as Float32Array);
  return array;
}

function ones(shape: Shape): d.NDArray<'float32'> {
  return d.full(shape, 1) as d.NDArray<'float32'>;
}

/** What a network gives in training. */
async function trainingOutput(model: d.Layer, parameters: d.Parameters, given: d.NDArray): Promise<d.NDArray> {
  const [batch, ...shape] = given.shape as [number, ...number[]];
  const traced = externalizeDraws(d.forwardGraph(model, { shape }, { batch, training: true }));
  const drawn = Object.fromEntries(traced.draws.map((draw) => [draw.name, drawStep(key(1), draw, 0)]));
  const outputs = Object.fromEntries(traced.graph.outputs);
  return (await run(outputs, { input: given, ...parameters, ...drawn }))['output'] as d.NDArray;
}
