import {
  avgPool2d,
  batchNorm2d,
  conv2d,
  createPredictor,
  DescentError,
  decodeSafetensors,
  dropout,
  encodeSafetensors,
  expectParameters,
  flatten,
  formatSummary,
  initParameters,
  linear,
  maxPool2d,
  ndarray,
  normalize,
  relu,
  rescale,
  ShapeError,
  StateError,
  sequential,
  summarize,
  tensor,
  topK,
  ValueError,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const lenet = sequential(
  rescale(1 / 255),
  conv2d(1, 6, 5),
  relu(),
  maxPool2d(2),
  conv2d(6, 16, 5),
  relu(),
  maxPool2d(2),
  flatten(),
  linear(256, 120),
  relu(),
  linear(120, 84),
  relu(),
  linear(84, 10),
);

describe('parameters', () => {
  test('are named as in a state_dict, nested too', () => {
    expect(lenet.parameters.map((p) => p.name)).toEqual([
      ...[
        '1.weight',
        '1.bias',
        '4.weight',
        '4.bias',
        '8.weight',
        '8.bias',
        '10.weight',
        '10.bias',
        '12.weight',
        '12.bias',
      ],
    ]);
    const nested = sequential({ features: sequential(linear(2, 3), relu()), head: linear(3, 1, { bias: false }) });
    expect(nested.parameters.map((p) => p.name)).toEqual(['features.0.weight', 'features.0.bias', 'head.weight']);
  });

  test('are drawn from the seed and their name: adding a layer behind changes nothing in front', () => {
    const short = initParameters(sequential(linear(4, 3)), 7);
    const long = initParameters(sequential(linear(4, 3), linear(3, 2)), 7);
    expect(long['0.weight']).toEqual(short['0.weight']);
    expect(initParameters(sequential(linear(4, 3)), 8)['0.weight']).not.toEqual(short['0.weight']);
  });

  test("PyTorch's default is uniform on ±1/√fanIn", () => {
    const { '1.weight': weight, '1.bias': bias } = initParameters(sequential(relu(), conv2d(8, 64, 3)), 1);
    const bound = 1 / Math.sqrt(8 * 9);
    for (const { data } of [weight, bias].filter((p) => p !== undefined)) {
      expect(Math.max(...data)).toBeLessThan(bound);
      expect(Math.min(...data)).toBeGreaterThan(-bound);
      expect(Math.max(...data)).toBeGreaterThan(0.9 * bound);
    }
  });

  test('of another network are refused by name', () => {
    const parameters = initParameters(lenet, 0);
    expect(() => expectParameters(lenet, parameters)).not.toThrow();
    const { '8.weight': _, ...rest } = parameters;
    expect(() => expectParameters(lenet, { ...rest, extra: tensor([1]) })).toThrow(StateError);
    expect(() => expectParameters(lenet, { ...rest, extra: tensor([1]) })).toThrow(
      /8\.weight is missing; extra is not a parameter/,
    );
  });
});

test('the summary shows shapes, weights and biases of each layer', () => {
  expect(formatSummary(summarize(lenet, { shape: [1, 28, 28], dtype: 'uint8' }))).toMatchInlineSnapshot(`
    "    layer                output               sees  weights  biases  parameters    FLOPs
    ────────────────────────────────────────────────────────────────────────────────────────
    0   rescale(1/255)       [batch, 1, 28, 28]    1×1                                 1,568
    1   conv2d(1 → 6, 5×5)   [batch, 6, 24, 24]    5×5      150       6         156  176,256
    2   relu                 [batch, 6, 24, 24]    5×5                                 3,456
    3   maxPool2d(2×2)       [batch, 6, 12, 12]    6×6                                 3,456
    4   conv2d(6 → 16, 5×5)  [batch, 16, 8, 8]   14×14    2,400      16       2,416  308,224
    5   relu                 [batch, 16, 8, 8]   14×14                                 1,024
    6   maxPool2d(2×2)       [batch, 16, 4, 4]   16×16                                 1,024
    7   flatten              [batch, 256]
    8   linear(256 → 120)    [batch, 120]                30,720     120      30,840   61,560
    9   relu                 [batch, 120]                                                120
    10  linear(120 → 84)     [batch, 84]                 10,080      84      10,164   20,244
    11  relu                 [batch, 84]                                                  84
    12  linear(84 → 10)      [batch, 10]                    840      10         850    1,690
    ────────────────────────────────────────────────────────────────────────────────────────
        total                                            44,190     236      44,426  578,706"
  `);
});

test('a network that does not fit the sample says so before anything runs', () => {
  expect(() => summarize(sequential(flatten(), linear(784, 10)), { shape: [3, 32, 32] })).toThrow(
    /1 linear\(784 → 10\).*\n.*received: \[batch, 3072\].*\n.*expected: \[batch, 784\].*\n.*linear\(3072, 10\)/,
  );
  expect(() => summarize(sequential(linear(784, 10)), { shape: [1, 28, 28] })).toThrow(/flatten\(\) in front/);
  expect(() => summarize(sequential(conv2d(1, 2, 3)), { shape: [1, 8, 8], dtype: 'uint8' })).toThrow(
    /rescale\(1 \/ 255\)/,
  );
  expect(() => summarize(sequential(conv2d(3, 2, 3)), { shape: [1, 8, 8] })).toThrow(/conv2d\(1, 2, …\)/);
  expect(() => summarize(sequential(avgPool2d(9)), { shape: [1, 8, 8] })).toThrow(/window is larger/);
  expect(() => sequential(relu as never)).toThrow(/relu\(\) instead of relu/);
  expect(() => linear(0, 3)).toThrow(/inFeatures/);
  expect(() => dropout(1)).toThrow(/probability/);
});

test.each([
  ['conv2d of grey images', [28, 28, 1], conv2d(1, 6, 5)],
  ['conv2d of RGB images', [32, 30, 3], conv2d(3, 6, 5)],
  ['conv2d of many channels', [8, 8, 64], conv2d(64, 6, 5)],
  ['conv2d that wants others, on RGB images', [32, 32, 3], conv2d(1, 6, 5)],
  ['batchNorm2d', [32, 32, 16], batchNorm2d(16)],
  ['normalize', [32, 32, 3], normalize([0, 0, 0], [1, 1, 1])],
])('images with their channels last are recognized: %s', (_, shape, layer) => {
  expect(() => summarize(sequential(rescale(1), layer), { shape })).toThrow(
    /the axes look like \[batch, height, width, channels\][\s\S]*np\.transpose\(x, \(0, 3, 1, 2\)\)/,
  );
});

test.each([
  ['three channels for one', [3, 28, 28], conv2d(1, 6, 5), /fix: use conv2d\(3, 6, …\)/],
  ['small maps', [2, 3, 3], conv2d(4, 6, 2), /fix: use conv2d\(2, 6, …\)/],
  ['another number', [8, 4, 4], batchNorm2d(16), /fix: use batchNorm2d\(8\)/],
])('other wrong channels are not taken for that: %s', (_, shape, layer, fix) => {
  expect(() => summarize(layer, { shape })).toThrow(fix);
});

test('a predictor takes batches of any size', async () => {
  const model = sequential(rescale(1 / 255), flatten(), linear(4, 2));
  const parameters = initParameters(model, 3);
  const predictor = await createPredictor({
    model,
    parameters,
    sample: { shape: [1, 2, 2], dtype: 'uint8' },
    backend: referenceBackend(),
  });
  const x = ndarray(
    'uint8',
    [3, 1, 2, 2],
    Uint8Array.from({ length: 12 }, (_, i) => i * 20),
  );
  const all = await predictor.predict(x);
  expect(all.shape).toEqual([3, 2]);
  const one = await predictor.predict({ ...x, shape: [1, 1, 2, 2], data: x.data.slice(4, 8) });
  expect(one.data).toEqual(all.data.slice(2, 4));
  predictor.dispose();
});

describe('safetensors', () => {
  test('a round trip keeps names, types, shapes, numbers and metadata', () => {
    const tensors = {
      ...initParameters(lenet, 0),
      'ä/b': tensor([[1, -2]], 'int32'),
      empty: ndarray('uint8', [0, 3], new Uint8Array()),
    };
    const file = decodeSafetensors(encodeSafetensors(tensors, { step: '12' }));
    expect(file).toEqual({ tensors, metadata: { step: '12' } });
  });

  test('damage is a typed error, never a crash or wrong data', () => {
    const intact = encodeSafetensors({ w: tensor([1, 2, 3]) });
    fc.assert(
      fc.property(
        fc.nat(intact.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(intact.length),
        (at, flip, length) => {
          const mutated = intact.slice(0, length);
          if (at < length) mutated[at] = (mutated[at] as number) ^ flip;
          try {
            for (const array of Object.values(decodeSafetensors(mutated).tensors))
              expect(array.data.length).toBe(array.shape.reduce((a, b) => a * b, 1));
          } catch (error) {
            expect(error).toBeInstanceOf(DescentError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('topK', () => {
  // The softmax of logs is the numbers over their sum.
  const logits = ndarray('float32', [2, 3], Float32Array.from([1, 2, 5, 4, 3, 1], Math.log));

  test('gives the most probable classes of each row, best first', () => {
    const [first, second] = topK(logits, { k: 2, labels: ['a', 'b'] });
    expect(first?.map(({ index, label }) => [index, label])).toEqual([
      [2, '2'],
      [1, 'b'],
    ]);
    expect(first?.map((p) => p.probability)).toEqual([expect.closeTo(5 / 8, 6), expect.closeTo(2 / 8, 6)]);
    expect(second?.map((p) => p.label)).toEqual(['a', 'b']);
    expect(topK(logits)[0]).toHaveLength(3);
    const huge = ndarray('float32', [1, 2], Float32Array.of(1e4, 0));
    expect(topK(huge)[0]?.map((p) => p.probability)).toEqual([1, 0]);
  });

  test('leaves probabilities as they are', () => {
    const [row] = topK(ndarray('float32', [1, 2], Float32Array.of(0.25, 0.75)), { output: 'probabilities' });
    expect(row?.map((p) => p.probability)).toEqual([0.75, 0.25]);
  });

  test('refuses other shapes and counts', () => {
    expect(() => topK(ndarray('float32', [3], new Float32Array(3)))).toThrow(ShapeError);
    expect(() => topK(logits, { k: 0 })).toThrow(ValueError);
  });
});
