// What a convolution says where it cannot be, and what PyTorch's fixtures do not show: how weights begin, and gradients of gradients.
import {
  batchNorm2d,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  type Layer,
  ShapeError,
  sequential,
  summarize,
  ValueError,
} from '@descent/core';
import * as o from '@descent/core/ops';
import { input } from '@descent/core/ops';
import { key } from '@descent/core/random';
import { describe, expect, test } from 'vitest';

const over = (layer: Layer, ...shape: readonly number[]) => summarize(layer, { shape });

describe('what does not fit is told with the arithmetic', () => {
  const REFUSED: readonly (readonly [run: () => unknown, said: RegExp | string])[] = [
    [() => over(conv1d(4, 2, 5), 4, 4), 'the window is larger than the length of the sequence'],
    [() => over(conv1d(4, 2, 5), 4, 4), 'size 4 + padding 0 + 0 = 4, window 5 dilated by 1 = 5'],
    [() => over(conv3d(1, 1, [1, 2, 3], { padding: [0, 0, 1] }), 1, 4, 1, 4), 'larger than the height of the volume'],
    [() => over(conv1d(4, 2, 3), 9, 4), 'the axes look like [batch, length, channels]'],
    [() => over(conv1d(4, 2, 3), 3, 9), 'use conv1d(3, 2, …), or give sequences of 4 channels'],
    [() => over(conv1d(4, 2, 3), 4, 9, 9), 'expected: [batch, 4, length]'],
    [() => over(conv3d(1, 2, 3), 1, 9, 9), 'reshape to five axes'],
    [
      () => over(convTranspose1d(1, 1, 2, { padding: 2 }), 1, 2),
      '(2 − 1)·1 + 1·(2 − 1) + 1 = 3, less padding 2 + 2, plus output padding 0 = -1',
    ],
    [() => convTranspose2d(1, 1, 2, { outputPadding: 1 }), 'output padding 1, stride 1, dilation 1'],
    [() => convTranspose2d(1, 1, 2, { stride: [2, 1], outputPadding: 1 }), 'output padding 1, stride 1, dilation 1'],
    [() => convTranspose2d(1, 1, 3, { padding: 'same' as never }), 'for an output of stride · size'],
    [() => convTranspose2d(4, 6, 3, { groups: 4 }), '4 groups for 4 → 6 channels'],
    [
      () => conv1d(4, 2, 3, { padding: [1, 2, 3, 4] as never }),
      "'valid', 'same', an integer of at least 0, or [left, right]",
    ],
    [() => conv3d(4, 2, [3, 3] as never), 'an integer of at least 1, or [depth, height, width] of such'],
    [() => conv1d(4, 2, 0), 'an invalid kernel size'],
    [() => conv1d(4, 2, 3, { stride: 1.5 }), 'an invalid stride'],
    [() => conv3d(4, 2, 3, { outputPadding: 1 } as never), "conv3d has no option 'outputPadding'"],
    [() => o.conv2d(input('x', [1, 2, 4, 4]), input('w', [2, 4, 3, 3]), { groups: 0.5 }), 'an invalid groups'],
    [() => o.conv1d(input('x', [1, 2, 4]), input('w', [2, 4, 3]), { groups: 1 }), 'a sequence of 4 × 1 = 4 channels'],
    [
      () => o.convTranspose2d(input('x', [1, 2, 4, 4]), input('w', [3, 4, 3, 3])),
      'a weight [in, out / groups, …] for 2 channels',
    ],
    [
      () => o.conv3d(input('x', [1, 2, 4, 4]), input('w', [2, 2, 3, 3])),
      'five axes, with fixed depth and height and width',
    ],
    [() => o.conv1d(input('x', [1, 2, 4], 'int32'), input('w', [2, 2, 3])), 'int32'],
  ];

  test.each(REFUSED.map(([run, said]) => [String(said), run] as const))('%s', (said, run) => {
    let error: unknown;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Error);
    expect(`${error}`).toContain(said);
  });

  test('with the path of the layer', () => {
    const net = sequential(conv2d(1, 2, 3), batchNorm2d(2), conv2d(2, 2, 5));
    expect(() => over(net, 1, 6, 6)).toThrow(ShapeError);
    expect(() => over(net, 1, 6, 6)).toThrow(/2 conv2d\(2 → 2, 5×5\)/);
    expect(() => conv1d(4, 2, Number.NaN)).toThrow(ValueError);
  });
});

test('weights and biases begin as in PyTorch: uniform on ±1/√(second axis of the weight · kernel)', () => {
  const layers: readonly (readonly [Layer, fanIn: number])[] = [
    [conv1d(4, 8, 3, { groups: 2 }), 2 * 3],
    [conv3d(2, 8, [1, 2, 3]), 2 * 6],
    [convTranspose1d(8, 6, 3, { groups: 2 }), 3 * 3],
    [convTranspose2d(16, 2, [2, 3]), 2 * 6],
  ];
  for (const [{ label, parameters }, fanIn] of layers) {
    for (const { init, shape } of parameters) {
      const drawn = Array.from({ length: 400 }, (_, seed) => [...init(key(seed), shape)]).flat();
      const largest = drawn.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      expect(largest * Math.sqrt(fanIn), label).toBeGreaterThan(0.99);
      expect(largest * Math.sqrt(fanIn), label).toBeLessThanOrEqual(1 + 1e-6);
    }
  }
});
