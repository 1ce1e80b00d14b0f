import { describe, expect, test } from 'vitest';
import { graph } from '../src/public/backend.ts';
import {
  applyLayer,
  batchNorm2d,
  concat,
  constantInit,
  conv2d,
  createTrainer,
  dropout,
  initParameters,
  layer,
  linear,
  mse,
  type NDArray,
  type Node,
  ndarray,
  parallel,
  parameter,
  relu,
  residual,
  sequential,
  sgd,
  summarize,
  tensor,
  zerosInit,
} from '../src/public/index.ts';
import { add, concat as concatOf, input, matmul, mul, relu as reluOf, sub, sum } from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';

const backend = referenceBackend();

/** The outputs of `model` on `x`, with parameters from seed 1; assigned values under their names. */
async function run(model: Parameters<typeof applyLayer<Node, Node>>[0], x: NDArray, training = false) {
  const parameters = new Map(model.parameters.map((p) => [p.name, input(p.name, p.shape)]));
  const outputs: Record<string, Node> = {};
  outputs['output'] = applyLayer(model, input('x', x.shape), parameters, {
    training,
    assign: (name, value) => {
      outputs[`assigned/${name}`] = value;
    },
  });
  const executable = await backend.compile({ graph: graph(outputs), reads: [], writes: [] });
  return executable.run({ x, ...initParameters(model, 1) });
}

describe('layer', () => {
  test('parts that are layers are functions, parts that are parameters are tensors', async () => {
    const scaled = layer(
      'scaled',
      { inner: linear(2, 2, { bias: false }), gamma: parameter([2], { init: constantInit(3) }) },
      (x, { inner, gamma }) => mul(inner(x), gamma),
    );
    expect(scaled.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['gamma', [2]],
      ['inner.weight', [2, 2]],
    ]);
    const x = tensor([[1, 2]]);
    const weight = initParameters(scaled, 1)['inner.weight'] as NDArray;
    const [a, b, c, d] = weight.data as unknown as [number, number, number, number];
    const { output } = await run(scaled, x);
    expect(output?.data[0]).toBeCloseTo(3 * (a + 2 * b), 5);
    expect(output?.data[1]).toBeCloseTo(3 * (c + 2 * d), 5);
  });

  test('lists of parts are lists, named as in PyTorch', () => {
    const stack = layer('stack', { blocks: [linear(3, 3), linear(3, 3)] }, (x, { blocks }) =>
      blocks.reduce((h, block) => reluOf(block(h)), x),
    );
    expect(stack.parameters.map((p) => p.name)).toEqual([
      'blocks.0.weight',
      'blocks.0.bias',
      'blocks.1.weight',
      'blocks.1.bias',
    ]);
  });

  test('a part that is used twice shares its weights, and its gradient is the sum of both uses', async () => {
    const twice = layer('twice', { inner: linear(2, 2, { bias: false }) }, (x, { inner }) => inner(inner(x)));
    expect(twice.parameters).toHaveLength(1);
    const parameters = {
      'inner.weight': tensor([
        [1, 2],
        [3, 4],
      ]),
    };
    const trainer = await createTrainer({
      model: twice,
      loss: { label: 'first', apply: (output, y) => add(sum(output), mul(sum(y), 0)) },
      optimizer: sgd({ lr: 1 }),
      backend,
      parameters,
    });
    // y = W·W·x with x = (1, 0): d sum(y) / dW = sᵀ ⊗ (W·x) + (Wᵀ·s) ⊗ x, where s is all ones.
    await trainer.step(tensor([[1, 0]]), tensor([[0, 0]]));
    const { data } = (await trainer.parameters())['inner.weight'] as NDArray;
    const gradient = [1 + 4, 3, 1 + 6, 3];
    expect([...data]).toEqual([1, 2, 3, 4].map((w, i) => w - (gradient[i] as number)));
  });

  test('two draws of one layer differ, in one use and in two', async () => {
    const drawTwice = layer('noise', {}, (x, _, { random }) => {
      const noise = (): Node => random({ kind: 'normal', mean: 0, std: 1 }, x.type.shape);
      return add(mul(x, 0), sub(noise(), noise()));
    });
    const shared = layer('shared', { drop: dropout(0.5) }, (x, { drop }) => sub(drop(x), drop(x)));
    for (const model of [drawTwice, shared]) {
      const trainer = await createTrainer({
        model: sequential(linear(64, 64), model),
        loss: { label: 'energy', apply: (output, y) => add(sum(mul(output, output)), mul(sum(y), 0)) },
        optimizer: sgd({ lr: 0 }),
        backend,
      });
      const { loss } = await trainer.step(ndarray('float32', [1, 64], new Float32Array(64).fill(1)), tensor([[0]]));
      expect(loss, model.label).toBeGreaterThan(0.1);
    }
  });

  test('running state of a part that is used twice moves twice, as in PyTorch', async () => {
    const norm = batchNorm2d(1, { momentum: 0.5 });
    const twice = layer('twice', { norm }, (x, parts) => add(parts.norm(x), parts.norm(mul(x, 3))));
    const x = ndarray('float32', [1, 1, 1, 2], Float32Array.of(1, 3));
    const values = await run(twice, x, true);
    // The mean is 2 in the first use and 6 in the second: 0 → 1 → 3.5.
    expect(values['assigned/norm.running_mean']?.data[0]).toBeCloseTo(3.5, 5);
  });

  test('a layer keeps state of its own', async () => {
    const counted = layer(
      'counted',
      { count: parameter([], { init: zerosInit, trainable: false }) },
      (x, { count }, { training, assign }) => {
        if (training) assign('count', add(count, 1));
        return x;
      },
    );
    const trainer = await createTrainer({
      model: sequential(counted, linear(1, 1)),
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend,
    });
    for (let i = 0; i < 3; i++) await trainer.step(tensor([[1]]), tensor([[1]]));
    expect((await trainer.parameters())['0.count']?.data[0]).toBe(3);
  });

  test('layers take and give several tensors inside a network', async () => {
    const pair = parallel({ a: linear(2, 3), b: sequential(linear(2, 1), relu()) });
    const model = sequential(pair, concat(), linear(4, 2));
    const { output } = await run(model, tensor([[1, 2]]));
    expect(output?.shape).toEqual([1, 2]);
    expect(summarize(model, { shape: [2] }).total).toBe(9 + 3 + 10);

    const bilinear = layer(
      'bilinear',
      { weight: parameter([2, 3]) },
      ({ left, right }: { readonly left: Node; readonly right: Node }, { weight }) => mul(matmul(left, weight), right),
    );
    const y = applyLayer(
      bilinear,
      { left: input('l', [5, 2]), right: input('r', [5, 3]) },
      new Map([['weight', input('w', [2, 3])]]),
      { training: false },
    );
    expect(y.type.shape).toEqual([5, 3]);
  });

  test('residual adds the input, or a shortcut of it', async () => {
    const plain = residual(linear(2, 2));
    const x = tensor([[1, 2]]);
    const inner = await run(linear(2, 2), x);
    expect(plain.parameters.map((p) => p.name)).toEqual(['inner.weight', 'inner.bias']);
    expect(inner['output']?.shape).toEqual([1, 2]);
    const wide = residual(conv2d(2, 4, 3, { padding: 1 }), { shortcut: conv2d(2, 4, 1) });
    const { output } = await run(wide, ndarray('float32', [1, 2, 3, 3], new Float32Array(18).fill(1)));
    expect(output?.shape).toEqual([1, 4, 3, 3]);
    expect(() =>
      applyLayer(
        residual(linear(2, 3)),
        input('x', [1, 2]),
        new Map([
          ['inner.weight', input('w', [3, 2])],
          ['inner.bias', input('b', [3])],
        ]),
        { training: false },
      ),
    ).toThrow(/residual/);
  });

  test('what is no part is refused by name', () => {
    expect(() => layer('x', { act: relu as never }, (x) => x)).toThrow(
      /act: a part.*neither(.|\n)*relu\(\) instead of relu/,
    );
    expect(() => layer('x', { size: 3 as never }, (x) => x)).toThrow(/size: a part/);
    expect(() => layer('x', { list: [relu(), null as never] }, (x) => x)).toThrow(/list\.1/);
    expect(() => layer('x', { 'a.b': relu() }, (x) => x)).toThrow(/without dots/);
  });

  test('an error names the layer in which it happened, once', () => {
    const inner = layer('inner', {}, (x) => concatOf([x, input('other', [7, 7])], 1));
    const outer = sequential(
      relu(),
      layer('outer', { inner }, (x, parts) => parts.inner(x)),
    );
    const apply = (): Node => applyLayer(outer, input('x', [2, 2]), new Map(), { training: false });
    expect(apply).toThrow(/^1\.inner inner: /);
  });
});
