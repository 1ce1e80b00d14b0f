// Pooling as plain loops over memory, which the JavaScript engine compiles well. All images are channels-last.

/** The elements of a tensor, wherever they lie. */
export type Elements = Float32Array | Int32Array | Uint8Array;

export interface PoolAttrs {
  readonly filterSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pad: 'valid' | readonly (readonly [number, number])[];
}

/** Adds each element of `dy` at the first largest pixel of its window, whose value `y` holds. All tensors are channels-last. */
export function maxPoolGrad(
  { x, y, dy, dx }: Readonly<Record<'x' | 'y' | 'dy' | 'dx', Elements>>,
  image: readonly number[],
  pooled: readonly number[],
  { filterSize, strides: steps, pad }: PoolAttrs,
): void {
  const [batch, height, width, channels] = image as [number, number, number, number];
  const [, rows, columns] = pooled as [number, number, number];
  const [top, left] = pad === 'valid' ? [0, 0] : [pad[1]?.[0] ?? 0, pad[2]?.[0] ?? 0];
  const [kh, kw] = filterSize;
  const line = width * channels;
  const taps = kh * kw;
  const offsets = Int32Array.from({ length: taps }, (_, i) => Math.floor(i / kw) * line + (i % kw) * channels);
  dx.fill(0);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const y0 = r * steps[0] - top;
      for (let c = 0; c < columns; c++) {
        const x0 = c * steps[1] - left;
        const whole = y0 >= 0 && x0 >= 0 && y0 + kh <= height && x0 + kw <= width;
        const start = (n * height + y0) * line + x0 * channels;
        for (let ch = 0; ch < channels; ch++, at++) {
          let tap = 0;
          if (whole) {
            // Counts the pixels in front of the first that equals the maximum, without a branch to mispredict.
            const max = y[at] as number;
            let before = 1;
            for (let t = 0; t < taps; t++) {
              before &= Number(x[start + ch + (offsets[t] as number)] !== max);
              tap += before;
            }
          }
          // At the border, and where the maximum is NaN, pixels are compared one by one.
          const found = whole && tap < taps;
          const winner = found ? start + ch + (offsets[tap] as number) : firstLargest(x, n * height, y0, x0, ch);
          dx[winner] = (dx[winner] as number) + (dy[at] as number);
        }
      }
    }
  }

  function firstLargest(x: Elements, above: number, y0: number, x0: number, channel: number): number {
    let winner = -1;
    for (let row = Math.max(y0, 0); row < Math.min(y0 + kh, height); row++) {
      for (let column = Math.max(x0, 0); column < Math.min(x0 + kw, width); column++) {
        const i = (above + row) * line + column * channels + channel;
        const v = x[i] as number;
        // Of several NaN the last wins, as in PyTorch.
        if (winner < 0 || v > (x[winner] as number) || Number.isNaN(v)) winner = i;
      }
    }
    return winner;
  }
}

/** Whether all of `x` are finite: infinity and NaN are what times 0 is not 0. */
export function allFinite(x: Elements): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += (x[i] as number) * 0;
    b += (x[i + 1] as number) * 0;
    c += (x[i + 2] as number) * 0;
    d += (x[i + 3] as number) * 0;
  }
  for (let i = whole; i < x.length; i++) a += (x[i] as number) * 0;
  return a + b + c + d === 0;
}

/** The largest pixel of each window, or NaN where it holds one; or the mean of its pixels. */
export function pool(
  kind: 'max' | 'mean',
  x: Elements,
  shape: readonly number[],
  y: Elements,
  pooled: readonly number[],
  { filterSize, strides, pad }: PoolAttrs,
): void {
  const [, height, width, channels] = shape as [number, number, number, number];
  const [batch, rows, columns] = pooled as [number, number, number];
  const [top, left] = pad === 'valid' ? [0, 0] : [pad[1]?.[0] ?? 0, pad[2]?.[0] ?? 0];
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const [y0, y1] = range(r * strides[0] - top, filterSize[0], height);
      for (let c = 0; c < columns; c++) {
        const [x0, x1] = range(c * strides[1] - left, filterSize[1], width);
        for (let channel = 0; channel < channels; channel++, at++) {
          let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
          for (let row = y0; row < y1; row++) {
            for (let column = x0; column < x1; column++) {
              const v = x[((n * height + row) * width + column) * channels + channel] as number;
              largest = Math.max(largest, v);
              sum += v;
            }
          }
          y[at] = kind === 'max' ? largest : sum / ((y1 - y0) * (x1 - x0));
        }
      }
    }
  }
}

/** The part of a window that lies within the image. */
function range(start: number, length: number, size: number): readonly [from: number, to: number] {
  return [Math.max(start, 0), Math.min(start + length, size)];
}
