import { type NDArray, ndarray } from '@descent/core';
import type { Color } from '../../../charts/heat-colors.ts';

/** The part of the plane that is shown. */
export interface Bounds {
  readonly x: readonly [least: number, most: number];
  readonly y: readonly [least: number, most: number];
}

/** Room around the outermost points, as a share of what they fill. */
const ROOM = 0.12;

/** What holds all points `[n, 2]` of `sets`. */
export function boundsOf(sets: readonly ArrayLike<number>[]): Bounds {
  const axis = (which: 0 | 1): readonly [number, number] => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const points of sets) {
      for (let i = which; i < points.length; i += 2) {
        least = Math.min(least, points[i] as number);
        most = Math.max(most, points[i] as number);
      }
    }
    if (!(least < most)) return Number.isFinite(least) ? [least - 1, least + 1] : [-1, 1];
    const room = ROOM * (most - least);
    return [least - room, most + room];
  };
  return { x: axis(0), y: axis(1) };
}

/** The middles of `side × side` cells, `[side², 2]`: row after row, the uppermost first, as pixels lie. */
export function gridOf({ x, y }: Bounds, side: number): Float32Array<ArrayBuffer> {
  const points = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    points[2 * i] = x[0] + (((i % side) + 0.5) / side) * (x[1] - x[0]);
    points[2 * i + 1] = y[1] - ((Math.floor(i / side) + 0.5) / side) * (y[1] - y[0]);
  }
  return points;
}

/** The strongest colour: points of the same class stay visible on it. */
const STRENGTH = 0.55;

/**
 * A pixel for each row of probabilities `[n, classes]`: the colour of the likeliest class, the stronger the surer it is, over `ground`. Where all classes
 * are as likely, nothing but the ground is seen.
 */
export function planePixels(
  probabilities: ArrayLike<number>,
  colors: readonly Color[],
  ground: Color,
): Uint8ClampedArray<ArrayBuffer> {
  const classes = colors.length;
  const count = probabilities.length / classes;
  const rgba = new Uint8ClampedArray(4 * count);
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if ((probabilities[i * classes + c] as number) > (probabilities[i * classes + best] as number)) best = c;
    }
    const most = probabilities[i * classes + best] as number;
    if (Number.isNaN(most)) continue;
    const share = (STRENGTH * (most - 1 / classes)) / (1 - 1 / classes);
    const color = colors[best] as Color;
    for (const part of [0, 1, 2] as const) rgba[4 * i + part] = ground[part] + share * (color[part] - ground[part]);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/** Points `[n, 2]` for the network. */
export function pointsArray(data: Float32Array<ArrayBuffer>): NDArray {
  return ndarray('float32', [data.length / 2, 2], data);
}
