/** Interleaved bytes: the channels of a pixel side by side. */
export interface Pixels<C extends number = 1 | 3> {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: C;
}

/**
 * Pixels of grey or RGB, with or without alpha, as opaque grey or RGB. Transparency is put on white, rounded to the nearest; grey is that of ITU-R BT.601, by
 * the integer arithmetic of Pillow's `convert('L')`, so that the same picture gives the same bytes in both.
 */
export function opaque({ data, width, height, channels }: Pixels<number>, wanted: 1 | 3): Pixels {
  const count = width * height;
  const colours = channels >= 3 ? 3 : 1;
  const hasAlpha = channels === 2 || channels === 4;
  const out = new Uint8Array(count * wanted);
  for (let i = 0; i < count; i++) {
    const at = i * channels;
    const alpha = hasAlpha ? (data[at + channels - 1] as number) : 255;
    const red = onWhite(data[at] as number, alpha);
    const green = colours === 1 ? red : onWhite(data[at + 1] as number, alpha);
    const blue = colours === 1 ? red : onWhite(data[at + 2] as number, alpha);
    if (wanted === 1) {
      out[i] = (red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16;
    } else {
      out[3 * i] = red;
      out[3 * i + 1] = green;
      out[3 * i + 2] = blue;
    }
  }
  return { data: out, width, height, channels: wanted };
}

function onWhite(value: number, alpha: number): number {
  return alpha === 255 ? value : Math.floor((value * alpha + 255 * (255 - alpha) + 127.5) / 255);
}
