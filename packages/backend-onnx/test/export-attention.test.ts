// Attention with open axes: masks and positions are computed in the file from the sizes at hand.
import {
  type AnyLayer,
  type CachedAttention,
  createPredictor,
  type EncoderInputs,
  initParameters,
  type Layer,
  layer,
  layerNorm,
  learnedPositions,
  linear,
  multiheadAttention,
  type NDArray,
  sequential,
  sinusoidalPositions,
  type Tensors,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import { rotaryEmbedding } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { integers, largestDifference, values } from '@descent/core/testing';
import { expect, test } from 'vitest';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';

const block = { dimFeedforward: 12, activation: 'gelu' } as const;
const sequence = { shape: ['time', 8] };
const sequences = ([batch, time]: readonly [number, number, number]): NDArray => values([batch, time, 8], batch + time);

/** The model, the type of a sample, and inputs of some batch, time and length of a memory. */
const CASES: Readonly<
  Record<string, readonly [AnyLayer, object, (sizes: readonly [number, number, number]) => NDArray | object]>
> = {
  'a causal encoder behind positions': [
    sequential(
      sinusoidalPositions(),
      transformerEncoder(transformerEncoderLayer(8, 2, { ...block, causal: true }), 2, layerNorm(8)),
      linear(8, 3),
    ),
    sequence,
    sequences,
  ],
  'an encoder with the norm first, rotary': [
    sequential(learnedPositions(64, 8), transformerEncoderLayer(8, 4, { ...block, normFirst: true, rotary: true })),
    sequence,
    sequences,
  ],
  'rotary positions in halves': [
    layer('halves', {}, (x) => rotaryEmbedding(x, { interleaved: false, offset: 2 })),
    sequence,
    sequences,
  ],
  'attention with padding and a mask a sample': [
    multiheadAttention(8, 2, { causal: true }),
    {
      query: sequence,
      keyPaddingMask: { shape: ['time'], dtype: 'bool' },
      attnMask: { shape: [1, 'time', 'time'], dtype: 'bool' },
    },
    (sizes) => {
      const [batch, time] = sizes;
      const mask = (shape: readonly number[], seed: number): NDArray => ({
        ...integers(shape, seed, { low: 0, high: 2 }),
        dtype: 'bool',
        data: Uint8Array.from(integers(shape, seed, { low: 0, high: 2 }).data),
      });
      const masks = { keyPaddingMask: mask([batch, time], 1), attnMask: mask([batch, 1, time, time], 2) };
      return { query: sequences(sizes), ...masks };
    },
  ],
  'a decoder and its memory': [
    transformerDecoderLayer(8, 2, block),
    { tgt: sequence, memory: { shape: ['places', 8] } },
    ([batch, time, places]) => ({ tgt: values([batch, time, 8], 1), memory: values([batch, places, 8], 2) }),
  ],
};

test.each(Object.entries(CASES))('%s', async (_, [net, sample, inputs]) => {
  const model = net as Layer;
  const axes = JSON.stringify(sample).includes('places')
    ? { time: { max: 64 }, places: { max: 64 } }
    : { time: { max: 64 } };
  const options = { parameters: initParameters(model, 3), sample: sample as { shape: string[] }, axes };
  const { bytes, maxAbsDifference } = await exportOnnx(model, options);
  expect(maxAbsDifference).toBeLessThan(1e-5);
  const file = await loadOnnx(bytes);
  const predictor = await createPredictor({ model: model as Layer<Tensors>, ...options, backend: referenceBackend() });
  for (const sizes of [
    [1, 1, 1],
    [3, 7, 2],
    [2, 31, 40],
    [5, 64, 1],
  ] as const) {
    const given = inputs(sizes);
    const wanted = (await predictor.predict(given as NDArray)) as NDArray;
    const feeds = 'data' in given ? { input: given } : given;
    const actual = (await file.run(feeds as Record<string, NDArray>))[file.output.name] as NDArray;
    expect(actual.data.every(Number.isFinite)).toBe(true);
    expect(largestDifference(actual, wanted), `${sizes}`).toBeLessThan(1e-5);
  }
  file.dispose();
  predictor.dispose();
});

test('an encoder that keeps keys and values, at every length of what is new and of what came before', async () => {
  const model = transformerEncoder(
    transformerEncoderLayer(8, 2, { ...block, causal: true, rotary: true, cache: true }),
    2,
  );
  const past = { shape: [2, 2, 'past', 4] };
  const sample = { src: sequence, pastKey: past, pastValue: past };
  const options = { parameters: initParameters(model, 3), sample, axes: { time: { max: 64 }, past: { max: 64 } } };
  const { bytes, maxAbsDifference } = await exportOnnx(model as Layer<EncoderInputs, CachedAttention>, options);
  expect(maxAbsDifference).toBeLessThan(1e-5);
  const file = await loadOnnx(bytes);
  const predictor = await createPredictor({
    model: model as Layer<Tensors, Tensors>,
    ...options,
    backend: referenceBackend(),
  });
  for (const [batch, time, places] of [
    [1, 1, 1],
    [3, 7, 2],
    [2, 1, 40],
    [1, 31, 64],
  ] as const) {
    const [pastKey, pastValue] = [3, 4].map((seed) => values([batch, 2, 2, places, 4], seed)) as [NDArray, NDArray];
    const given = { src: values([batch, time, 8], 1), pastKey, pastValue };
    const wanted = (await predictor.predict(given as never)) as unknown as Record<string, NDArray>;
    const actual = await file.run(given);
    expect(Object.keys(actual).sort()).toEqual(['key', 'output', 'value']);
    expect(actual['key']?.shape).toEqual([batch, 2, 2, places + time, 4]);
    for (const [name, array] of Object.entries(wanted))
      expect(largestDifference(actual[name] as NDArray, array), `${name} of ${batch}, ${time}, ${places}`).toBeLessThan(
        1e-5,
      );
  }
  file.dispose();
  predictor.dispose();
});
