import { describe, expect, test } from 'vitest';
import { type Batch, createTrainer, crossEntropy, sgd } from '../src/public/index.ts';
import { lenetRun } from '../src/public/testing.ts';
import { readFixture } from './_fixture.ts';
import { backend } from './_reference.ts';

interface LenetFixture {
  readonly lr: number;
  readonly batchSize: number;
  readonly losses: readonly number[];
  readonly parameters: Readonly<Record<string, { readonly sum: number; readonly norm: number }>>;
}

// The reference interpreter is slow: three of the ten steps. The ONNX backend, which is fast, runs them all.
const STEPS = 3;

describe('a LeNet from the same weights and batches as PyTorch', () => {
  const { model, parameters, batches, lr, losses, totals } = lenetRun();
  const fixture = readFixture<LenetFixture>('lenet.json');

  test('has the numbers of the fixture', () => {
    expect(lr).toBe(fixture.lr);
    expect(batches[0]?.x.shape[0]).toBe(fixture.batchSize);
    expect(losses).toEqual(fixture.losses);
    // Layer 0 of PyTorch's network is layer 1 here, behind the scaling of bytes.
    const shifted = Object.entries(fixture.parameters).map(([name, t]) => [
      name.replace(/^\d+/, (i) => String(Number(i) + 1)),
      t,
    ]);
    expect(totals).toEqual(Object.fromEntries(shifted));
    expect(Object.keys(totals)).toEqual(Object.keys(parameters));
  });

  test(`has PyTorch's losses to 1e-4 over ${STEPS} steps on the reference`, { timeout: 120_000 }, async () => {
    const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr }), backend, parameters });
    for (let i = 0; i < STEPS; i++) {
      const { x, y } = batches[i] as Batch;
      const { loss } = await trainer.step(x, y);
      expect(Math.abs(loss / (losses[i] as number) - 1), `step ${i + 1}: ${loss} against ${losses[i]}`).toBeLessThan(
        1e-4,
      );
    }
    trainer.dispose();
  });
});
