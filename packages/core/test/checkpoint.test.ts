import { describe, expect, test } from 'vitest';
import { type Graph, graph, type Node, optimize, printGraph } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import { add, input, matmul, mul, slice, sum, tanh } from '../src/public/ops.ts';
import { gradCheck, largestDifference } from '../src/public/testing.ts';
import { backend, run } from './_reference.ts';

const block = (): d.Layer =>
  d.sequential(d.linear(6, 8), d.batchNorm1d(8), d.gelu(), d.dropout(0.3), d.linear(8, 6), d.tanh());
const attention = (): d.Layer => d.sequential(d.transformerEncoderLayer(6, 2, { dimFeedforward: 5, dropout: 0.2 }));

/** Networks with `around` put around some of their parts, and the batch that they take. */
const NETWORKS: Readonly<Record<string, readonly [(around: (layer: d.Layer) => d.Layer) => d.Layer, d.Shape]>> = {
  'two blocks': [(around) => d.sequential(around(block()), around(block()), d.linear(6, 2)), [7, 6]],
  'the first layer, so that nothing before it is asked for': [
    (around) => d.sequential(around(d.linear(6, 3)), d.tanh()),
    [4, 6],
  ],
  'one in another': [
    (around) => d.sequential(around(d.sequential(around(block()), d.linear(6, 6), d.sigmoid())), d.linear(6, 2)),
    [7, 6],
  ],
  'weights that are used before it, too': [
    (around) =>
      d.tie(d.sequential(d.linear(6, 6), d.tanh(), around(d.sequential(d.linear(6, 6), d.tanh()))), {
        '2.0.weight': '0.weight',
      }),
    [5, 6],
  ],
  'inside a residual block': [
    (around) => d.sequential(d.linear(6, 6), d.residual(around(block())), d.residual(around(block()))),
    [5, 6],
  ],
  attention: [(around) => d.sequential(around(attention()), around(attention())), [2, 3, 6]],
  'computed weights': [
    (around) =>
      d.sequential(
        around(d.weightNorm(d.linear(6, 6))),
        around(d.sequential(d.spectralNorm(d.linear(6, 4)))),
        d.relu(),
      ),
    [5, 6],
  ],
  nothing: [(around) => d.sequential(d.linear(6, 3), around(d.identity()), d.tanh()), [4, 6]],
};

describe.each(Object.entries(NETWORKS))('checkpoint around %s', (_, [make, shape]) => {
  const [plain, again] = [make((layer) => layer), make(d.checkpoint)];

  test.each(['adam', 'sam'])('trains to the same bits with %s', async (name) => {
    const optimizer = name === 'adam' ? d.adam({ lr: 0.01 }) : d.sam(0.05, d.sgd({ lr: 0.05 }));
    const results = [];
    for (const model of [plain, again]) {
      const options = { model, loss: d.mse(), optimizer, backend, seed: 4 };
      const trainer = await d.createTrainer(options);
      const { outputShape } = d.summarize(model, { shape: shape.slice(1) }).rows.at(-1) as d.SummaryRow;
      const losses: number[] = [];
      for (let step = 0; step < 3; step++) {
        const y = floats([shape[0] as number, ...outputShape.slice(1)], step + 9);
        losses.push((await trainer.step(floats(shape, step), y)).loss);
      }
      results.push({ losses, parameters: await trainer.parameters() });
      trainer.dispose();
    }
    expect(results[1]?.losses.every(Number.isFinite)).toBe(true);
    expect(results[1]).toEqual(results[0]);
  });

  test('keeps names and evaluation', () => {
    expect(again.parameters.map((p) => p.name)).toEqual(plain.parameters.map((p) => p.name));
    const sample = { shape: shape.slice(1) };
    expect(printGraph(d.forwardGraph(again, sample))).toBe(printGraph(d.forwardGraph(plain, sample)));
  });
});

/** The gradient of `Σ tanh(h·w)²`, where `h = tanh(x·w)` is computed in a checkpoint. */
function example(around: (layer: d.Layer) => d.Layer): { readonly y: Node; readonly w: Node; readonly x: Node } {
  const [x, w] = [input('x', [3, 2]), input('w', [2, 2])];
  const inner = d.layer('inner', {}, (h: Node) => tanh(matmul(tanh(mul(h, h)), w)));
  const apply = (h: Node): Node => d.applyLayer(around(inner), h, new Map(), { training: true });
  const y = apply(apply(matmul(x, w)));
  return { y: sum(mul(y, y)), w, x };
}

describe('the graph of a checkpoint', () => {
  const feeds = { x: floats([3, 2], 1), w: floats([2, 2], 5) };

  test('computes forward twice, behind barriers that passes leave alone', () => {
    const count = ({ nodes }: Graph, name: string): number => nodes.filter(({ op }) => op.name === name).length;
    const gradientOf = (around: (layer: d.Layer) => d.Layer): Graph => {
      const { y, w } = example(around);
      return optimize(graph({ y, w: d.gradients(y, [w])[0] as Node }), () => false);
    };
    const [plain, again] = [gradientOf((layer) => layer), gradientOf(d.checkpoint)];
    expect([count(plain, 'tanh'), count(plain, 'barrier')]).toEqual([4, 0]);
    expect(count(again, 'tanh')).toBe(8);
    // One in front of each part that is computed again, and one behind: what comes before waits for the gradient of w.
    expect(count(again, 'barrier')).toBe(4);
    expect(again.nodes.some(({ op }) => op.name.startsWith('checkpoint'))).toBe(false);
  });

  test('first derivatives are those without it; the weight is used before it and in it', async () => {
    const values = [];
    for (const around of [(layer: d.Layer) => layer, d.checkpoint]) {
      const { y, w, x } = example(around);
      const [dw, dx] = d.gradients(y, [w, x]) as [Node, Node];
      values.push(await run({ dw, dx }, feeds));
    }
    expect(values[1]).toEqual(values[0]);
  });

  test('second derivatives, too', async () => {
    const values = [];
    for (const around of [(layer: d.Layer) => layer, d.checkpoint]) {
      const { y, w, x } = example(around);
      const [dw, dx] = d.gradients(y, [w, x]) as [Node, Node];
      const both = d.gradients(add(sum(mul(dw, dw)), sum(mul(dx, dx))), [w, x]) as [Node, Node];
      values.push(await run({ w: both[0], x: both[1] }, feeds));
    }
    for (const name of ['w', 'x'])
      expect(largestDifference(values[1]?.[name] as d.NDArray, values[0]?.[name] as d.NDArray), name).toBeLessThan(
        1e-5,
      );
  });

  test('by finite differences', async () => {
    const model = d.layer('inner', {}, (h: Node) => tanh(mul(tanh(h), h)));
    const twice = (h: Node): Node => d.applyLayer(d.checkpoint(model), h, new Map(), { training: true });
    const { checked, maxAbsDifference } = await gradCheck((h) => sum(mul(twice(twice(h)), h)), [floats([2, 3], 3)]);
    expect(checked).toBe(6);
    expect(maxAbsDifference).toBeLessThan(1e-5);
  });
});

test('indices that are looked up inside are looked at, as without it', async () => {
  const model = d.sequential(d.checkpoint(d.embedding(5, 3) as d.Layer), d.linear(3, 2));
  const trainer = await d.createTrainer({ model, loss: d.mse(), optimizer: d.sgd({ lr: 0.1 }), backend });
  await expect(trainer.step(d.tensor([[5]], 'int32'), d.full([1, 1, 2], 0))).rejects.toThrow(/index 5 in row 0/);
  await trainer.step(d.tensor([[4]], 'int32'), d.full([1, 1, 2], 0));
  trainer.dispose();
});

test.each([
  ['a checkpoint', d.checkpoint(d.flatten()), [1, 1, 1, 4]],
  ['pixelShuffle', d.sequential(d.pixelShuffle(2), d.flatten()), [1, 4, 1, 1]],
] as const)('indices that go through %s in front of a table are looked at', async (_, front, shape) => {
  const first = d.layer('first', {}, (x: Node) => slice(x, { axis: 1, end: 2 }));
  const model = d.sequential(front as d.Layer, first, d.embedding(5, 3) as d.Layer, d.linear(3, 2));
  const trainer = await d.createTrainer({ model, loss: d.mse(), optimizer: d.sgd({ lr: 0.1 }), backend });
  const step = (...indices: number[]): Promise<unknown> =>
    trainer.step(d.ndarray('int32', shape, Int32Array.from(indices)), d.full([1, 2, 2], 0));
  await expect(step(0, 5, 0, 0)).rejects.toThrow(/index 5 in row 0/);
  await step(0, 4, 9, 9);
  trainer.dispose();
});

test('several tensors by name go in and come out', async () => {
  const inner = d.layer('inner', { a: d.linear(2, 3), b: d.linear(2, 3) }, (x: { p: Node; q: Node }, { a, b }) => ({
    sum: add(a(x.p), b(x.q)),
    product: tanh(mul(a(x.q), b(x.p))),
  }));
  const loss = d.weightedSum(
    { loss: d.lossOn({ output: 'sum', target: 's' }, d.mse()), weight: 1 },
    { loss: d.lossOn({ output: 'product', target: 't' }, d.mse()), weight: 2 },
  );
  const after = [];
  for (const model of [inner, d.checkpoint(inner)]) {
    const trainer = await d.createTrainer({
      model,
      loss: loss as never,
      optimizer: d.sgd({ lr: 0.1 }),
      backend,
      seed: 2,
    });
    const x = { p: floats([4, 2], 1), q: floats([4, 2], 2) };
    await trainer.step(x as never, { s: floats([4, 3], 3), t: floats([4, 3], 4) } as never);
    after.push(await trainer.parameters());
    trainer.dispose();
  }
  for (const [name, array] of Object.entries(after[0] as d.Parameters))
    expect(largestDifference(after[1]?.[name] as d.NDArray, array), name).toBeLessThan(1e-6);
});

test('what is no layer is refused', () => {
  expect(() => d.checkpoint(d.linear as never)).toThrow(/call the function/);
  expect(() => d.checkpoint([d.linear(2, 3)] as never)).toThrow(/is not a layer/);
});

function floats(shape: d.Shape, seed: number): d.NDArray {
  return d.ndarray(
    'float32',
    shape,
    Float32Array.from({ length: d.numel(shape) }, (_, i) => Math.sin(seed * 3 + i * 1.7)),
  );
}
