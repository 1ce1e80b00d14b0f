import type { NDArray } from '@descent/core';
import { useCallback } from 'preact/hooks';
import { PixelCanvas } from '../../charts/pixel-canvas.tsx';

export interface PixelsProps {
  /** `[channels, height, width]`, or with a batch of one in front. */
  readonly x: NDArray;
  /** The numbers for black and white. Default 0 and 255 for bytes, 0 and 1 else. */
  readonly range?: readonly [black: number, white: number] | undefined;
  /** What it shows, for those who do not see it; none where a text beside it says so. */
  readonly label?: string;
  readonly class?: string;
}

/** An array as a picture, one pixel a number. */
export function Pixels({ x, range, label, class: name = 'pixels' }: PixelsProps) {
  const [height, width] = x.shape.slice(-2) as [number, number];
  const [black, white] = range ?? [];
  const paint = useCallback(() => rgbaOf(x, range), [x, black, white]);
  return <PixelCanvas class={name} width={width} height={height} paint={paint} label={label} />;
}

/** Whether an array `[…, channels, height, width]` can be shown as a picture. */
export function isPicture(shape: readonly number[]): boolean {
  const [channels, height = 0, width = 0] = shape.slice(-3);
  return shape.length >= 3 && (channels === 1 || channels === 3) && height > 1 && width > 1;
}

/** Red, green, blue and alpha of an array of one or three channels. */
export function rgbaOf(
  { shape, data, dtype }: NDArray,
  [black, white]: readonly [number, number] = dtype === 'uint8' ? [0, 255] : [0, 1],
): Uint8ClampedArray<ArrayBuffer> {
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  const plane = height * width;
  const rgba = new Uint8ClampedArray(4 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) {
      const value = data[channels === 3 ? c * plane + i : i] as number;
      rgba[4 * i + c] = (255 * (value - black)) / (white - black);
    }
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
