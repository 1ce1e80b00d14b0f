import { numel, type Shape, strides } from '@descent/core/backend';
import type { AnyConstant } from './varying-constant.ts';

/**
 * Whole numbers that count along the open axes: an element is `base + Σ steps[k] · i[k]` over the open axes, with another base and other steps for each place
 * on the other axes, in row-major order.
 */
export interface Affine {
  readonly base: readonly number[];
  /** By axis; none for those that are not open. */
  readonly steps: ReadonlyMap<number, readonly number[]>;
}

/** More places on axes that are not open make a table, not a count. */
const MOST_PLACES = 4096;

/** The axes along which sizes differ. */
export function openAxesOf(shapes: readonly Shape[]): readonly number[] {
  const [first] = shapes as readonly [Shape];
  return [...first.keys()].filter((k) => shapes.some((shape) => shape[k] !== first[k]));
}

/** `shape` with 1 for the axes that are open. */
export function closedShape(shape: Shape, open: readonly number[]): Shape {
  return shape.map((d, k) => (open.includes(k) ? 1 : d));
}

/** What `constant` counts like along the axes `open`; `null` when it does not. */
export function affineOf({ dtype, shape, data }: AnyConstant, open: readonly number[]): Affine | null {
  const closed = closedShape(shape, open);
  const places = numel(closed);
  if (dtype === 'bool' || data.length === 0 || places > MOST_PLACES) return null;
  const [at, within] = [strides(shape), strides(closed)];
  const index = (i: number, k: number): number => Math.floor(i / (at[k] as number)) % (shape[k] as number);
  // Where each place on the closed axes begins.
  const begins = Array.from({ length: places }, (_, p) =>
    shape.reduce((sum, _size, k) => {
      const i = Math.floor(p / (within[k] as number)) % (closed[k] as number);
      return sum + i * (at[k] as number);
    }, 0),
  );
  const base = begins.map((i) => Number(data[i]));
  const steps = new Map(
    open.map((k) => {
      const isOne = shape[k] === 1;
      return [
        k,
        begins.map((i, p) => (isOne ? 0 : Number(data[i + (at[k] as number)]) - (base[p] as number))),
      ] as const;
    }),
  );
  if (![base, ...steps.values()].every((list) => list.every(Number.isSafeInteger))) return null;
  for (let i = 0; i < data.length; i++) {
    const p = closed.reduce((sum, d, k) => (d === 1 ? sum : sum + index(i, k) * (within[k] as number)), 0);
    const expected = open.reduce((sum, k) => sum + (steps.get(k)?.[p] as number) * index(i, k), base[p] as number);
    if (Number(data[i]) !== expected) return null;
  }
  return { base, steps };
}
