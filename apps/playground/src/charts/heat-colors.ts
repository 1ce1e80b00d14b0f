/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/**
 * How numbers become colours. `signs`: none at zero, growing towards `limit` above and below it. `grey`: from black at `low` to white at `high`.
 */
export type HeatScale =
  | { readonly kind: 'signs'; readonly limit: number }
  | { readonly kind: 'grey'; readonly low: number; readonly high: number };

/** The colours of numbers above, at and below zero. */
export interface SignColors {
  readonly positive: Color;
  readonly zero: Color;
  readonly negative: Color;
}

/** The scale that the numbers fill. What is no number does not count. */
export function heatScale(kind: HeatScale['kind'], data: ArrayLike<number>): HeatScale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 0];
  return kind === 'signs' ? { kind, limit: Math.max(Math.abs(low), Math.abs(high)) } : { kind, low, high };
}

/** Red, green, blue and alpha of each number; what is no number is clear. */
export function heatPixels(
  data: ArrayLike<number>,
  scale: HeatScale,
  colors: SignColors,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (Number.isNaN(value)) continue;
    rgba.set(colorOf(value, scale, colors), 4 * i);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

function colorOf(value: number, scale: HeatScale, { positive, zero, negative }: SignColors): Color {
  if (scale.kind === 'grey') {
    const shade = scale.high > scale.low ? (255 * (value - scale.low)) / (scale.high - scale.low) : 0;
    return [shade, shade, shade];
  }
  const share = scale.limit > 0 ? Math.min(1, Math.abs(value) / scale.limit) : 0;
  const full = value < 0 ? negative : positive;
  const part = (c: 0 | 1 | 2): number => zero[c] + share * (full[c] - zero[c]);
  return [part(0), part(1), part(2)];
}

/** A colour as `getComputedStyle` writes it: `rgb(1, 2, 3)`. */
export function parseColor(text: string): Color {
  const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
