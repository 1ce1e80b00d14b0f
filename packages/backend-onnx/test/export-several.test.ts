import {
  concat,
  createPredictor,
  crossEntropy,
  flatten,
  initParameters,
  layer,
  linear,
  lossOn,
  mse,
  type Node,
  parallel,
  parameter,
  relu,
  sequential,
  softmax,
  tensor,
  weightedSum,
} from '@descent/core';
import { concat as concatOf, gather, matmul, mean } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';

type Two = { readonly picture: Node; readonly numbers: Node };
const two = layer(
  'two',
  { see: sequential(flatten(), linear(9, 4), relu()), decide: linear(6, 3) },
  ({ picture, numbers }: Two, { see, decide }) => decide(concatOf([see(picture), numbers], 1)),
);
const heads = sequential(
  linear(2, 4),
  relu(),
  parallel({ probabilities: sequential(linear(4, 3), softmax()), size: linear(4, 1) }),
);
const embedding = layer('embedding', { weight: parameter([7, 4]) }, (x, { weight }) =>
  mean(gather(weight, x), { axes: [1] }),
);

describe('exports of several tensors', () => {
  test('several inputs keep their names, and the file is proved', async () => {
    const parameters = initParameters(two, 1);
    const { bytes, maxAbsDifference, samples } = await exportOnnx(two, {
      parameters,
      sample: { picture: { shape: [1, 3, 3] }, numbers: { shape: [2] } },
    });
    expect(samples).toBe(16);
    expect(maxAbsDifference).toBeLessThan(1e-5);
    const file = await loadOnnx(bytes);
    expect(file.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['picture', [-1, 1, 3, 3]],
      ['numbers', [-1, 2]],
    ]);
    expect(file.outputs.map((o) => o.name)).toEqual(['logits']);
    const picture = tensor([
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ],
    ]);
    const { logits } = await file.run({ picture, numbers: tensor([[1, -1]]) });
    expect(logits?.shape).toEqual([1, 3]);
    file.dispose();
  });

  test('of several outputs each is what its part of the loss takes it for, in a file and in a predictor', async () => {
    const model = parallel({ kind: linear(2, 3), place: linear(2, 2), odds: sequential(linear(2, 3), softmax()) });
    const loss = weightedSum(
      { loss: lossOn({ output: 'kind', target: 'kind' }, crossEntropy()), weight: 1 },
      { loss: lossOn({ output: 'place', target: 'place' }, mse()), weight: 0.5 },
      { loss: lossOn({ output: 'odds', target: 'place' }, mse()), weight: 0 },
    );
    const expected = { kind: 'logits', place: 'values', odds: 'probabilities' };
    const given = { parameters: initParameters(model, 1), sample: { shape: [2] }, loss };
    const file = await loadOnnx((await exportOnnx(model, given)).bytes);
    expect(file.outputKinds).toEqual(expected);
    file.dispose();
    const predictor = await createPredictor({ model, ...given, backend: referenceBackend() });
    expect(predictor.outputKind).toEqual(expected);
    await expect(predictor.topK(tensor([[1, 2]]), { of: 'place' })).rejects.toThrow(/values/);
    expect((await predictor.topK(tensor([[1, 2]]), { of: 'kind', k: 1 }))[0]).toHaveLength(1);
    predictor.dispose();
  });

  test('several outputs keep their names, and what each is', async () => {
    const { bytes, maxAbsDifference } = await exportOnnx(heads, {
      parameters: initParameters(heads, 1),
      sample: { shape: [2] },
    });
    expect(maxAbsDifference).toBeLessThan(1e-5);
    const file = await loadOnnx(bytes);
    expect(file.outputKinds).toEqual({ probabilities: 'probabilities', size: 'values' });
    const { probabilities, size } = await file.run({ input: tensor([[1, 2]]) });
    expect([...(probabilities?.data ?? [])].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect(size?.shape).toEqual([1, 1]);
    file.dispose();
  });

  test('tokens: the proof looks up what is there', async () => {
    const model = sequential(embedding, linear(4, 2));
    const { maxAbsDifference } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample: { shape: [5], dtype: 'int32' },
    });
    expect(maxAbsDifference).toBeLessThan(1e-5);
  });

  test('real inputs by name, and parameters that are called like an input', async () => {
    const model = layer('named', { numbers: parameter([2, 3]) }, ({ numbers }: { readonly numbers: Node }, parts) =>
      matmul(numbers, parts.numbers, { transposeB: true }),
    );
    const { samples } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample: { numbers: { shape: [3] } },
      batch: 2,
      verify: {
        inputs: {
          numbers: tensor([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        },
      },
    });
    expect(samples).toBe(2);
  });

  test('what cannot be written is refused', async () => {
    const parameters = initParameters(heads, 1);
    await expect(exportOnnx(heads, { parameters, sample: { shape: [2] }, softmax: true })).rejects.toThrow(
      /several outputs/,
    );
    await expect(exportOnnx(heads, { parameters, sample: { shape: [2] }, labels: ['a', 'b', 'c'] })).rejects.toThrow(
      /no labels/,
    );
    const same = layer('same', {}, ({ a }: { readonly a: Node }) => ({ a, b: a }));
    await expect(exportOnnx(same, { parameters: {}, sample: { a: { shape: [2] } } })).rejects.toThrow(
      /same name(.|\n)*a/,
    );
    const joined = sequential(parallel({ a: linear(2, 2), b: linear(2, 2) }), concat());
    await expect(exportOnnx(joined, { parameters: initParameters(joined, 1), sample: { shape: [3] } })).rejects.toThrow(
      /linear/,
    );
  });
});
