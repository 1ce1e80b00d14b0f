/*
 * Changes of colour in place, on planes of equally many pixels, one (grey) or three (red, green, blue), with values from 0 to `white`.
 * Brightness, contrast and saturation are blends with black, with the mean grey and with each pixel's grey (P. Haeberli, D. Voorhies,
 * "Image processing by linear interpolation and extrapolation", 1994); hue is that of HSV (A. R. Smith, "Color gamut transform pairs",
 * 1978). Results are clamped. The weights of grey are those of ITU-R BT.601 with the four digits that torchvision uses.
 */
export interface Picture {
  readonly pixels: Float32Array;
  readonly planes: number;
  readonly white: number;
}

const RED = 0.2989;
const GREEN = 0.587;
const BLUE = 0.114;

export function adjustBrightness({ pixels, white }: Picture, factor: number): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp((pixels[i] as number) * factor, white);
}

export function adjustContrast({ pixels, planes, white }: Picture, factor: number): void {
  const rest = (1 - factor) * meanGrey(pixels, planes);
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp((pixels[i] as number) * factor + rest, white);
}

function meanGrey(pixels: Float32Array, planes: number): number {
  const size = pixels.length / planes;
  let sum = 0;
  for (let p = 0; p < planes; p++) {
    const weight = planes === 1 ? 1 : p === 0 ? RED : p === 1 ? GREEN : BLUE;
    let plane = 0;
    for (let i = p * size; i < (p + 1) * size; i++) plane += pixels[i] as number;
    sum += weight * plane;
  }
  return sum / size;
}

/** Grey images stay as they are. */
export function adjustSaturation({ pixels, planes, white }: Picture, factor: number): void {
  if (planes === 1) return;
  const size = pixels.length / 3;
  for (let i = 0; i < size; i++) {
    const r = pixels[i] as number;
    const g = pixels[i + size] as number;
    const b = pixels[i + 2 * size] as number;
    const rest = (1 - factor) * (RED * r + GREEN * g + BLUE * b);
    pixels[i] = clamp(r * factor + rest, white);
    pixels[i + size] = clamp(g * factor + rest, white);
    pixels[i + 2 * size] = clamp(b * factor + rest, white);
  }
}

/** Turns the hue by `shift` of the whole circle. Grey images stay as they are. */
export function adjustHue({ pixels, planes }: Picture, shift: number): void {
  if (planes === 1) return;
  const size = pixels.length / 3;
  const sixths = shift * 6;
  for (let i = 0; i < size; i++) {
    const r = pixels[i] as number;
    const g = pixels[i + size] as number;
    const b = pixels[i + 2 * size] as number;
    const most = Math.max(r, g, b);
    const least = Math.min(r, g, b);
    const range = most - least;
    if (range === 0) continue;
    const sector = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
    const h = sector + sixths;
    pixels[i] = channel(h + 5, most, range);
    pixels[i + size] = channel(h + 3, most, range);
    pixels[i + 2 * size] = channel(h + 1, most, range);
  }
}

/** One channel of a colour with hue `h` (in sixths, moved to the channel's place): a trapezoid of the circle. */
function channel(h: number, most: number, range: number): number {
  const k = h - 6 * Math.floor(h / 6);
  return most - range * Math.max(0, Math.min(k, 4 - k, 1));
}

function clamp(v: number, white: number): number {
  return Math.max(0, Math.min(v, white));
}
