/** A square image, a square window, and how the window moves. */
export interface Geometry {
  readonly size: number;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros on each side, or as many as make the output `⌈size / stride⌉`, or none. */
  readonly padding: number | 'valid' | 'same';
}

/** A place in the padded image that the window looks at, and the weight that it is multiplied by. */
export interface Tap {
  readonly channel: number;
  /** In the kernel. */
  readonly ky: number;
  readonly kx: number;
  /** In the image: negative, or beyond its size, in the padding. */
  readonly y: number;
  readonly x: number;
  readonly input: number;
  readonly weight: number;
  readonly product: number;
}

/** How far the window reaches: `d(k − 1) + 1`. */
export function reachOf({ kernel, dilation }: Geometry): number {
  return dilation * (kernel - 1) + 1;
}

/** Zeros in front of each row and column, and behind. Of an odd number of `'same'`, the odd one is behind. */
export function padsOf(geometry: Geometry): readonly [before: number, after: number] {
  const { size, stride, padding } = geometry;
  if (padding === 'valid') return [0, 0];
  if (padding !== 'same') return [padding, padding];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reachOf(geometry) - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Rows and columns of the output; 0 where the window is larger than the padded image. */
export function outputSizeOf(geometry: Geometry): number {
  const [before, after] = padsOf(geometry);
  const room = geometry.size + before + after - reachOf(geometry);
  return room < 0 ? 0 : Math.floor(room / geometry.stride) + 1;
}

/** All that is multiplied and added for the output at `row`, `column`: image `[channels, size, size]`, weight `[channels, kernel, kernel]`. */
export function tapsAt(
  geometry: Geometry,
  image: ArrayLike<number>,
  weight: ArrayLike<number>,
  [row, column]: readonly [number, number],
): readonly Tap[] {
  const { size, channels, kernel, stride, dilation } = geometry;
  const [before] = padsOf(geometry);
  return Array.from({ length: channels * kernel * kernel }, (_, i) => {
    const channel = Math.floor(i / (kernel * kernel));
    const ky = Math.floor(i / kernel) % kernel;
    const kx = i % kernel;
    const y = row * stride + ky * dilation - before;
    const x = column * stride + kx * dilation - before;
    const isInside = y >= 0 && y < size && x >= 0 && x < size;
    const input = isInside ? (image[(channel * size + y) * size + x] as number) : 0;
    const w = weight[i] as number;
    return { channel, ky, kx, y, x, input, weight: w, product: input * w };
  });
}

/** The output whose window has its middle closest to a place of the padded image, counted from the padding's corner. */
export function outputNear(geometry: Geometry, place: number): number {
  const nearest = Math.round((place - (reachOf(geometry) - 1) / 2) / geometry.stride);
  return Math.min(Math.max(nearest, 0), outputSizeOf(geometry) - 1);
}
