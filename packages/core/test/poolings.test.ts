// What a pooling says where it cannot be. Its numbers are in PyTorch's fixtures.
import * as d from '@descent/core';
import * as o from '@descent/core/ops';
import { describe, expect, test } from 'vitest';

const over = (layer: d.Layer, ...shape: readonly number[]) => d.summarize(layer, { shape });

describe('what does not fit is told with the arithmetic', () => {
  const REFUSED: readonly (readonly [said: string, run: () => unknown])[] = [
    ['maxPool1d: the window is larger than the length of the sequence', () => over(d.maxPool1d(5), 2, 4)],
    ['size 4 + padding 0 + 0 = 4, window 3 dilated by 2 = 5', () => over(d.maxPool2d(3, { dilation: 2 }), 2, 4, 4)],
    ['larger than the depth of the volume', () => over(d.avgPool3d(3), 2, 2, 4, 4)],
    ['padding may be at most half of the kernel', () => over(d.avgPool1d(3, { padding: 2 }), 2, 9)],
    ['a window holds no pixel', () => over(d.maxPool1d(2, { dilation: 3, padding: 1 }), 2, 2)],
    ["avgPool2d has no option 'dilation'", () => d.avgPool2d(2, { dilation: 2 } as never)],
    ['maxPool2d was given an invalid ceilMode', () => d.maxPool2d(2, { ceilMode: 1 as never })],
    ['needs a batch of sequences [batch, channels, length]', () => over(d.maxPool1d(2), 2, 4, 4)],
    ['needs an image batch [batch, channels, height, width]', () => over(d.adaptiveAvgPool2d(2), 2, 4)],
    ['an invalid output size', () => d.adaptiveAvgPool2d(0)],
    ['an invalid output size', () => d.adaptiveAvgPool2d([2, 0.5])],
    ['an invalid output size', () => d.adaptiveMaxPool1d([2, 2] as never)],
    ['adaptiveMaxPool2d: the images are empty', () => o.adaptiveMaxPool2d(o.input('x', [2, 1, 0, 3]), 2)],
    ['float32', () => o.adaptiveAvgPool1d(o.input('x', [2, 1, 3], 'int32'), 2)],
  ];

  test.each(REFUSED)('%s', (said, run) => {
    let error: unknown;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Error);
    expect(`${error}`).toContain(said);
    expect(error).toBeInstanceOf(d.DescentError);
  });
});
