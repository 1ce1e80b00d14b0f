// Each activation as a file: proved equal to the network, with a batch of any size, in the default opset and in the newest.

import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import * as d from '@descent/core';
import { expect, test } from 'vitest';

const LAYERS: readonly d.Layer[] = [
  d.gelu(),
  d.gelu({ approximate: 'tanh' }),
  d.silu(),
  d.mish(),
  d.leakyRelu(),
  d.prelu({ numParameters: 4 }),
  d.elu(0.5),
  d.selu(),
  d.celu(2),
  d.relu6(),
  d.hardtanh(),
  d.hardsigmoid(),
  d.hardswish(),
  d.softplus({ beta: 2, threshold: 1 }),
  d.softsign(),
  d.logSigmoid(),
  d.glu({ axis: 1 }),
];

test.each(LAYERS.map((layer) => [layer.label, layer] as const))('%s', async (_, model) => {
  for (const opset of [17, 23]) {
    const exported = await exportOnnx(model, {
      parameters: d.initParameters(model, 1),
      sample: { shape: [4, 3] },
      opset,
    });
    expect(exported.maxAbsDifference).toBeLessThan(1e-5);
    const file = await loadOnnx(exported.bytes);
    expect((await file.predict(d.zeros([5, 4, 3]))).shape[0]).toBe(5);
    file.dispose();
  }
});
