// What layers that change shapes refuse, and what dropouts of channels leave out. Numbers are in PyTorch's fixtures.
import * as d from '@descent/core';
import * as o from '@descent/core/ops';
import { describe, expect, test } from 'vitest';
import { run } from './_reference.ts';

const over = (layer: d.Layer, ...shape: readonly number[]) => d.summarize(layer, { shape });

describe('what does not fit is told with the arithmetic', () => {
  const REFUSED: readonly (readonly [said: string, run: () => unknown])[] = [
    ['24 numbers in [batch, 2, 3, 4]\n  expected: 5 × 5 = 25', () => over(d.reshape([5, 5]), 2, 3, 4)],
    ['a multiple of 5', () => over(d.reshape([5, -1]), 2, 3, 4)],
    ['at most one -1', () => d.reshape([-1, -1])],
    ['reshape: the sizes is not one list', () => d.reshape(5 as never)],
    ['invalid sizes', () => d.reshape([0])],
    ['unflatten leaves the batch as it is', () => over(d.unflatten(0, [1, -1]), 4)],
    ['unflatten leaves the batch as it is', () => over(d.unflatten(-2, [1, -1]), 4)],
    ['unflatten was given axis 2 for a tensor of rank 2', () => over(d.unflatten(2, [1, -1]), 4)],
    ['2 × 3 = 6', () => over(d.unflatten(1, [2, 3]), 5)],
    ['the batch is axis 0 and stays in front', () => d.permute([1, 0])],
    ['each axis once', () => d.permute([0, 1, 1])],
    ['each axis once', () => d.permute([])],
    ['for the order [0, 2, 1]', () => over(d.permute([0, 2, 1]), 2, 3, 4)],
    [
      'padding 3 of [batch, 1, 3, 5], of whose 3 elements 2 can be shown',
      () => over(d.pad(3, { mode: 'reflect' }), 1, 3, 5),
    ],
    ['at most 3', () => over(d.pad([4, 0], { mode: 'circular' }), 1, 3, 5)],
    ['3 numbers for [batch, 1, 3, 5]', () => over(d.pad([1, 1, 1]), 1, 3, 5)],
    ['with one to three axes more', () => over(d.pad(1), 4)],
    ['invalid padding', () => d.pad(-1)],
    ['invalid mode', () => d.pad(1, { mode: 'mirror' as never })],
    ["pad with mode 'reflect' shows elements of its input", () => d.pad(1, { mode: 'reflect', value: 1 })],
    ['pad takes value and interior', () => o.pad(o.input('x', [2]), [1], [0], { mode: 'reflect', value: 0 })],
    ['either a size or a scaleFactor', () => d.upsample({ size: 2, scaleFactor: 2 })],
    ["mode 'bilinear' is not for sequences", () => over(d.upsample({ mode: 'bilinear' }), 2, 3)],
    ["not with 'nearest'", () => d.upsample({ alignCorners: true })],
    ['invalid scaleFactor', () => d.upsample({ scaleFactor: 0 })],
    ['invalid size', () => d.upsample({ size: [2.5, 2] })],
    ['⌊3 · 0.2⌋ = 0', () => over(d.upsample({ scaleFactor: 0.2 }), 1, 3, 9)],
    ['one, or one for each of height, width', () => over(d.upsample({ size: [2] }), 1, 3, 9)],
    ['needs a batch of sequences [batch, channels, length]', () => over(d.upsample(), 3)],
    ['a multiple of 2 · 2 = 4', () => over(d.pixelShuffle(2), 6, 3, 3)],
    ['the width cannot be divided by 2', () => over(d.pixelUnshuffle(2), 1, 4, 3)],
    ['invalid upscaleFactor', () => d.pixelShuffle(0.5)],
    ['dropout2d takes images', () => over(d.dropout2d(0.5), 4)],
    ['dropout1d was given an invalid p', () => d.dropout1d(1)],
  ];

  test.each(REFUSED)('%s', (said, run) => {
    let error: unknown;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(d.DescentError);
    expect(`${error}`).toContain(said);
  });
});

describe('dropouts', () => {
  /** What a layer makes of `x` in training, with `kept` as what is drawn, and the shape that was asked for. */
  async function trained(layer: d.Layer, x: d.NDArray, kept: readonly boolean[]) {
    let asked: readonly number[] = [];
    const y = layer.apply(o.constant(x), {
      path: '',
      training: true,
      parameter: () => o.constant(x),
      assign: () => {},
      applyChild: (_, child) => child.apply(o.constant(x) as never, undefined as never) as never,
      random(_, shape) {
        asked = shape;
        return o.constant({ dtype: 'bool', shape, data: Uint8Array.from(kept, Number) });
      },
    });
    return { asked, y: d.toNested((await run({ y }))['y'] as d.NDArray) };
  }

  test('of channels leave out whole ones, of each sample its own', async () => {
    const x = d.tensor([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    const { asked, y } = await trained(d.dropout1d(0.5), x, [true, false, false, true]);
    expect(asked).toEqual([2, 2, 1]);
    expect(y).toEqual([
      [
        [2, 4],
        [0, 0],
      ],
      [
        [0, 0],
        [14, 16],
      ],
    ]);
    expect((await trained(d.dropout2d(0.2), d.zeros([1, 2, 3, 4]), [true, true])).asked).toEqual([1, 2, 1, 1]);
    expect((await trained(d.dropout3d(0.2), d.zeros([1, 2, 3, 4, 5]), [true, true])).asked).toEqual([1, 2, 1, 1, 1]);
  });

  test('alphaDropout sets what SELU gives at least, then keeps mean 0 and variance 1', async () => {
    const [p, least] = [0.25, -1.7580993408473766];
    const a = 1 / Math.sqrt((1 - p) * (1 + p * least * least));
    const b = -a * least * p;
    const { y } = await trained(d.alphaDropout(p), d.tensor([[1, -2, 3]]), [true, false, true]);
    const expected = [a + b, a * least + b, 3 * a + b];
    for (const [i, v] of (y as number[][])[0]?.entries() ?? []) expect(v).toBeCloseTo(expected[i] as number, 6);
    // Mean and variance of a value with mean 0 and variance 1.
    expect((1 - p) * b + p * (a * least + b)).toBeCloseTo(0, 12);
    expect((1 - p) * (a * a + b * b) + p * (a * least + b) ** 2).toBeCloseTo(1, 12);
  });

  test('do nothing outside training, or with p 0', () => {
    const x = o.input('x', [2, 3, 4, 4]);
    for (const layer of [d.dropout2d(0.5), d.alphaDropout(0.5)])
      expect(d.applyLayer(layer, x, new Map(), { training: false })).toBe(x);
    for (const layer of [d.dropout2d(0), d.alphaDropout(0)])
      expect(d.applyLayer(layer, x, new Map(), { training: true })).toBe(x);
  });
});

test('bytes may be surrounded, reshaped and upsampled by the nearest only as floats', () => {
  expect(
    d
      .summarize(d.pad(1), { shape: [1, 2, 2], dtype: 'uint8' })
      .rows.at(-1)
      ?.outputShape.slice(1),
  ).toEqual([1, 4, 4]);
  expect(() => d.summarize(d.upsample(), { shape: [1, 2, 2], dtype: 'uint8' })).toThrow(d.DTypeError);
});
