import { describeValue, ValueError } from '@descent/core';
import { DataFormatError } from '../errors.ts';
import { type PngValues, pngValues } from '../image/png-values.ts';
import { NO_CLASS } from '../transforms/annotations.ts';

/** `'#ff8000'`, or red, green and blue from 0 to 255. */
export type MaskColor = string | readonly [red: number, green: number, blue: number];

export interface MaskOptions {
  /** The colour of each class. Default: the numbers in the files are the classes. */
  readonly palette?: readonly MaskColor[];
  /** What pixels of no class have: a number, or with a palette a colour. They become -100. Default: all pixels have a class. */
  readonly ignore?: number | MaskColor;
}

/** The options, looked at. */
export interface MaskRules {
  /** The classes of colours, `red << 16 | green << 8 | blue`. */
  readonly palette: ReadonlyMap<number, number> | undefined;
  readonly ignore: number | undefined;
}

export function maskRules(what: string, { palette, ignore }: MaskOptions): MaskRules {
  if (palette === undefined) {
    if (ignore === undefined || (Number.isInteger(ignore) && (ignore as number) >= 0)) {
      return { palette: undefined, ignore: ignore as number | undefined };
    }
    throw new ValueError(`${what}: ignore is the number of pixels of no class`, {
      received: describeValue(ignore),
      expected: 'a whole number of at least 0; a colour only where palette gives the colours of classes',
    });
  }
  if (!Array.isArray(palette) || palette.length === 0) {
    throw new ValueError(`${what}: palette lists the colours of classes`, {
      received: describeValue(palette),
      expected: "a list such as ['#000000', '#ff0000'] or [[0, 0, 0], [255, 0, 0]]",
    });
  }
  const colors = new Map<number, number>();
  for (const [i, color] of palette.entries()) {
    const value = colorOf(`${what}: palette[${i}]`, color);
    const other = colors.get(value);
    if (other !== undefined) {
      throw new ValueError(`${what}: two classes have the same colour`, {
        path: `palette[${i}]`,
        received: `${shown(value)}, which is class ${other}`,
      });
    }
    colors.set(value, i);
  }
  return { palette: colors, ignore: ignore === undefined ? undefined : colorOf(`${what}: ignore`, ignore) };
}

function colorOf(what: string, color: unknown): number {
  const hex = typeof color === 'string' ? /^#([\da-f]{6})$/i.exec(color)?.[1] : undefined;
  if (hex !== undefined) return Number.parseInt(hex, 16);
  const isByte = (v: unknown): boolean => Number.isInteger(v) && (v as number) >= 0 && (v as number) <= 255;
  if (Array.isArray(color) && color.length === 3 && color.every(isByte)) {
    return (color[0] << 16) | (color[1] << 8) | color[2];
  }
  throw new ValueError(`${what} is no colour`, {
    received: Array.isArray(color) ? `[${color.join(', ')}]` : describeValue(color),
    expected: "'#rrggbb', or [red, green, blue] from 0 to 255",
  });
}

function shown(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}

/** The class of each pixel of a mask, -100 where it has none. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly classes: Int32Array;
}

/**
 * Reads a mask, a PNG file of class indices or of colours.
 * @throws DataFormatError with the file and the first pixel that is no class; what `pngValues` throws.
 */
export async function readMask(
  bytes: Uint8Array,
  file: string,
  { palette, ignore }: MaskRules,
  limits: { readonly maxPixels: number; readonly classes: number | undefined },
): Promise<Mask> {
  const png = await pngValues(bytes, file, limits.maxPixels);
  const { width, height } = png;
  const valueAt = palette === undefined ? numberAt(png, file) : colorAt(png, file);
  const classes = new Int32Array(width * height);
  for (let i = 0; i < classes.length; i++) {
    const value = valueAt(i);
    const label = value === ignore ? NO_CLASS : palette === undefined ? value : palette.get(value);
    const isClass = label !== undefined && (limits.classes === undefined || label < limits.classes);
    if (!isClass) {
      throw noClass(file, `${palette === undefined ? value : shown(value)}`, i, width, palette, limits.classes);
    }
    // White as a class would make 256 of them in silence.
    if (value === 255 && palette === undefined && limits.classes === undefined && label !== NO_CLASS) {
      throw noClass(file, '255', i, width, undefined, undefined);
    }
    classes[i] = label;
  }
  return { width, height, classes };
}

function noClass(
  file: string,
  value: string,
  pixel: number,
  width: number,
  palette: MaskRules['palette'],
  classes: number | undefined,
): DataFormatError {
  const [first, ...rest] = [...(palette?.keys() ?? [])].map(shown);
  return new DataFormatError('a pixel of the mask is of no class', {
    file,
    received: `${value} in row ${Math.floor(pixel / width)}, column ${pixel % width}`,
    expected:
      palette !== undefined
        ? `a colour of the palette: ${[first, ...rest.slice(0, 7)].join(', ')}${rest.length > 7 ? ', …' : ''}`
        : classes === undefined
          ? 'class indices below 255, unless classes names more'
          : `class indices from 0 to ${classes - 1}`,
    fix:
      palette !== undefined
        ? `correct the mask, or leave such pixels out with ignore: '${value}'`
        : `leave such pixels out with ignore: ${value}; or give the colours of classes, such as palette: ['#000000', '#ffffff']`,
  });
}

/** Class indices as they are written. */
function numberAt({ kind, channels, values }: PngValues, file: string): (pixel: number) => number {
  if (kind !== 'colour' && channels === 1) return (pixel) => values[pixel] as number;
  throw new DataFormatError('the mask has colours, not class indices', {
    file,
    received: kind === 'colour' ? 'red, green and blue' : 'grey with opacity',
    expected: 'a PNG file of grey levels or of a palette, whose numbers are the classes',
    fix: "say which colours are the classes: palette: ['#000000', '#ff0000']",
  });
}

function colorAt({ kind, channels, depth, values, palette }: PngValues, file: string): (pixel: number) => number {
  const refuse = (received: string): DataFormatError =>
    new DataFormatError('the colours of the mask are not those of a palette', {
      file,
      received,
      expected: 'opaque colours of 8 bits',
      fix: 'save the mask without opacity, with 8 bits',
    });
  if (depth === 16) throw refuse('16 bits');
  if (channels === 2 || channels === 4) {
    for (let i = channels - 1; i < values.length; i += channels) {
      if (values[i] !== 255) throw refuse(`a pixel of opacity ${values[i]}`);
    }
  }
  if (kind === 'index') {
    const count = palette.length / 3;
    return (pixel) => {
      const index = values[pixel] as number;
      if (index >= count) throw refuse(`colour ${index} of ${count}`);
      return rgb(palette, 3 * index);
    };
  }
  if (kind === 'colour') return (pixel) => rgb(values, channels * pixel);
  const scale = 255 / (2 ** depth - 1);
  return (pixel) => (values[channels * pixel] as number) * scale * 0x010101;
}

function rgb(values: Uint8Array | Uint16Array, at: number): number {
  return ((values[at] as number) << 16) | ((values[at + 1] as number) << 8) | (values[at + 2] as number);
}
