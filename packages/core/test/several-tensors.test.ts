import { describe, expect, test } from 'vitest';
import {
  type AnyBatch,
  type AnyLayer,
  type AnyLoss,
  type AnyMetric,
  accuracy,
  branches,
  concat,
  createTrainer,
  crossEntropy,
  fit,
  layer,
  linear,
  lossOn,
  metricOn,
  mse,
  type NDArray,
  type Node,
  parallel,
  parameter,
  relu,
  sequential,
  sgd,
  tensor,
  ValueError,
  weightedSum,
} from '../src/public/index.ts';
import { add, gather, mean, mul } from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';
import { elbo, vae } from './examples/vae.ts';

const backend = referenceBackend();
type Pair = { readonly left: Node; readonly right: Node };

/** Two inputs, added after a layer each. */
const two = layer('two', { a: linear(2, 3), b: linear(1, 3) }, ({ left, right }: Pair, { a, b }) =>
  add(a(left), b(right)),
);
const left = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const right = tensor([[1], [0], [-1]]);
const labels = tensor([0, 1, 2], 'int32');

/** The same network of one input: the columns of both. */
function joined(parameters: Readonly<Record<string, NDArray>>) {
  const [wa, wb] = [parameters['a.weight'] as NDArray, parameters['b.weight'] as NDArray];
  const [ba, bb] = [parameters['a.bias'] as NDArray, parameters['b.bias'] as NDArray];
  const rows = [0, 1, 2].map((r) => [wa.data[2 * r], wa.data[2 * r + 1], wb.data[r]] as number[]);
  return { weight: tensor(rows), bias: tensor([0, 1, 2].map((r) => (ba.data[r] as number) + (bb.data[r] as number))) };
}
const together = tensor([
  [1, 2, 1],
  [3, 4, 0],
  [5, 6, -1],
]);

describe('networks of several tensors', () => {
  test('several inputs: step, evaluate and predict as with one input of all columns', async () => {
    const trainer = await createTrainer({
      model: two,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      metrics: [accuracy()],
      backend,
      seed: 1,
    });
    const same = await createTrainer({
      model: linear(3, 3),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      metrics: [accuracy()],
      backend,
      parameters: joined(await trainer.parameters()) as never,
    });
    const first = await trainer.step({ left, right }, labels);
    expect(first.loss).toBeCloseTo((await same.step(together, labels)).loss, 5);
    const mine = joined(await trainer.parameters());
    // The biases of both parts get the whole gradient each, so only the weights move as in one layer.
    const theirs = await same.parameters();
    for (const [i, w] of [...mine.weight.data].entries()) expect(w).toBeCloseTo(theirs['weight']?.data[i] as number, 5);
    const evaluated = await trainer.evaluate([{ x: { left, right }, y: labels }]);
    expect(Object.keys(evaluated)).toEqual(['loss', 'accuracy']);
    expect((await trainer.predict({ left, right })).shape).toEqual([3, 3]);
  });

  test('several outputs and targets: a sum of losses, metrics by name, outputs by name', async () => {
    const heads = sequential(linear(2, 4), relu(), parallel({ logits: linear(4, 3), value: linear(4, 1) }));
    const trainer = await createTrainer({
      model: heads,
      loss: weightedSum(
        { loss: lossOn({ output: 'logits', target: 'label' }, crossEntropy()), weight: 1 },
        { loss: lossOn({ output: 'value', target: 'size' }, mse()), weight: 0.5 },
      ),
      metrics: [metricOn({ output: 'logits', target: 'label', name: 'accuracy' }, accuracy())],
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    const y = { label: labels, size: tensor([[1], [2], [3]]) };
    const results = [];
    for (let i = 0; i < 30; i++) results.push(await trainer.step(left, y));
    expect(results.at(-1)?.loss).toBeLessThan((results[0]?.loss as number) * 0.8);
    const out = await trainer.predict(left);
    expect(Object.keys(out)).toEqual(['logits', 'value']);
    expect(out.value.shape).toEqual([3, 1]);
    await expect(trainer.step(left, { label: tensor([0, 1, 3], 'int32'), size: y.size })).rejects.toThrow(
      /of label: a label is not a class(.|\n)*row 2/,
    );
  });

  test('branches give each input to its layer, in the order of the layers', async () => {
    const model = sequential(branches({ right: linear(1, 2), left: linear(2, 3) }), concat(), linear(5, 1));
    expect(model.parameters.map(({ name }) => name)).toEqual([
      '0.right.weight',
      '0.right.bias',
      '0.left.weight',
      '0.left.bias',
      '2.weight',
      '2.bias',
    ]);
    const trainer = await createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0.05 }), backend });
    const y = tensor([[1], [2], [3]]);
    const losses = [];
    for (let i = 0; i < 30; i++) losses.push((await trainer.step({ left, right }, y)).loss);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) * 0.5);
    await expect(trainer.predict({ left } as never)).rejects.toThrow(/received: left\n.*expected: right, left/);
    await expect(trainer.predict(left as never)).rejects.toThrow(/one input without a name/);
    for (const wrong of [undefined, null, 3, {}, linear(2, 3), { a: 3 }]) {
      expect(() => branches(wrong as never), String(wrong)).toThrow(ValueError);
    }
  });

  test('an output or a target that there is not, and one where there are several, are answered with the names', async () => {
    const heads = sequential(linear(2, 4), relu(), parallel({ logits: linear(4, 3), value: linear(4, 1) }));
    const y = { label: labels, size: tensor([[1], [2], [3]]) };
    const on = (output: string, target: string) => lossOn({ output, target }, crossEntropy());
    const good = on('logits', 'label');
    const step = async (
      loss: AnyLoss,
      metrics: readonly AnyMetric[] = [],
      model: AnyLayer = heads,
      target: object = y,
    ) => {
      const options = { model, loss, metrics, optimizer: sgd({ lr: 0.1 }), backend };
      const trainer = await createTrainer(options as never);
      return trainer.step(left as never, target as never);
    };
    await step(good);
    await expect(step(on('logit', 'label'))).rejects.toThrow(/no output called 'logit'\n.*logits, value/);
    await expect(step(on('logits', 'labels'))).rejects.toThrow(/no target called 'labels'\n.*label, size/);
    await expect(step(on('toString', 'label'))).rejects.toThrow(/no output called 'toString'/);
    await expect(step(crossEntropy())).rejects.toThrow(/takes one output, and there are several\n.*logits, value/);
    await expect(step(lossOn({ output: 'logits' }, crossEntropy()))).rejects.toThrow(
      /takes one target.*\n.*label, size/,
    );
    await expect(step(good, [accuracy()])).rejects.toThrow(/takes one output, and there are several/);
    const single = step(on('logits', 'label'), [], linear(2, 3), labels);
    await expect(single).rejects.toThrow(
      /no output called 'logits'\n.*one output without a name(.|\n)*leave the name out/,
    );
  });

  test('a layer for one tensor that is given several says so, and how to make one of them', async () => {
    const model = linear(3, 2) as never;
    const trainer = await createTrainer({
      model,
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    const x = { numbers: tensor([[1, 2, 3]]), kinds: tensor([[1]], 'int32') };
    await expect(trainer.step(x as never, tensor([[0, 0]]))).rejects.toThrow(
      /the layer takes one tensor and is given several by name\n {2}received: numbers, kinds/,
    );
    trainer.dispose();
  });

  test('losses see what a network returns besides its output', async () => {
    const model = layer('watched', { hidden: linear(2, 4), head: linear(4, 1) }, (x: Node, { hidden, head }) => {
      const activity = hidden(x);
      return { output: head(activity), activity };
    });
    const quiet = {
      label: 'activity',
      apply: ({ activity }: { readonly activity: Node }) => mean(mul(activity, activity)),
    };
    const trainer = await createTrainer({
      model,
      loss: weightedSum({ loss: lossOn({ output: 'output' }, mse()), weight: 0 }, { loss: quiet, weight: 1 }),
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    const losses: number[] = [];
    for (let i = 0; i < 20; i++) losses.push((await trainer.step(left, tensor([[0], [0], [0]]))).loss);
    const { activity } = await trainer.predict(left);
    const after = [...activity.data].reduce((total, v) => total + v ** 2, 0) / activity.data.length;
    expect(after).toBeLessThan((losses[0] as number) / 2);
  });

  test('fit trains on several arrays that lie in memory and on batches as they come, with the same numbers', async () => {
    const data = { x: { left, right }, y: labels };
    const make = () =>
      createTrainer({ model: two, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend, seed: 2 });
    const rows = Uint32Array.of(2, 0, 1);
    const take = (array: NDArray, at: readonly number[]): NDArray => {
      const size = array.data.length / 3;
      const picked = at.flatMap((r) => [...array.data.subarray(r * size, (r + 1) * size)]);
      return { ...tensor(picked, array.dtype as 'float32'), shape: [at.length, ...array.shape.slice(1)] };
    };
    const batches: AnyBatch[] = [[2, 0], [1]].map((at) => ({
      x: { left: take(left, at), right: take(right, at) },
      y: take(labels, at),
    }));
    const resident = await make();
    const fed = await make();
    const common = { epochs: 2, log: null };
    const source = { length: 2, batchSize: 2, epoch: () => batches };
    const a = await fit(resident, { train: { ...source, dataset: data, indices: () => rows }, ...common });
    const b = await fit(fed, { train: source, ...common });
    for (const [i, { train }] of a.history.entries())
      expect(train.loss).toBeCloseTo(b.history[i]?.train.loss as number, 6);
  });

  test('integer inputs: tokens and an embedding', async () => {
    const embedding = layer('embedding', { weight: parameter([5, 4]) }, (x, { weight }) => gather(weight, x));
    const model = sequential(
      embedding,
      layer('mean', {}, (x) => mean(x, { axes: [1] })),
      linear(4, 2),
    );
    const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.5 }), backend });
    const tokens = tensor(
      [
        [0, 1, 2],
        [2, 3, 4],
      ],
      'int32',
    );
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) losses.push((await trainer.step(tokens, tensor([0, 1], 'int32'))).loss);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  });

  test('arrays that do not belong together are named', async () => {
    const trainer = await createTrainer({ model: two, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend });
    await expect(trainer.step({ left, right: tensor([[1]]) }, labels)).rejects.toThrow(
      /x\/left \[3, 2\], x\/right \[1, 1\], y \[3\]/,
    );
    await expect(trainer.step({ left } as never, labels)).rejects.toThrow(/right/);
    await expect(trainer.step(left as never, labels)).rejects.toThrow(/needs tensors of a graph/);
  });
});

test('fit looks into networks of several outputs without harm', async () => {
  const trainer = await createTrainer({
    model: vae(2, 4, 1),
    loss: elbo,
    optimizer: sgd({ lr: 0.001 }),
    backend,
  });
  const data = { length: 1, batchSize: 3, dataset: { x: left, y: left }, indices: () => Uint32Array.of(0, 1, 2) };
  const { history, findings } = await fit(trainer, {
    train: { ...data, epoch: () => [{ x: left, y: left }] },
    epochs: 4,
    log: null,
  });
  expect(history).toHaveLength(4);
  expect(Array.isArray(findings)).toBe(true);
});
