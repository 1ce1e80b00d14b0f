import { conv2d, createTrainer, crossEntropy, flatten, linear, ndarray, relu, sequential, sgd } from '@descent/core';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { onnx } from '../src/public/index.ts';

test('what is found out of a runtime and a backend is found out once: another shape of batch opens one session, a known one none', async () => {
  const sessions = ort.InferenceSession as {
    create(bytes: Uint8Array, options: object): Promise<ort.InferenceSession>;
  };
  const { create } = sessions;
  const models: number[] = [];
  sessions.create = (bytes, options) => {
    models.push(bytes.length);
    return create(bytes, options);
  };
  const backend = onnx({ device: 'cpu', threads: 1 });
  try {
    const model = sequential(conv2d(16, 16, 3, { padding: 1 }), relu(), flatten(), linear(16 * 16, 3));
    const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend });
    const opened = async (batch: number): Promise<number> => {
      const before = models.length;
      const x = ndarray('float32', [batch, 16, 4, 4], new Float32Array(batch * 256).fill(0.5));
      await trainer.step(x, ndarray('int32', [batch], new Int32Array(batch)));
      return models.length - before;
    };
    // Whether states can be taken back and which blocks of channels there are, unless another test has asked, then the step.
    expect(await opened(32)).toBeGreaterThanOrEqual(2);
    expect(await opened(32)).toBe(0);
    expect([await opened(16), await opened(8)]).toEqual([1, 1]);
    // Weights are fed: a session has none of its own.
    expect(Math.max(...models)).toBeLessThan(16 * 16 * 9 * Float32Array.BYTES_PER_ELEMENT);
    trainer.dispose();
  } finally {
    await backend.dispose();
    sessions.create = create;
  }
});
