// Layers over sequences, images and volumes: files that take batches of any size, and the predictor, which says the same.
import { exportOnnx, loadOnnx, onnx } from '@descent/backend-onnx';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  alphaDropout,
  avgPool1d,
  avgPool3d,
  conv1d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  createPredictor,
  dropout2d,
  identity,
  initParameters,
  type Layer,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  pad,
  permute,
  pixelShuffle,
  pixelUnshuffle,
  reshape,
  type Shape,
  sequential,
  unflatten,
  upsample,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { expect, test } from 'vitest';

const LAYERS: readonly (readonly [layer: Layer, sample: Shape])[] = [
  [conv1d(4, 6, 3, { stride: 2, padding: 'same', groups: 2 }), [4, 9]],
  [conv3d(2, 3, 2, { stride: [1, 2, 1], padding: [1, 0, 1, 0, 2, 1] }), [2, 3, 5, 4]],
  [convTranspose1d(3, 2, 3, { stride: 2, outputPadding: 1 }), [3, 5]],
  [convTranspose2d(2, 4, [3, 2], { stride: 2, padding: 1, groups: 2 }), [2, 3, 4]],
  [convTranspose2d(16, 16, 3, { padding: 1 }), [16, 6, 6]],
  [convTranspose2d(1, 2, 2, { dilation: 3, outputPadding: 2 }), [1, 2, 3]],
  [maxPool1d(3, { stride: 2, padding: 1, ceilMode: true }), [2, 6]],
  [avgPool1d(3, { stride: 2, padding: 1, ceilMode: true }), [2, 6]],
  [maxPool2d(3, { stride: 2, padding: 1, dilation: 2 }), [2, 8, 9]],
  [maxPool3d([2, 1, 3], { stride: [2, 1, 2], padding: [1, 0, 1] }), [2, 5, 3, 4]],
  [avgPool3d(2, { ceilMode: true }), [2, 5, 3, 4]],
  [adaptiveAvgPool2d(1), [2, 5, 3]],
  [adaptiveAvgPool2d([2, 7]), [2, 5, 3]],
  [adaptiveMaxPool1d(4), [2, 7]],
  [pad([1, 0, 2, 1], { value: 2 }), [2, 3, 4]],
  [pad(2, { mode: 'reflect' }), [2, 3, 4]],
  [pad([1, 2], { mode: 'replicate' }), [2, 5]],
  [pad(1, { mode: 'circular' }), [1, 2, 3, 2]],
  [upsample(), [2, 3, 4]],
  [upsample({ scaleFactor: [1.5, 0.6] }), [2, 3, 4]],
  [upsample({ size: [7, 5], mode: 'bilinear' }), [2, 3, 4]],
  [upsample({ scaleFactor: 2, mode: 'trilinear', alignCorners: true }), [1, 2, 3, 2]],
  [pixelShuffle(2), [8, 2, 3]],
  [pixelUnshuffle(3), [2, 6, 3]],
  [unflatten(1, [2, -1]), [6, 3]],
  [reshape([3, -1]), [2, 6]],
  [permute([0, 3, 1, 2]), [2, 3, 4]],
  [sequential(identity(), dropout2d(0.3), alphaDropout(0.2)), [2, 3, 4]],
];

test.each(LAYERS.map(([layer, sample]) => [`${layer.label} of [${sample.join()}]`, layer, sample] as const))(
  '%s',
  async (_, model, shape) => {
    const parameters = initParameters(model, 1);
    const sample = { shape };
    const { bytes, maxAbsDifference } = await exportOnnx(model, { parameters, sample });
    expect(maxAbsDifference).toBeLessThan(1e-5);
    const x = values([3, ...shape], 2);
    const file = await loadOnnx(bytes);
    const onFile = await file.predict(x);
    file.dispose();
    const predict = async (backend: ReturnType<typeof referenceBackend>) => {
      const predictor = await createPredictor({ model, parameters, sample, backend });
      const y = await predictor.predict(x);
      predictor.dispose();
      return y;
    };
    const expected = await predict(referenceBackend());
    expect(onFile.shape).toEqual(expected.shape);
    expect(largestDifference(onFile, expected)).toBeLessThan(1e-5);
    expect(largestDifference(await predict(onnx({ threads: 1 })), expected)).toBeLessThan(1e-5);
  },
);
