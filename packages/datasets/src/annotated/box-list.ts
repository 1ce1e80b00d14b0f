import { DataFormatError } from '../errors.ts';

/** A box in pixels of its picture: the upper left corner, width and height. */
export interface PictureBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The number of its class. */
  readonly label: number;
  /** Where it stands in the file, such as `annotations[3]` or `line 4`. */
  readonly at: string;
}

/** Which boxes are in which pictures, as a file tells it. A plain value; nothing is opened yet. */
export interface BoxList {
  /** The file. */
  readonly name: string;
  /** The name of class `c` is `classes[c]`. */
  readonly classes: readonly string[];
  readonly pictures: readonly {
    /** The path of the picture in its folder, with `/`. */
    readonly file: string;
    /** Where the file tells it. */
    readonly width?: number;
    readonly height?: number;
    readonly boxes: readonly PictureBox[];
  }[];
}

/** How far a box may reach beyond its picture and count as rounded, in pixels. */
const ROUNDING = 0.05;

/** Throws a `DataFormatError` unless a box has four finite numbers and a size. */
export function expectBox({ x, y, width, height, at }: PictureBox, name: string, picture: string): void {
  const wrong = Object.entries({ x, y, width, height }).find(
    ([side, value]) => !Number.isFinite(value) || (side.length > 1 && value <= 0),
  );
  if (wrong === undefined) return;
  throw new DataFormatError('a box is none', {
    file: name,
    path: `${name} ${at}`,
    received: `${wrong[0]} ${wrong[1]} of a box in ${picture}`,
    expected: 'four numbers: x, y, and a width and height above 0',
    fix: 'remove the box, or correct it',
  });
}

/**
 * Left, top, right and bottom of a box within a picture of this size.
 * @throws DataFormatError where it lies outside; with `clip` only where nothing of it is inside.
 */
export function cornersIn(
  { x, y, width, height, at }: PictureBox,
  size: { readonly width: number; readonly height: number },
  outside: 'refuse' | 'clip',
  name: string,
  picture: string,
): readonly [number, number, number, number] {
  const beyond = Math.max(-x, -y, x + width - size.width, y + height - size.height);
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  const [right, bottom] = [Math.min(x + width, size.width), Math.min(y + height, size.height)];
  const isInside = right > left && bottom > top;
  if (isInside && (outside === 'clip' || beyond <= ROUNDING)) return [left, top, right, bottom];
  throw new DataFormatError('a box lies outside of its picture', {
    file: name,
    path: `${name} ${at}`,
    received: `x ${x}, y ${y}, ${width} × ${height} in ${picture} of ${size.width} × ${size.height} pixels`,
    expected: 'a box within the picture',
    fix: isInside
      ? "correct the box, or cut all boxes to their pictures with outside: 'clip'"
      : 'remove the box, or correct it',
  });
}
