import {
  accumulate,
  accuracy,
  averaged,
  averageGradients,
  type Batch,
  type BatchSource,
  createTrainer,
  crossEntropy,
  everySteps,
  type FitPosition,
  fit,
  type Loss,
  linear,
  lossOn,
  type Metrics,
  meanOf,
  type NDArray,
  type Optimizer,
  sgd,
  type Trainer,
  type TrainerState,
  tensor,
  weightedSum,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

// Five samples of which the classes have weights 1, 2 and 0.5. Cut into uneven batches, means of means would be wrong.
const rows = [
  [1, 2],
  [-1, 0.5],
  [0.3, -2],
  [2, 2],
  [-0.5, -1],
];
const labels = [0, 2, 1, 2, 0];
const weight = [1, 2, 0.5];
const parameters = {
  weight: tensor([
    [0.1, -0.2],
    [0.3, 0.05],
    [-0.15, 0.4],
  ]),
  bias: tensor([0, 0.1, -0.1]),
};
const whole = batch(0, 5);
const uneven = [batch(0, 1), batch(1, 4), batch(4, 5)];

function batch(from: number, to: number): Batch {
  return { x: tensor(rows.slice(from, to)), y: tensor(labels.slice(from, to), 'int32') };
}

function make(loss: Loss = crossEntropy({ weight }), optimizer: Optimizer = sgd({ lr: 0.5 })): Promise<Trainer> {
  return createTrainer({
    ...{ model: linear(2, 3), loss, optimizer, metrics: [accuracy()], backend: referenceBackend(), parameters },
  });
}

function expectNumbers(actual: NDArray | undefined, expected: readonly number[]): void {
  expect([...(actual?.data ?? [])]).toHaveLength(expected.length);
  for (const [i, v] of expected.entries()) expect(actual?.data[i]).toBeCloseTo(v, 6);
}

describe('evaluation in uneven batches is that of one batch', () => {
  // torch.nn.CrossEntropyLoss(weight, ignore_index)(linear(x), y), PyTorch 2.13
  test.each([
    ['with class weights', crossEntropy({ weight }), 1.1137053966522217],
    ['with class weights and a label that is ignored', crossEntropy({ weight, ignoreIndex: 1 }), 1.179313063621521],
  ])('%s, as PyTorch computes it', async (_, loss, expected) => {
    const t = await make(loss);
    for (const batches of [[whole], uneven, rows.map((_, i) => batch(i, i + 1))])
      expect((await t.evaluate(batches)).loss).toBeCloseTo(expected, 6);
    const resident = await t.resident(whole);
    for (const size of [5, 3, 1]) expect((await resident.evaluate(size)).loss).toBeCloseTo(expected, 6);
  });

  const terms = [
    { loss: crossEntropy({ weight }), weight: 0.3 },
    { loss: crossEntropy({ ignoreIndex: 2 }), weight: 2 },
    { loss: crossEntropy(), weight: 0.5 },
  ] as const;
  // The sum of what PyTorch's cross_entropy gives for each, with weight, with ignore_index=2 and plain, times 0.3, 2 and 0.5.
  const SUM = 3.274909019470215;

  test('of a sum of losses that are means over different things, each term by its own weight', async () => {
    const nested = weightedSum({ loss: weightedSum(terms[0], terms[1]), weight: 1 }, terms[2]);
    for (const loss of [weightedSum(...terms), nested]) {
      const t = await make(loss);
      for (const batches of [[whole], uneven, rows.map((_, i) => batch(i, i + 1))])
        expect((await t.evaluate(batches)).loss).toBeCloseTo(SUM, 6);
      const resident = await t.resident(whole);
      for (const size of [5, 3, 1]) expect((await resident.evaluate(size)).loss).toBeCloseTo(SUM, 6);
      const results = [];
      for (const part of uneven) results.push(await t.evaluate([part]));
      expect(meanOf(results).loss).toBeCloseTo(SUM, 6);
      expect(meanOf([meanOf(results.slice(0, 2)), ...results.slice(2)]).loss).toBeCloseTo(SUM, 6);
    }
  });

  test('of the same for one of several targets, and as the mean of an epoch, also when it is resumed', async () => {
    const on = { target: 'label' } as const;
    const loss = weightedSum(...terms.map((term) => ({ ...term, loss: lossOn(on, term.loss) })));
    const make = () =>
      createTrainer({ model: linear(2, 3), loss, optimizer: sgd({ lr: 0 }), backend: referenceBackend(), parameters });
    const parts = uneven.map(({ x, y }) => ({ x, y: { label: y } }));
    const t = await make();
    expect((await t.evaluate(parts)).loss).toBeCloseTo(SUM, 6);
    const train = { length: 3, batchSize: 2, epoch: () => parts };
    const positions: FitPosition[] = [];
    const keep = everySteps(2, ({ position }) => {
      positions.push(JSON.parse(JSON.stringify(position)));
    });
    const { history } = await fit(t, { train, epochs: 1, callbacks: [keep], log: null });
    expect(history[0]?.train.loss).toBeCloseTo(SUM, 6);
    const again = await fit(await make(), { train, epochs: 1, resume: positions[0] as FitPosition, log: null });
    expect(again.history[0]?.train.loss).toBeCloseTo(SUM, 6);
  });

  test('gradients of such a sum are averaged only where all terms count alike', async () => {
    const t = await make(weightedSum(...terms));
    const gradients = async (b: Batch) => t.gradients(b.x, b.y);
    const parts = [await gradients(batch(0, 1)), await gradients(batch(1, 4))];
    expect(() => averageGradients(parts)).toThrow(/a sum of means over different things/);
    const [once, twice] = [await gradients(whole), averageGradients([await gradients(whole), await gradients(whole)])];
    expect(twice.metrics.loss).toBeCloseTo(SUM, 6);
    expectNumbers(twice.gradients['bias'], [...(once.gradients['bias']?.data ?? [])]);
    await t.update(twice);
    // torch.optim.SGD(lr=0.5) on that sum, PyTorch 2.13
    expectNumbers((await t.parameters())['bias'], [0.32039156556129456, 0.029507972300052643, -0.3498994708061218]);
  });

  test('a batch of nothing but ignored labels counts as nothing', async () => {
    const t = await make(crossEntropy({ ignoreIndex: -100 }));
    const ignored = { x: tensor([[9, -9]]), y: tensor([-100], 'int32') };
    expect(await t.evaluate([whole, ignored])).toEqual(await t.evaluate([whole]));
    await expect(t.evaluate([ignored])).rejects.toThrow(/none of which counts for the loss/);
  });
});

describe('accumulate over uneven batches', () => {
  test('makes the update of one batch, as PyTorch computes it', async () => {
    const t = await make(crossEntropy({ weight }), accumulate(3, sgd({ lr: 0.5, momentum: 0.9 })));
    const losses: number[] = [];
    for (let update = 0; update < 2; update++) {
      const results: Metrics[] = [];
      for (const { x, y } of uneven) results.push(await t.step(x, y));
      losses.push(meanOf(results).loss);
    }
    expect(losses[0]).toBeCloseTo(1.1137053966522217, 6);
    expect(losses[1]).toBeCloseTo(0.8012927770614624, 6);
    const after = await t.parameters();
    expectNumbers(
      after['weight'],
      [
        0.13303647935390472, 0.46593642234802246, 0.2747606635093689, -0.7924882769584656, -0.15779712796211243,
        0.5765519142150879,
      ],
    );
    expectNumbers(after['bias'], [0.07845073938369751, 0.10749666392803192, -0.18594737350940704]);
  });

  test('refuses a sum of means over different things, and takes one of means over the same', async () => {
    const plain = { loss: crossEntropy(), weight: 1 };
    const weighing = { loss: crossEntropy({ weight }), weight: 0.5 };
    const optimizer = averaged(0.9, accumulate(3, accumulate(1, sgd({ lr: 0.5 }))));
    for (const terms of [
      [plain, weighing],
      [weighing, { loss: crossEntropy({ ignoreIndex: 2 }), weight: 1 }],
    ]) {
      const t = await make(weightedSum(...terms), optimizer);
      await expect(t.step(whole.x, whole.y)).rejects.toThrow(/accumulate cannot join.*\n(.|\n)*larger batches/);
    }
    for (const term of [plain, weighing]) {
      const loss = weightedSum(term, { ...term, weight: 1 });
      const [parts, once] = [await make(loss, accumulate(3, sgd({ lr: 0.5 }))), await make(loss)];
      for (const { x, y } of uneven) await parts.step(x, y);
      await once.step(whole.x, whole.y);
      expectNumbers((await parts.parameters())['bias'], [...((await once.parameters())['bias']?.data ?? [])]);
    }
  });

  test('leaves a batch of nothing but ignored labels out', async () => {
    const loss = crossEntropy({ ignoreIndex: -100 });
    const t = await make(loss, accumulate(2, sgd({ lr: 0.5 })));
    await t.step(whole.x, whole.y);
    await t.step(tensor([[9, -9]]), tensor([-100], 'int32'));
    const single = await make(loss);
    await single.step(whole.x, whole.y);
    const [after, expected] = [await t.parameters(), await single.parameters()];
    for (const name of ['weight', 'bias']) expectNumbers(after[name], [...(expected[name]?.data ?? [])]);
  });
});

describe('the means of an epoch', () => {
  const fed = { length: 3, batchSize: 2, epoch: () => [batch(0, 2), batch(2, 4), batch(4, 5)] };
  const source = (resident: boolean): BatchSource =>
    resident ? { ...fed, dataset: whole, indices: () => Uint32Array.of(0, 1, 2, 3, 4) } : fed;
  const still = sgd({ lr: 0 });

  test.each([true, false])('of fit are those of one batch (resident: %s)', async (resident) => {
    const t = await make(crossEntropy({ weight }), still);
    const { history } = await fit(t, { train: source(resident), test: source(resident), epochs: 1, log: null });
    expect(history[0]?.train.loss).toBeCloseTo(1.1137053966522217, 6);
    expect(history[0]?.test?.loss).toBeCloseTo(1.1137053966522217, 6);
    expect(history[0]?.train.accuracy).toBeCloseTo((await t.evaluate([whole])).accuracy as number, 6);
  });

  test('survive a checkpoint in the middle of an epoch, which is plain JSON', async () => {
    let saved: { state: TrainerState; position: FitPosition } | undefined;
    const stopping = everySteps(1, async ({ trainer, position, stop }) => {
      saved = { state: await trainer.state(), position: JSON.parse(JSON.stringify(position)) as FitPosition };
      stop('enough');
    });
    const train = source(false);
    await fit(await make(undefined, still), { train, epochs: 1, callbacks: [stopping], log: null });
    expect(saved?.position.totals.weights?.['loss']).toBe(1.5);
    const t = await make(undefined, still);
    await t.load(saved?.state as TrainerState);
    const { history } = await fit(t, { train, epochs: 1, resume: saved?.position as FitPosition, log: null });
    expect(history[0]?.train.loss).toBeCloseTo(1.1137053966522217, 6);
  });

  test('of a loop of one’s own are meanOf of its results', async () => {
    const t = await make(undefined, still);
    const results: Metrics[] = [];
    for (const { x, y } of uneven) results.push(await t.step(x, y));
    expect(meanOf(results).loss).toBeCloseTo(1.1137053966522217, 6);
    expect(meanOf([meanOf(results.slice(0, 2)), results[2] as Metrics]).loss).toBeCloseTo(1.1137053966522217, 6);
    // What results count is not in the way of those who print or copy them.
    expect(Object.keys(results[0] as Metrics)).toEqual(['loss', 'accuracy']);
    expect(() => meanOf([])).toThrow(/nothing to average/);
    expect(() => meanOf([{ ...(results[0] as Metrics) }])).toThrow(/not a copy/);
  });
});

test('a resumed position without weights counts samples, as before', async () => {
  const t = await make(undefined, sgd({ lr: 0 }));
  const train = { length: 2, batchSize: 2, epoch: () => [batch(0, 2), batch(2, 4)] };
  const totals = { sums: { loss: 10, accuracy: 0 }, samples: 2 };
  const { history } = await fit(t, { train, epochs: 1, resume: { epoch: 1, step: 1, totals, history: [] }, log: null });
  const { loss } = await t.evaluate([batch(2, 4)]);
  // The second batch has one label of weight 2 and one of weight 0.5: 2.5 beside the 2 samples from before.
  expect(history[0]?.train.loss).toBeCloseTo((10 + 2.5 * loss) / 4.5, 6);
});
