import { describe, expect, test } from 'vitest';
import {
  type AttentionInputs,
  applyLayer,
  type CachedAttention,
  createTrainer,
  DescentError,
  type DType,
  type EncoderInputs,
  gradients,
  initParameters,
  type Layer,
  layer,
  layerNorm,
  learnedPositions,
  type MultiheadAttentionOptions,
  mse,
  multiheadAttention,
  type NDArray,
  type Node,
  sequential,
  sgd,
  sinusoidalPositions,
  type Tensors,
  tensor,
  toNested,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '../src/public/index.ts';
import {
  concat,
  constant,
  input,
  matmul,
  mul,
  rotaryEmbedding,
  scaledDotProductAttention,
  slice,
  sum,
} from '../src/public/ops.ts';
import { values } from '../src/public/testing.ts';
import { backend, numbersOf, precise, run } from './_reference.ts';

const attend = (mask: Node | undefined, options: { isCausal?: boolean } = {}) => {
  const [q, k, v] = [values([2, 3, 4], 1), values([2, 3, 4], 2), values([2, 3, 2], 3)].map(constant) as Node[];
  const y = scaledDotProductAttention(q as Node, k as Node, v as Node, { ...options, ...(mask && { mask }) });
  return { y, inputs: [q, k, v] as Node[] };
};

/** The last query may attend to no key. */
const rows = [
  [true, true, true],
  [false, true, true],
  [false, false, false],
];

describe('a query that may attend to no key', () => {
  test.each<readonly [string, Node]>([
    ['booleans', constant(tensor(rows, 'bool'))],
    ['−∞', constant(tensor(rows.map((row) => row.map((may) => (may ? 0 : Number.NEGATIVE_INFINITY)))))],
    ['the lowest float32', constant(tensor(rows.map((row) => row.map((may) => (may ? 0 : -3.4028234663852886e38)))))],
  ])('is zeros, and has no gradient: %s', async (_, mask) => {
    const { y, inputs } = attend(mask);
    const grads = Object.fromEntries(gradients(sum(mul(y, y)), inputs).map((g, i) => [`${i}`, g]));
    const out = await run({ y, ...grads });
    for (const array of Object.values(out)) expect([...array.data].every(Number.isFinite)).toBe(true);
    const given = toNested(out['y'] as NDArray) as number[][][];
    expect(given.map((sample) => sample[2])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const ofQuery = toNested(out['0'] as NDArray) as number[][][];
    expect(ofQuery.map((sample) => sample[2])).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    // The others are what they are without that row.
    expect(given[0]?.[0]).toEqual(((await numbersOf(attend(undefined).y)) as number[][][])[0]?.[0]);
  });

  test('also where only both masks together leave nothing', async () => {
    const late = constant(tensor([[false, true, true]], 'bool'));
    const y = (await numbersOf(attend(late, { isCausal: true }).y)) as number[][][];
    expect(y[0]?.[0]).toEqual([0, 0]);
    expect(y[0]?.[1]).not.toEqual([0, 0]);
  });

  test('a NaN in the mask shows', async () => {
    const mask = constant(tensor([[Number.NaN, 0, 0]]));
    expect(((await numbersOf(attend(mask).y)) as number[][][]).flat(2).every(Number.isNaN)).toBe(true);
  });

  test('in a layer it is the bias', async () => {
    const layer = multiheadAttention(4, 2);
    const parameters = { ...initParameters(layer, 1), 'out_proj.bias': tensor([1, 2, 3, 4]) };
    const y = applyLayer(
      layer,
      { query: constant(values([1, 3, 4], 1)), keyPaddingMask: constant(tensor([[true, true, true]], 'bool')) },
      constants(parameters),
      { training: false },
    );
    expect(await numbersOf(y)).toEqual([rows.map(() => [1, 2, 3, 4])]);
  });
});

function constants(parameters: Readonly<Record<string, NDArray>>): ReadonlyMap<string, Node> {
  return new Map(Object.entries(parameters).map(([name, p]) => [name, constant(p)]));
}

/** Layers that look at what came before, and never at what comes after. */
const CAUSAL: Readonly<Record<string, Layer>> = {
  multiheadAttention: multiheadAttention(4, 2, { causal: true }),
  'multiheadAttention, rotary': multiheadAttention(4, 2, { causal: true, rotary: true }),
  transformerEncoderLayer: transformerEncoderLayer(4, 2, { dimFeedforward: 6, causal: true }),
  'transformerEncoder behind positions': sequential(
    sinusoidalPositions(),
    transformerEncoder(transformerEncoderLayer(4, 2, { dimFeedforward: 6, causal: true, normFirst: true }), 2),
  ),
  transformerDecoderLayer: layer(
    'behind a memory',
    { decode: transformerDecoderLayer(4, 2, { dimFeedforward: 6 }) },
    (tgt, { decode }) => decode({ tgt, memory: constant(values([2, 3, 4], 9)) }),
  ),
};

describe.each(Object.entries(CAUSAL))('%s, causal', (_, layer) => {
  const parameters = constants(initParameters(layer, 7));
  const length = 5;
  const outputs = async (x: NDArray) =>
    toNested(
      (await run({ y: applyLayer(layer, constant(x), parameters, { training: false }) }, {}, precise))['y'] as NDArray,
    ) as number[][][];

  test.each([0, 2, 4])('up to place %i, outputs do not change when later inputs do', async (place) => {
    const x = values([2, length, 4], 1);
    const other = { ...x, data: x.data.map((v, i) => (Math.floor(i / 4) % length > place ? 100 - v : v)) } as NDArray;
    const [a, b] = [await outputs(x), await outputs(other)];
    for (const [i, sample] of a.entries()) {
      expect(b[i]?.slice(0, place + 1)).toEqual(sample.slice(0, place + 1));
      if (place + 1 < length) expect(b[i]?.slice(place + 1)).not.toEqual(sample.slice(place + 1));
    }
  });

  test.each([0, 2, 4])('an output at place %i has gradients of inputs up to there alone', async (place) => {
    const x = input('x', [2, length, 4]);
    const y = applyLayer(layer, x, parameters, { training: false });
    const [grad] = gradients(y, [x], input('dy', y.type.shape)) as [Node];
    const dy = values([2, length, 4], 2);
    const only = { ...dy, data: dy.data.map((v, i) => (Math.floor(i / 4) % length === place ? v : 0)) } as NDArray;
    const out = await run({ grad }, { x: values([2, length, 4], 1), dy: only }, precise);
    for (const sample of toNested(out['grad'] as NDArray) as number[][][])
      expect(sample.map((row) => row.some((v) => v !== 0))).toEqual(sample.map((_, i) => i <= place));
  });
});

test('turned queries and keys give products that depend on the distance alone', async () => {
  const [q, k] = [constant(values([1, 1, 6], 1)), constant(values([1, 1, 6], 2))];
  for (const interleaved of [true, false]) {
    const product = async (at: number, other: number): Promise<number> => {
      const turned = (x: Node, offset: number): Node => rotaryEmbedding(x, { offset, interleaved });
      const y = matmul(turned(q, at), turned(k, other), { transposeB: true });
      return ((await numbersOf(y, {}, precise)) as number[][][])[0]?.[0]?.[0] as number;
    };
    expect(await product(9, 4)).toBeCloseTo(await product(5, 0), 5);
    expect(await product(9, 4)).not.toBeCloseTo(await product(9, 5), 2);
  }
});

test('masks of both kinds join: booleans leave out, floats are added', async () => {
  const layer = multiheadAttention(4, 2);
  const parameters = constants(initParameters(layer, 2));
  const query = constant(values([2, 3, 4], 1));
  const padding = [
    [false, true, false],
    [false, false, true],
  ];
  const added = values([3, 3], 2);
  const booleans = constant(tensor(padding, 'bool'));
  const floats = constant(tensor(padding.map((row) => row.map((out) => (out ? Number.NEGATIVE_INFINITY : 0)))));
  const y = (keyPaddingMask: Node, attnMask: Node): Promise<unknown> =>
    numbersOf(applyLayer(layer, { query, keyPaddingMask, attnMask }, parameters, { training: false }));
  const wanted = await y(floats, constant(added));
  expect(await y(booleans, constant(added))).toEqual(wanted);
  const later = [0, 1, 2].map((i) => [0, 1, 2].map((j) => j > i));
  const laterFloats = tensor(later.map((row) => row.map((out) => (out ? Number.NEGATIVE_INFINITY : 0))));
  expect(await y(floats, constant(tensor(later, 'bool')))).toEqual(await y(floats, constant(laterFloats)));
});

test('self-attention is one product for queries, keys and values; the same tensor by name is self-attention', () => {
  const layer = multiheadAttention(4, 2);
  const parameters = new Map(layer.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const x = input('x', [2, 3, 4]);
  const products = (given: Node | AttentionInputs): number => {
    const seen = new Set<Node>();
    const visit = (n: Node): void => {
      if (seen.has(n)) return;
      seen.add(n);
      n.inputs.forEach(visit);
    };
    visit(applyLayer(layer, given, parameters, { training: false }));
    return [...seen].filter(({ op }) => op.name === 'matmul').length;
  };
  expect(products(x)).toBe(4);
  expect(products({ query: x, key: x, value: x })).toBe(4);
  expect(products({ query: x, key: input('k', [2, 5, 4]) })).toBe(6);
});

test('weights are left out in training, and never in evaluation', async () => {
  const layer = multiheadAttention(4, 2, { dropout: 0.5 });
  const draws: string[] = [];
  const parameters = constants(initParameters(layer, 1));
  const visit = (n: Node): void => {
    if (n.op.name === 'draw') draws.push((n.attrs as { stream: string }).stream);
    n.inputs.forEach(visit);
  };
  visit(applyLayer(layer, input('x', [1, 3, 4]), parameters, { training: true }));
  expect(draws).toEqual(['dropout']);
  visit(applyLayer(layer, input('x', [1, 3, 4]), parameters, { training: false }));
  expect(draws).toEqual(['dropout']);
});

test('a trainer takes one array, or several by name', async () => {
  const options = { loss: mse(), optimizer: sgd({ lr: 0.1 }), backend, seed: 1 };
  const one = await createTrainer({ model: sequential(multiheadAttention(4, 2)), ...options });
  const x = values([3, 2, 4], 1);
  const losses = [await one.step(x, x), await one.step(x, x)].map(({ loss }) => loss);
  expect(losses[1]).toBeLessThan(losses[0] as number);
  const several = await createTrainer({ model: multiheadAttention(4, 2), ...options });
  const keyPaddingMask = tensor(rows, 'bool');
  const query = values([3, 3, 4], 1);
  expect((await several.step({ query, keyPaddingMask }, query)).loss).toBeGreaterThan(0);
});

test('layers of a transformer have dropout in training at the places where PyTorch has it', () => {
  const streams = (layer: Layer<Tensors>, x: Tensors): readonly string[] => {
    const parameters = constants(initParameters(layer, 1));
    const found = new Set<string>();
    const visit = (n: Node): void => {
      if (n.op.name === 'draw') found.add((n.attrs as { stream: string }).stream);
      n.inputs.forEach(visit);
    };
    visit(applyLayer(layer, x, parameters, { training: true }) as Node);
    return [...found].sort();
  };
  const x = input('x', [1, 2, 2]);
  const options = { dimFeedforward: 2 };
  const encoder = transformerEncoder(transformerEncoderLayer(2, 1, options), 2) as Layer<Tensors>;
  const ofLayer = ['dropout', 'dropout1', 'dropout2', 'self_attn.dropout'];
  expect(streams(encoder, x)).toEqual([0, 1].flatMap((i) => ofLayer.map((name) => `layers.${i}.${name}`)));
  expect(streams(transformerDecoderLayer(2, 1, options) as Layer<Tensors>, { tgt: x, memory: x })).toEqual([
    'dropout',
    'dropout1',
    'dropout2',
    'dropout3',
    'multihead_attn.dropout',
    'self_attn.dropout',
  ]);
});

describe('a cache', () => {
  const sizes = { dModel: 4, heads: 2, layers: 2 };
  const options = { dimFeedforward: 6, causal: true, dropout: 0 };
  const whole = (more: object): Layer<Node | EncoderInputs> =>
    transformerEncoder(transformerEncoderLayer(4, 2, { ...options, ...more }), 2, layerNorm(4));
  const cached = (more: object): Layer<Node | EncoderInputs, CachedAttention> =>
    transformerEncoder(transformerEncoderLayer(4, 2, { ...options, ...more, cache: true }), 2, layerNorm(4));
  const x = values([2, 6, 4], 1);
  const part = (start: number, end: number): Node => slice(constant(x), { axis: 1, start, end });
  const closeTo = (a: NDArray, b: NDArray): void => {
    expect(a.shape).toEqual(b.shape);
    for (const [i, v] of b.data.entries()) expect(a.data[i]).toBeCloseTo(v as number, 6);
  };

  test.each([
    {},
    { normFirst: true, activation: 'gelu' },
    { rotary: true },
    { bias: false, rotary: true, normFirst: true },
  ])('gives the outputs of all at once, by parts and entry by entry: %j', async (more) => {
    const parameters = constants(initParameters(whole(more), 3));
    expect(cached(more).parameters.map(({ name }) => name)).toEqual(whole(more).parameters.map(({ name }) => name));
    const all = applyLayer(whole(more), constant(x), parameters, { training: false });
    const atOnce = applyLayer(cached(more), constant(x), parameters, { training: false });
    for (const cuts of [
      [0, 6],
      [0, 4, 5, 6],
      [0, 1, 2, 3, 4, 5, 6],
    ]) {
      let past: CachedAttention | undefined;
      const outputs = cuts.slice(1).map((end, i) => {
        const src = part(cuts[i] as number, end);
        const given = past === undefined ? src : { src, pastKey: past.key, pastValue: past.value };
        past = applyLayer(cached(more), given, parameters, { training: false });
        return past.output;
      });
      const { key, value } = past as unknown as CachedAttention;
      expect(key.type.shape).toEqual([2, sizes.layers, sizes.heads, 6, 2]);
      const out = await run({ all, joined: concat(outputs, 1), key, value, ...prefixed('at', atOnce) }, {}, precise);
      closeTo(out['joined'] as NDArray, out['all'] as NDArray);
      closeTo(out['key'] as NDArray, out['atkey'] as NDArray);
      closeTo(out['value'] as NDArray, out['atvalue'] as NDArray);
    }
  });

  test('masks are of all keys, and attention without a cache attends to what came before, too', async () => {
    const parameters = constants(initParameters(multiheadAttention(4, 2), 5));
    const hidden = constant(
      tensor(
        Array.from({ length: 2 }, () => [false, true, false, false, false, true]),
        'bool',
      ),
    );
    const query = constant(x);
    const all = applyLayer(multiheadAttention(4, 2, { causal: true }), { query, keyPaddingMask: hidden }, parameters, {
      training: false,
    });
    const first = applyLayer(multiheadAttention(4, 2, { causal: true, cache: true }), part(0, 4), parameters, {
      training: false,
    });
    const rest = applyLayer(
      multiheadAttention(4, 2, { causal: true }),
      { query: part(4, 6), keyPaddingMask: hidden, pastKey: first.key, pastValue: first.value },
      parameters,
      { training: false },
    );
    const out = await run({ all: slice(all, { axis: 1, start: 4 }), rest }, {}, precise);
    closeTo(out['rest'] as NDArray, out['all'] as NDArray);
  });

  test('gradients go through what came before', () => {
    const attend = multiheadAttention(4, 2, { cache: true });
    const parameters = constants(initParameters(attend, 5));
    const past = input('past', [2, 2, 3, 2]);
    const y = applyLayer(attend, { query: part(0, 2), pastKey: past, pastValue: past }, parameters, { training: true });
    const [grad] = gradients(sum(y.output), [past]) as [Node];
    expect(grad.type.shape).toEqual([2, 2, 3, 2]);
  });

  test('learned positions take places', async () => {
    const layer = learnedPositions(6, 4);
    const parameters = constants(initParameters(layer, 5));
    const all = applyLayer(layer, constant(x), parameters, { training: false });
    const at = (positions: NDArray): Node =>
      applyLayer(layer, { x: part(4, 6), positions: constant(positions) }, parameters, { training: false });
    const out = await run({
      all: slice(all, { axis: 1, start: 4 }),
      one: at(tensor([4, 5], 'int32')),
      each: at(
        tensor(
          [
            [4, 5],
            [4, 5],
          ],
          'int32',
        ),
      ),
    });
    expect(out['one']).toEqual(out['all']);
    expect(out['each']).toEqual(out['all']);
  });
});

function prefixed(prefix: string, tree: CachedAttention): Readonly<Record<string, Node>> {
  return Object.fromEntries(Object.entries(tree).map(([name, node]) => [`${prefix}${name}`, node]));
}

describe('what does not fit is refused by name', () => {
  const x = input('x', [2, 3, 4]);
  const like = (dtype: DType, ...shape: number[]): Node => input('other', shape, dtype);
  const apply = (given: unknown, options: MultiheadAttentionOptions = {}): unknown =>
    take(multiheadAttention(4, 2, options), given);

  const take = (layer: unknown, given: unknown): unknown => {
    const made = layer as Layer<Tensors>;
    const parameters = new Map(made.parameters.map(({ name, shape }) => [name, input(name, shape)]));
    return applyLayer(made, given as Tensors, parameters, { training: false });
  };
  const decoder = transformerDecoderLayer(4, 2);
  const past = like('float32', 2, 2, 3, 2);

  test.each<readonly [string, () => unknown, RegExp]>([
    [
      'more places than there are',
      () => take(learnedPositions(2, 4), x),
      /3 places, 1 more than 2(.|\n)*learnedPositions\(3, 4\)/,
    ],
    ['places of floats', () => take(learnedPositions(9, 4), { x, positions: x }), /iota\(time, 'int32'\)/],
    ['places of another time', () => take(learnedPositions(9, 4), { x, positions: like('int32', 2) }), /\[2, 3\]/],
    ['misspelt places', () => take(learnedPositions(9, 4), { x, position: x }), /'positions'/],
    ['keys before without values', () => apply({ query: x, pastKey: past }), /no pastValue/],
    ['values before without keys', () => apply({ query: x, pastValue: past }), /no pastKey/],
    [
      'other heads before',
      () => apply({ query: x, pastKey: like('float32', 2, 1, 3, 4), pastValue: past }),
      /\[batch, numHeads, past, width\] = \[2, 2, past, 2\]/,
    ],
    [
      'fewer values before',
      () => apply({ query: x, pastKey: past, pastValue: like('float32', 2, 2, 2, 2) }),
      /pastValue does not fit/,
    ],
    ['integers before', () => apply({ query: x, pastKey: like('int32', 2, 2, 3, 2), pastValue: past }), /float32/],
    [
      'a mask without what came before',
      () => apply({ query: x, pastKey: past, pastValue: past, attnMask: like('bool', 3, 3) }),
      /\[2, 2, 3, 6\]/,
    ],
    [
      'what came before of one layer for two',
      () => take(transformerEncoder(transformerEncoderLayer(4, 2), 2), { src: x, pastKey: past, pastValue: past }),
      /with 2 layers/,
    ],
    ['a cache of another kind', () => multiheadAttention(4, 2, { cache: 'yes' as never }), /true or false/],
    ['a cache of a decoder', () => transformerDecoderLayer(4, 2, { cache: true } as never), /cache/],
    ['an offset of attention', () => scaledDotProductAttention(x, x, x, { offset: 0.5 }), /integer/],
    ['positions of other features', () => take(learnedPositions(3, 5), x), /\[batch, time, width\] with 5 features/],
    ['sines of an odd width', () => take(sinusoidalPositions(), input('x', [2, 3, 5])), /an even width/],
    ['sines of no batch', () => take(sinusoidalPositions(), input('x', [3, 4])), /batch axis in front/],
    ['positions of tokens', () => take(learnedPositions(3, 4), like('int32', 2, 3)), /float32/],
    ['a base of sines', () => sinusoidalPositions({ base: -1 }), /more than 0/],
    ['an initializer', () => learnedPositions(3, 4, { weightInit: 0.02 as never }), /an initializer/],
    ['a decoder of one tensor', () => take(decoder, x), /several tensors by name(.|\n)*\{ tgt, memory \}/],
    ['a decoder without a memory', () => take(decoder, { tgt: x }), /not given 'memory'/],
    ['PyTorch’s name of a mask', () => take(decoder, { tgt: x, memory: x, tgt_mask: x }), /did you mean 'tgtMask'/],
    ['an encoder’s misspelt mask', () => take(transformerEncoderLayer(4, 2), { src: x, srcMsk: x }), /'srcMask'/],
    ['an activation', () => transformerEncoderLayer(4, 2, { activation: 'tanh' as never }), /'relu', 'gelu'/],
    ['an option as in PyTorch', () => transformerEncoderLayer(4, 2, { norm_first: true } as never), /'normFirst'/],
    ['heads of an encoder', () => transformerEncoderLayer(6, 4), /6 \/ 4 is not whole/],
    ['no layers', () => transformerEncoder(transformerEncoderLayer(4, 2), 0), /numLayers/],
    [
      'a norm that was not made',
      () => transformerEncoder(transformerEncoderLayer(4, 2), 1, layerNorm as never),
      /not a layer/,
    ],
    ['features that heads do not divide', () => multiheadAttention(6, 4), /6 \/ 4 is not whole/],
    ['an odd width of rotary heads', () => multiheadAttention(6, 2, { rotary: true }), /6 \/ 2 = 3 features a head/],
    ['other features', () => apply(input('x', [2, 3, 5])), /\[2, 3, 5\](.|\n)*\[batch, queries, 4\]/],
    ['no batch', () => apply(input('x', [3, 4])), /batch axis in front/],
    ['bytes', () => apply(like('uint8', 2, 3, 4)), /float32/],
    ['other batches', () => apply({ query: x, key: like('float32', 3, 3, 4) }), /key does not fit(.|\n)*\[3, 3, 4\]/],
    ['values that are no keys', () => apply({ query: x, value: like('float32', 2, 5, 4) }), /value does not fit/],
    ['no query', () => apply({ key: x }), /not given 'query'/],
    ['a misspelt mask', () => apply({ query: x, keyPadingMask: x }), /did you mean 'keyPaddingMask'/],
    ['another padding', () => apply({ query: x, keyPaddingMask: like('bool', 3, 2) }), /\[batch, keys\] = \[2, 3\]/],
    ['a mask of bytes', () => apply({ query: x, attnMask: like('uint8', 3, 3) }), /neither of booleans nor of floats/],
    ['a mask a sample', () => apply({ query: x, attnMask: like('bool', 2, 3, 3) }), /\[batch, 1, queries, keys\]/],
    ['a key of other features', () => apply({ query: x, key: like('float32', 2, 3, 5) }), /\[batch, keys, 4\]/],
    ['one tensor where keys have own features', () => apply(x, { kdim: 5 }), /\[batch, keys, 5\]/],
    ['widths of the op', () => scaledDotProductAttention(x, like('float32', 2, 3, 5), x), /do not fit together/],
    ['no keys', () => scaledDotProductAttention(x, like('float32', 2, 0, 4), like('float32', 2, 0, 4)), /at least one/],
    [
      'a mask that is larger',
      () => scaledDotProductAttention(x, x, x, { mask: like('bool', 5, 2, 3, 3) }),
      /mask does not/,
    ],
    [
      'a mask of integers',
      () => scaledDotProductAttention(x, x, x, { mask: like('int32', 3, 3) }),
      /cast\(mask, 'bool'\)/,
    ],
    ['a probability', () => scaledDotProductAttention(x, x, x, { dropout: 0.1 as never }), /function of the weights/],
    ['a scale', () => scaledDotProductAttention(x, x, x, { scale: Number.NaN }), /finite/],
    ['an odd width', () => rotaryEmbedding(input('x', [2, 3, 5])), /even width/],
    ['a base', () => rotaryEmbedding(x, { base: 0 }), /more than 0/],
    ['an offset', () => rotaryEmbedding(x, { offset: -1 }), /at least 0/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(DescentError);
    expect(make).toThrow(message);
  });
});
