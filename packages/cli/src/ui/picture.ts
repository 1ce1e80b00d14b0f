import type { NDArray } from '@descent/core';

const SHADES = ' ░▒▓█';

/** A grey picture, `[…, height, width]` with leading 1s, as text: two rows of pixels make one line. */
export function drawPicture({ shape, data }: NDArray): string {
  const [height, width] = shape.slice(-2) as [number, number];
  const shade = (y: number, x: number): string => {
    const mean = ((data[y * width + x] as number) + ((data[(y + 1) * width + x] as number | undefined) ?? 0)) / 2;
    return SHADES[Math.min(SHADES.length - 1, Math.floor((mean / 256) * SHADES.length))] as string;
  };
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    lines.push(
      Array.from({ length: width }, (_, x) => shade(y, x))
        .join('')
        .trimEnd(),
    );
  }
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return lines
    .slice(Math.max(0, first), last + 1)
    .map((line) => `    ${line}`)
    .join('\n');
}
