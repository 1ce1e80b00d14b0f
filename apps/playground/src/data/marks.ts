import type { NDArray } from '@descent/core';

/** A circle, a square and a triangle about a point, as parts of the path of an SVG. */
const FORMS: readonly string[] = [
  'm-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  'm-2.7-2.7h5.4v5.4h-5.4z',
  'm0-3.6l3.3 5.8h-6.6z',
];

/** Points `[n, 2]` with the class of each. */
export interface Points {
  readonly x: NDArray;
  readonly y: NDArray;
}

export interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** The path of all points of a class: one element of a page, however many they are. */
export function marks({ x, y }: Points, label: number, place: Place): string {
  const form = FORMS[label % FORMS.length] as string;
  const parts: string[] = [];
  y.data.forEach((own, row) => {
    if (own !== label) return;
    const [x1, x2] = [x.data[2 * row] as number, x.data[2 * row + 1] as number];
    parts.push(`M${place.x(x1).toFixed(1)} ${place.y(x2).toFixed(1)}${form}`);
  });
  return parts.join('');
}
