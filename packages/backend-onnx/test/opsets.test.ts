import { initParameters, type Layer, layerNorm, type Node } from '@descent/core';
import { constant, scatterAdd } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { exportGradients, exportOnnx, printModel } from '../src/public/index.ts';

test('what an older opset lacks is computed with what it has', async () => {
  const model = layerNorm(3);
  const files = await Promise.all(
    [13, 16, 17].map((opset) =>
      exportOnnx(model, { parameters: initParameters(model, 1), sample: { shape: ['time', 3] }, opset }),
    ),
  );
  const texts = files.map(({ bytes }) => printModel(bytes));
  expect(texts.map((text) => text.includes('LayerNormalization'))).toEqual([false, false, true]);
  expect(texts.map((text) => /onnx ir (\d+, opset \d+)/.exec(text)?.[1])).toEqual([
    '7, opset 13',
    '8, opset 16',
    '8, opset 17',
  ]);
  for (const { maxAbsDifference } of files) expect(maxAbsDifference).toBeLessThan(1e-6);
});

const counted: Layer = {
  label: 'counted',
  parameters: [],
  apply: (x) =>
    scatterAdd(constant({ dtype: 'int32', shape: [3], data: Int32Array.of(0, 1, 0) }), x, { axis: 1, size: 2 }),
};

test('an operator without such a way is refused with the opset that has it', async () => {
  const file = (opset: number) => exportOnnx(counted, { parameters: {}, sample: { shape: [3] }, opset });
  await expect(file(15)).rejects.toThrow(/15, and ScatterElements with reduction[\s\S]*opset 16 or later/);
  expect((await file(16)).maxAbsDifference).toBe(0);
});

test('sizes of open axes are told in opset 13, too', async () => {
  const model: Layer = { label: 'plain', parameters: [], apply: (x: Node) => x };
  const { bytes } = await exportGradients(model, { parameters: {}, sample: { shape: ['time', 3] }, opset: 13 });
  expect(printModel(bytes)).not.toContain('start =');
});

test.each([12, 27, 17.5, -1])('opset %s is none', async (opset) => {
  await expect(exportOnnx(counted, { parameters: {}, sample: { shape: [3] }, opset })).rejects.toThrow(
    /an integer from 13 to 26/,
  );
});
