import { drawnNumbers } from '../drawn-numbers.ts';

/** Pictures of whole numbers from 0 to 9, and kernels of small whole numbers, so that sums can be followed in the head. */
export const PICTURES = ['seven', 'ramp', 'drawn'] as const;
export type PictureName = (typeof PICTURES)[number];

export const KERNELS = ['edges', 'sum', 'centre', 'drawn'] as const;
export type KernelName = (typeof KERNELS)[number];

export const BRIGHTEST = 9;

/** `[channels, size, size]`; each channel is another view of the same picture, as red, green and blue are. */
export function picture(name: PictureName, channels: number, size: number): Float32Array<ArrayBuffer> {
  if (name === 'drawn') return drawnNumbers(1, channels * size * size, 0, BRIGHTEST);
  return fill(channels, size, (channel, y, x) => {
    const [row, column] = [[y, x] as const, [x, y] as const, [y, size - 1 - x] as const][channel % 3] as readonly [
      number,
      number,
    ];
    return name === 'seven' ? seven(size, row, column) : Math.round((BRIGHTEST * column) / (size - 1));
  });
}

/** `[channels, size, size]`; the first channel's kernel is turned for the second and negated for the third. */
export function kernel(name: KernelName, channels: number, size: number): Float32Array<ArrayBuffer> {
  if (name === 'drawn') return drawnNumbers(2, channels * size * size, -2, 2);
  return fill(channels, size, (channel, y, x) => {
    const [row, column] = channel === 1 ? [x, y] : [y, x];
    return KERNEL_AT[name](size, row, column) * (channel === 2 ? -1 : 1) + 0;
  });
}

const KERNEL_AT: Readonly<Record<Exclude<KernelName, 'drawn'>, (size: number, y: number, x: number) => number>> = {
  edges: (size, _, x) => Math.sign(x - (size - 1) / 2),
  sum: () => 1,
  centre: (size, y, x) => (y === Math.floor(size / 2) && x === Math.floor(size / 2) ? 1 : 0),
};

/** A digit of two strokes. */
function seven(size: number, y: number, x: number): number {
  const [top, bottom, left, right] = [1, size - 2, 1, size - 2];
  if (y < top || y > bottom) return 0;
  if (y === top) return x >= left && x <= right ? BRIGHTEST : 0;
  const stroke = right - ((y - top) * (right - left)) / (bottom - top) / 1.4;
  return Math.max(0, Math.round(BRIGHTEST * (1 - Math.abs(x - stroke) / 1.6)));
}

function fill(
  channels: number,
  size: number,
  at: (channel: number, y: number, x: number) => number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: channels * size * size }, (_, i) =>
    at(Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size),
  );
}
