import {
  createTrainer,
  crossEntropy,
  diagnoseData,
  diagnoseHistory,
  diagnoseLayers,
  type EpochRecord,
  fit,
  flatten,
  initParameters,
  inspect,
  linear,
  mse,
  ndarray,
  overfitOneBatch,
  relu,
  sequential,
  sgd,
  tensor,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

type Row = readonly [trainLoss: number, trainAccuracy: number, testLoss: number, testAccuracy: number];

function history(...rows: readonly Row[]): readonly EpochRecord[] {
  return rows.map(([loss, accuracy, testLoss, testAccuracy], i) => ({
    epoch: i + 1,
    train: { loss, accuracy },
    validation: null,
    test: { loss: testLoss, accuracy: testAccuracy },
    seconds: 1,
  }));
}

const rules = (records: readonly EpochRecord[]) => diagnoseHistory(records).map((f) => f.rule);

describe('the history of a run', () => {
  test('a good run gives no finding', () => {
    expect(rules(history([0.6, 0.9, 0.5, 0.91], [0.3, 0.95, 0.32, 0.945], [0.2, 0.97, 0.25, 0.96]))).toEqual([]);
  });

  test('a held-out loss that rises while training goes on is overfitting', () => {
    const findings = diagnoseHistory(history([0.6, 0.8, 0.5, 0.8], [0.3, 0.9, 0.4, 0.85], [0.1, 0.97, 0.5, 0.93]));
    expect(findings.map((f) => f.rule)).toEqual(['overfitting']);
    expect(findings[0]?.seen).toMatch(/lowest in epoch 2 \(0\.4000\).*0\.5000/);
  });

  test('accuracies that lie apart are overfitting', () => {
    expect(rules(history([0.6, 0.8, 0.5, 0.8], [0.3, 0.95, 0.45, 0.88], [0.1, 0.99, 0.45, 0.9]))).toEqual([
      'overfitting',
    ]);
  });

  test('a loss that stops while accuracy is low is underfitting', () => {
    expect(rules(history([1.5, 0.5, 1.5, 0.5], [1.2, 0.6, 1.2, 0.6], [1.199, 0.61, 1.2, 0.6]))).toEqual([
      'underfitting',
    ]);
  });

  test('a training loss that rises is a rate that is too high', () => {
    expect(rules(history([0.6, 0.9, 0.6, 0.9], [0.5, 0.91, 0.5, 0.91], [0.8, 0.9, 0.8, 0.9]))).toContain(
      'learning rate too high',
    );
  });

  test('a loss that creeps is a rate that is too low', () => {
    expect(rules(history([2.3, 0.1, 2.3, 0.1], [2.2, 0.3, 2.2, 0.3], [2.1, 0.4, 2.1, 0.4]))).toEqual([
      'learning rate too low',
    ]);
  });

  test('real runs show the learning rate, and fit says so', async () => {
    const x = ndarray(
      'float32',
      [32, 2],
      Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 7.3)),
    );
    const y = ndarray(
      'int32',
      [32],
      Int32Array.from({ length: 32 }, (_, i) => ((x.data[2 * i] as number) > 0 ? 1 : 0)),
    );
    const run = async (lr: number | ((step: number) => number)) => {
      const t = await createTrainer({
        model: linear(2, 2),
        loss: crossEntropy(),
        optimizer: sgd({ lr }),
        backend: referenceBackend(),
      });
      const lines: string[] = [];
      const { findings } = await fit(t, {
        train: { length: 1, batchSize: 32, epoch: () => [{ x, y }] },
        epochs: 4,
        log: (l) => lines.push(l),
      });
      expect(lines).toHaveLength(4 + findings.length);
      return findings.map((f) => f.rule);
    };
    expect(await run(0.02)).toEqual(['learning rate too low']);
    expect(await run((step) => (step < 3 ? 1 : -3))).toContain('learning rate too high');
  });
});

describe('the data', () => {
  const images = (n: number, from: number) =>
    ndarray(
      'uint8',
      [n, 1, 2, 2],
      Uint8Array.from({ length: n * 4 }, (_, i) => ((Math.floor(i / 4) + from) * 31 + (i % 4) * 7) % 256),
    );

  test('samples in both sets are a leak', () => {
    const y = ndarray(
      'int32',
      [20],
      Int32Array.from({ length: 20 }, (_, i) => i % 2),
    );
    expect(diagnoseData({ train: { x: images(20, 0), y }, heldOut: { x: images(5, 100) } })).toEqual([]);
    const [finding] = diagnoseData({ train: { x: images(20, 0), y }, heldOut: { x: images(10, 17) } });
    expect(finding?.rule).toBe('data leak');
    expect(finding?.seen).toMatch(/^3 of 10/);
  });

  test('a rare class is found', () => {
    const y = ndarray(
      'int32',
      [33],
      Int32Array.from({ length: 33 }, (_, i) => (i < 30 ? 0 : 1)),
    );
    const [finding] = diagnoseData({ train: { x: images(33, 0), y } });
    expect(finding).toMatchObject({ rule: 'class imbalance', seen: 'class 0 has 30 samples, class 1 only 3' });
  });
});

describe('inspect', () => {
  const model = sequential(linear(2, 4), relu(), linear(4, 1));
  const x = tensor([
    [1, 2],
    [3, 4],
    [0.5, 1],
  ]);
  const y = tensor([[1], [0], [1]]);

  test('describes outputs and gradients, and finds dead units', async () => {
    const parameters = {
      ...initParameters(model, 1),
      '0.bias': tensor([-100, 0, 0, 0]),
      '0.weight': tensor([
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
    };
    const reports = await inspect({ model, parameters, loss: mse(), backend: referenceBackend(), x, y });
    expect(reports.map((r) => `${r.path} ${r.label}`)).toEqual(['0 linear(2 → 4)', '1 relu', '2 linear(4 → 1)']);
    expect(reports[1]).toMatchObject({ dead: 1, units: 4 });
    expect(reports[1]?.output.zeros).toBeCloseTo(0.25, 6);
    expect(Object.keys(reports[0]?.gradients ?? {})).toEqual(['weight', 'bias']);
    const findings = diagnoseLayers(reports);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.seen).toMatch(/1 of 4 units of layer 1 relu/);
  });

  test('one batch can be learnt by heart', async () => {
    const make = (lr: number) =>
      createTrainer({
        model: sequential(flatten(), linear(2, 1)),
        loss: mse(),
        optimizer: sgd({ lr }),
        backend: referenceBackend(),
      });
    const good = await overfitOneBatch(await make(0.05), { x, y }, { steps: 500, target: 0.2 });
    expect(good.reached).toBe(true);
    expect(good.steps).toBeLessThan(500);
    const bad = await overfitOneBatch(await make(0), { x, y }, { steps: 5 });
    expect(bad).toMatchObject({ reached: false, steps: 5 });
  });
});
