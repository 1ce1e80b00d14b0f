import { describe, expect, test } from 'vitest';
import * as d from '../src/public/index.ts';
import { slice, sum } from '../src/public/ops.ts';
import { key, uniform } from '../src/public/random.ts';
import { backend } from './_reference.ts';

const flops = (model: d.Layer, ...shape: readonly number[]): readonly number[] =>
  d.summarize(model, { shape }).rows.map((row) => row.flops);

describe('floating-point operations of a sample', () => {
  test('a product and a sum are two, and a bias is one more', () => {
    expect(flops(d.linear(7, 3), 7)).toEqual([2 * 7 * 3 + 3]);
    expect(flops(d.linear(7, 3, { bias: false }), 5, 7)).toEqual([5 * 2 * 7 * 3]);
    const conv = d.conv2d(4, 6, [3, 2], { stride: 2, groups: 2, bias: false });
    expect(flops(conv, 4, 7, 6)).toEqual([2 * (6 * 3 * 3) * (2 * 3 * 2)]);
    expect(flops(d.maxPool2d(2), 3, 6, 6)).toEqual([3 * 3 * 3 * 4]);
    expect(flops(d.flatten(), 3, 6, 6)).toEqual([0]);
  });

  test('a transposed convolution costs what its convolution costs', () => {
    const up = d.convTranspose2d(5, 3, 4, { stride: 2, bias: false });
    expect(flops(up, 5, 3, 3)).toEqual([2 * (5 * 3 * 3) * (3 * 4 * 4)]);
  });

  test('what a container adds is in the total, and a layer that is used twice counts twice', () => {
    const summary = d.summarize(d.residual(d.linear(4, 4)), { shape: [4] });
    expect(summary.rows.map((row) => row.flops)).toEqual([2 * 16 + 4]);
    expect(summary.flops).toBe(2 * 16 + 4 + 4);
    const shared = d.layer('twice', { inner: d.linear(4, 4) }, (x, { inner }) => inner(inner(x)));
    const twice = d.summarize(shared, { shape: [4] });
    expect([twice.flops, twice.total]).toEqual([2 * (2 * 16 + 4), 20]);
  });

  test('a loop costs its step as often as it is taken', () => {
    const [inputs, hidden] = [3, 4];
    const of = (time: number): number => flops(d.rnn(inputs, hidden, { bias: false }), time, inputs)[0] as number;
    // Each step: the product with the state, its sum with that of the input, which is made for all steps at once, and tanh.
    const step = 2 * hidden * inputs + 2 * hidden * hidden + 2 * hidden;
    expect(of(5)).toBe(5 * step);
    expect(of(50)).toBe(50 * step);
  });

  test('bytes are those of the outputs, in their own type', () => {
    const model = d.sequential(d.rescale(1 / 255), d.conv2d(1, 2, 3), d.flatten());
    const { rows, activationBytes } = d.summarize(model, { shape: [1, 5, 5], dtype: 'uint8' });
    expect(rows.map((row) => row.activationBytes)).toEqual([100, 72, 72]);
    expect(activationBytes).toBe(244);
  });
});

describe('receptive fields', () => {
  const SIDE = 41;
  const nets: readonly (readonly [string, d.Layer])[] = [
    [
      'convolutions and pools',
      d.sequential(d.conv2d(1, 2, 5), d.tanh(), d.avgPool2d(2), d.conv2d(2, 2, [3, 4]), d.avgPool2d(3)),
    ],
    [
      'strides and gaps',
      d.sequential(d.conv2d(1, 2, 3, { stride: 2 }), d.conv2d(2, 1, 3, { dilation: 2 }), d.conv2d(1, 1, [1, 3])),
    ],
    ['padding', d.sequential(d.conv2d(1, 2, 3, { padding: 1 }), d.conv2d(2, 1, 5, { padding: 'same' }))],
    [
      'depthwise, beside a straight way',
      d.sequential(d.conv2d(1, 4, 1), d.residual(d.conv2d(4, 4, 3, { groups: 4, padding: 1 }))),
    ],
    [
      'branches of other sizes',
      d.sequential(
        d.parallel({ a: d.conv2d(1, 2, 3, { padding: 1 }), b: d.conv2d(1, 1, 7, { padding: 3 }) }),
        d.concat(),
      ),
    ],
    [
      'norms and softmax over channels',
      d.sequential(d.conv2d(1, 3, 3), d.batchNorm2d(3), d.softmax({ axis: 1 }), d.conv2d(3, 1, 2)),
    ],
  ];

  test.each(nets)('%s: as far as the gradient of one element reaches', async (_, model) => {
    const summary = d.summarize(model, { shape: [1, SIDE, SIDE] });
    const parameters = d.initParameters(model, 5);
    const x = d.zeros([1, 1, SIDE, SIDE]);
    uniform(key(3), x.data as Float32Array, 0.1, 1);
    const names = Object.keys(parameters);
    const one = (image: d.Node, ...given: readonly d.Node[]): d.Node => {
      const y = d.applyLayer(model, image, new Map(names.map((name, i) => [name, given[i] as d.Node])), {
        training: false,
      });
      const [, , h, w] = y.type.shape as [number, number, number, number];
      const [at, across] = [Math.floor(h / 2), Math.floor(w / 2)];
      return sum(slice(y, { axis: 2, start: at, end: at + 1 }, { axis: 3, start: across, end: across + 1 }));
    };
    const gradient = await d.grad(one, { backend })(x, ...names.map((name) => parameters[name] as d.NDArray));
    const reached = [...(gradient as d.NDArray).data].flatMap((g, i) =>
      g === 0 ? [] : [[Math.floor(i / SIDE), i % SIDE] as const],
    );
    const span = (axis: 0 | 1): number => {
      const places = reached.map((place) => place[axis]);
      return Math.max(...places) - Math.min(...places) + 1;
    };
    expect(summary.rows.at(-1)?.receptiveField).toEqual([span(0), span(1)]);
  });

  test('a transposed convolution sees the inputs whose windows meet', () => {
    const sees = (model: d.Layer): unknown => d.summarize(model, { shape: [1, 9, 9] }).rows.at(-1)?.receptiveField;
    expect(sees(d.convTranspose2d(1, 1, 4, { stride: 2 }))).toEqual([2, 2]);
    expect(sees(d.convTranspose2d(1, 1, 2, { stride: 2 }))).toEqual([1, 1]);
    expect(sees(d.convTranspose2d(1, 1, 3))).toEqual([3, 3]);
  });

  test('what is no image any more has none, and neither has a network without one', () => {
    const sees = (model: d.Layer, ...shape: readonly number[]): unknown =>
      d.summarize(model, { shape }).rows.map((row) => row.receptiveField);
    expect(sees(d.sequential(d.conv2d(1, 1, 3), d.flatten(), d.linear(4, 2)), 1, 4, 4)).toEqual([[3, 3], null, null]);
    expect(sees(d.linear(4, 2), 4)).toEqual([null]);
    expect(d.formatSummary(d.summarize(d.linear(4, 2), { shape: [4] }))).not.toContain('sees');
  });
});
