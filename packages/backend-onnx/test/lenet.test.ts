import { onnx } from '@descent/backend-onnx';
import { createTrainer, crossEntropy, sgd } from '@descent/core';
import { lenetRun } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';

describe.each(['cpu', 'webgpu'] as const)(
  'ten LeNet steps from the weights and batches of PyTorch, %s dialect',
  (dialect) => {
    test("have PyTorch's losses and end at its parameters, to 1e-4", async () => {
      const { model, parameters, batches, lr, losses, totals } = lenetRun();
      const backend = onnx({ threads: 1, dialect });
      const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr }), backend, parameters });
      for (const [i, { x, y }] of batches.entries()) {
        const { loss } = await trainer.step(x, y);
        expect(Math.abs(loss / (losses[i] as number) - 1), `step ${i + 1}: ${loss} against ${losses[i]}`).toBeLessThan(
          1e-4,
        );
      }
      for (const [name, { data }] of Object.entries(await trainer.parameters())) {
        const { sum, norm } = totals[name] as { sum: number; norm: number };
        const total = data.reduce((a, b) => a + b, 0);
        const length = Math.sqrt(data.reduce((a, b) => a + b * b, 0));
        expect(Math.abs(total - sum), `the sum of ${name}`).toBeLessThan(1e-4 * norm);
        expect(Math.abs(length / norm - 1), `the norm of ${name}`).toBeLessThan(1e-4);
      }
      trainer.dispose();
      await backend.dispose();
    });
  },
);
