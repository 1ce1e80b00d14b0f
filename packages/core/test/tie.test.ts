import { describe, expect, test } from 'vitest';
import type { Node } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import { largestDifference } from '../src/public/testing.ts';
import { arrayOf, expectMatches } from './_fixture.ts';
import { outputOf } from './_reference.ts';
import { startOf, type Training, trainedLike, trainings } from './_training.ts';

const parts = { embedding: d.embedding(7, 4), middle: d.linear(4, 4), tanh: d.tanh(), head: d.linear(4, 7) };
const untied = d.layer('language', parts, (x: Node, { embedding, middle, tanh, head }) =>
  head(tanh(middle(embedding(x)))),
);
const model = d.tie(untied, { 'head.weight': 'embedding.weight' });
const names = ['embedding.weight', 'middle.weight', 'middle.bias', 'head.bias'];
const sample = { shape: [5], dtype: 'int32' } as const;
const training = trainings.find(({ name }) => name === 'tied') as Training;
const start = startOf(model, training);
const x = arrayOf(training.x);

describe('tied weights', () => {
  test('train as in PyTorch: the gradients are added up', async () => {
    const after = await trainedLike(model as d.Layer, training);
    expect(Object.keys(after)).toEqual(names);
    for (const [name, array] of Object.entries(training.after)) expectMatches(after[name], array, 1e-5, name);
  });

  test('compute what two weights of the same numbers do', async () => {
    const both = { ...start, 'head.weight': start['embedding.weight'] } as d.Parameters;
    expect(await outputOf(model, start, x)).toEqual(await outputOf(untied, both, x));
  });

  test('are one parameter: drawn, counted and saved once, and the summary says so', () => {
    expect(model.parameters.map(({ name }) => name)).toEqual(names);
    expect(d.initParameters(model, 1)['embedding.weight']).toEqual(d.initParameters(untied, 1)['embedding.weight']);
    const { rows, total } = d.summarize(model, sample);
    expect(rows.map(({ path, label, total: own }) => `${path} ${label}: ${own}`)).toEqual([
      'embedding embedding(7 → 4): 28',
      'middle linear(4 → 4): 20',
      'tanh tanh: 0',
      'head linear(4 → 7), weight tied to embedding.weight: 7',
    ]);
    expect(total).toBe(55);
    expect(Object.keys(d.decodeSafetensors(d.encodeSafetensors(start)).tensors)).toEqual(names);
  });

  test('a file that holds both, as those of PyTorch do, is taken where the numbers are the same', () => {
    const table = start['embedding.weight'] as d.NDArray;
    expect(d.toParameters(model, { ...start, 'head.weight': { ...table, data: table.data.slice() } })).toEqual(start);
    const other = { ...table, data: table.data.map((v) => v + 1) } as d.NDArray;
    expect(() => d.toParameters(model, { ...start, 'head.weight': other })).toThrow(
      /two tensors for one[\s\S]*tied to embedding\.weight/,
    );
    const nested = d.sequential(model as d.Layer);
    const prefixed = Object.fromEntries(
      Object.entries({ ...start, 'head.weight': table }).map(([n, a]) => [`0.${n}`, a]),
    );
    expect(Object.keys(d.toParameters(nested, prefixed))).toEqual(names.map((n) => `0.${n}`));
  });

  test('such a file is taken where layers are replaced, adapted, drawn in another way or tied once more, too', () => {
    const both = { ...start, 'head.weight': start['embedding.weight'] } as d.Parameters;
    const others = [
      d.replace(model, { kind: 'tanh' }, d.relu()),
      d.initialize(model, [{ match: /bias/, init: d.zerosInit }]),
      d.mergeWeights(
        d.lora(model, { match: /^middle$/ }, { rank: 2 }),
        d.adoptWeights(d.lora(model, { match: /^middle$/ }, { rank: 2 }), start),
      ).model,
    ];
    for (const other of others) expect(d.toParameters(other, both)).toEqual(start);
    const three = d.sequential(d.linear(3, 3), d.linear(3, 3), d.linear(3, 3));
    const twice = d.tie(d.tie(three, { '2.weight': '1.weight' }), { '1.weight': '0.weight', '2.bias': '1.bias' });
    expect(twice.parameters.map(({ name, aliases = [] }) => [name, ...aliases].join())).toEqual([
      '0.weight,1.weight,2.weight',
      '0.bias',
      '1.bias,2.bias',
    ]);
  });

  test('hold inside another network, and where other layers are replaced or adapted', async () => {
    const expected = await outputOf(model, start, x);
    const nested = d.sequential(model as d.Layer);
    const prefixed = Object.fromEntries(Object.entries(start).map(([n, a]) => [`0.${n}`, a]));
    expect(await outputOf(nested, prefixed, x)).toEqual(expected);
    const swapped = d.replace(
      model,
      { kind: 'tanh' },
      d.layer('other', {}, (x) => d.tanh().apply(x, undefined as never)),
    );
    expect(swapped.parameters.map(({ name }) => name)).toEqual(names);
    expect(await outputOf(swapped, start, x)).toEqual(expected);
    const adapted = d.lora(model, { match: /^middle$/ }, { rank: 2 });
    expect(await outputOf(adapted, d.adoptWeights(adapted, start), x)).toEqual(expected);
    expect(d.mergeWeights(adapted, d.adoptWeights(adapted, start)).parameters).toEqual(start);
  });

  test('a layer that comes in with a weight of its own is not tied any more', async () => {
    const loose = d.replace(model, { match: /^head$/ }, d.linear(4, 7));
    expect(loose.parameters.map(({ name }) => name).toSorted()).toEqual([...names, 'head.weight'].toSorted());
    const own = { ...start, 'head.weight': d.full([7, 4], 0) } as d.Parameters;
    expect(largestDifference(await outputOf(loose, own, x), await outputOf(model, start, x))).toBeGreaterThan(0.01);
    expect(d.toParameters(loose, own)).toEqual(own);
  });

  test('an adapter on one of two uses stays an adapter: merged, it would change the other one', () => {
    const turned = d.tie(untied, { 'embedding.weight': 'head.weight' });
    const table = start['embedding.weight'] as d.NDArray;
    const plain = Object.fromEntries(turned.parameters.map(({ name }) => [name, start[name] ?? table])) as d.Parameters;
    const adapted = d.lora(turned, { match: /^head$/ }, { rank: 2 });
    expect(() => d.mergeWeights(adapted, d.adoptWeights(adapted, plain))).toThrow(
      /cannot be merged into a tied weight[\s\S]*an adapter on head\.weight, and embedding\.weight tied to it/,
    );
    expect(() => d.mergeWeights(adapted, d.adoptWeights(adapted, plain))).toThrow(d.ValueError);
    expect(d.mergeWeights(turned, plain).parameters).toEqual(plain);
  });

  test('two to one', () => {
    const three = d.sequential(d.linear(3, 3), d.linear(3, 3), d.linear(3, 3));
    const tied = d.tie(three, { '1.weight': '0.weight', '2.weight': '0.weight', '2.bias': '1.bias' });
    expect(tied.parameters.map(({ name, aliases = [] }) => [name, ...aliases].join())).toEqual([
      '0.weight,1.weight,2.weight',
      '0.bias',
      '1.bias,2.bias',
    ]);
    expect(d.summarize(tied, { shape: [3] }).rows[2]?.label).toBe(
      'linear(3 → 3), weight tied to 0.weight, bias tied to 1.bias',
    );
  });
});

const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  'a name that there is not': [
    () => d.tie(untied, { 'haed.weight': 'embedding.weight' }),
    /did you mean 'head\.weight'/,
  ],
  'a source that there is not': [() => d.tie(untied, { 'head.weight': 'embed.weight' }), /no such parameter/],
  'no text': [() => d.tie(untied, { 'head.weight': 3 as never }), /no such parameter[\s\S]*3/],
  nothing: [() => d.tie(untied, {}), /nothing is tied/],
  'a list': [() => d.tie(untied, [] as never), /is not a record/],
  'two shapes': [
    () => d.tie(untied, { 'middle.weight': 'embedding.weight' }),
    /\[4, 4\], and embedding\.weight \[7, 4\]/,
  ],
  'to itself': [() => d.tie(untied, { 'head.weight': 'head.weight' }), /itself tied/],
  'in a circle': [
    () => d.tie(untied, { 'head.weight': 'embedding.weight', 'embedding.weight': 'head.weight' }),
    /itself tied/,
  ],
  'to a running mean': [() => d.tie(d.batchNorm2d(3), { bias: 'running_mean' }), /tied to one that is not/],
  'an adapter on a tied weight': [() => d.lora(model, { match: /head/ }, { rank: 1 }), /no adapter can be put/],
};

test.each(Object.entries(refused))('%s is refused', (_, [make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(d.DescentError);
});
