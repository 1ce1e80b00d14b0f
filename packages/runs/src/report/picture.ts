import { DescentError, type NDArray } from '@descent/core';

/**
 * What turns a sample `[1, channels, height, width]` of `x` into a PNG as `data:` URI; `null` when samples are no pictures of one or three
 * channels. Black is the smallest number of the data and white the largest, so that any preprocessing shows.
 */
export async function pictureMaker(x: NDArray): Promise<((sample: NDArray) => Promise<string>) | null> {
  const [, channels, height, width] = x.shape;
  if (x.shape.length !== 4 || (channels !== 1 && channels !== 3) || height === undefined || width === undefined) {
    return null;
  }
  const sharp = await loadSharp();
  const [low, high] = range(x.data);
  const span = high > low ? high - low : 1;
  return async ({ data }) => {
    const size = height * width;
    const pixels = new Uint8Array(channels * size);
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < size; p++)
        pixels[p * channels + c] = Math.round((255 * ((data[c * size + p] as number) - low)) / span);
    }
    const png = await sharp(pixels, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png()
      .toBuffer();
    return `data:image/png;base64,${png.toString('base64')}`;
  };
}

function range(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The image library, loaded on first use, so that the rest works where it has no binary. */
export async function loadSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new DescentError('pictures of mistakes need the package sharp, which cannot be loaded here', {
      received: cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause),
      fix: 'npm install sharp (without --omit=optional, which leaves out its binary), or evaluate with mistakes: 0',
      cause,
    });
  }
}
