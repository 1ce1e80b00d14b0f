import type { Shape } from '@descent/core/backend';
import { type Affine, affineOf, openAxesOf } from './affine-constant.ts';
import { rowsAndColumns, type Triangle, triangleOf } from './triangle-constant.ts';

/** A constant of a graph or of a model. */
export interface AnyConstant {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data: ArrayLike<number | bigint>;
}

/** What a constant that differs with the sizes of open axes is, when it can be computed from them. */
export type VaryingConstant =
  | { readonly kind: 'same' }
  /** One number everywhere, in a tensor of another shape each time. */
  | { readonly kind: 'filled'; readonly value: number }
  /** Whole numbers that count along axes, one of each for each of the sizes: `[0, 1, …]`, or the places of tokens in all texts of a batch. */
  | { readonly kind: 'affine'; readonly each: readonly Affine[] }
  /** True on one side of a diagonal, such as a causal mask. */
  | { readonly kind: 'triangle'; readonly diagonals: readonly number[]; readonly inside: boolean }
  | { readonly kind: 'number'; readonly values: readonly number[] };

/**
 * `constants[i]` is what stands there at the i-th sizes; `isTold` says of whole numbers whether something tells them. `null` when it cannot be
 * computed.
 */
export function varyingConstant(
  constants: readonly AnyConstant[],
  isTold: (values: readonly number[]) => boolean,
): VaryingConstant | null {
  const [first] = constants as readonly [AnyConstant];
  if (constants.every((c) => isSame(c, first))) return { kind: 'same' };
  const { dtype, shape } = first;
  if (constants.some((c) => c.dtype !== dtype || c.shape.length !== shape.length)) return null;
  if (shape.length === 0) {
    const values = constants.map(({ data }) => Number(data[0]));
    return isTold(values) ? { kind: 'number', values } : null;
  }
  const value = first.data[0];
  if (value !== undefined && constants.every(({ data }) => isAll(data, value)))
    return { kind: 'filled', value: Number(value) };
  const open = openAxesOf(constants.map((c) => c.shape));
  if (!open.every((k) => isTold(constants.map((c) => c.shape[k] as number)))) return null;
  return countOf(constants, open, isTold) ?? maskOf(constants, isTold);
}

function countOf(
  constants: readonly AnyConstant[],
  open: readonly number[],
  isTold: (values: readonly number[]) => boolean,
): VaryingConstant | null {
  const each: Affine[] = [];
  for (const constant of constants) {
    const one = affineOf(constant, open);
    if (one === null) return null;
    each.push(one);
  }
  const columns = [each.map(({ base }) => base), ...open.map((k) => each.map(({ steps }) => steps.get(k) ?? []))];
  const areTold = columns.every((lists) => lists[0]?.every((_, p) => isTold(lists.map((list) => list[p] as number))));
  return areTold ? { kind: 'affine', each } : null;
}

function maskOf(
  constants: readonly AnyConstant[],
  isTold: (values: readonly number[]) => boolean,
): VaryingConstant | null {
  const [axes] = constants.map((c) => rowsAndColumns(c)?.join());
  const each: Triangle[] = [];
  for (const constant of constants) {
    const one = triangleOf(constant);
    if (one === null || rowsAndColumns(constant)?.join() !== axes) return null;
    each.push(one);
  }
  const inside = each[0]?.inside === true;
  const diagonals = each.map(({ diagonal }) => diagonal);
  return each.every((one) => one.inside === inside) && isTold(diagonals)
    ? { kind: 'triangle', diagonals, inside }
    : null;
}

/** Whether two constants have the same bits. */
export function isSame(a: AnyConstant, b: AnyConstant): boolean {
  if (a === b || (a.data === b.data && isShape(a, b))) return true;
  return a.dtype === b.dtype && isShape(a, b) && isEach(a.data, (v, i) => Object.is(v, b.data[i]));
}

function isShape(a: AnyConstant, b: AnyConstant): boolean {
  return a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i]);
}

function isAll(data: AnyConstant['data'], value: number | bigint): boolean {
  return isEach(data, (v) => Object.is(v, value));
}

function isEach(data: AnyConstant['data'], test: (value: number | bigint, i: number) => boolean): boolean {
  for (let i = 0; i < data.length; i++) if (!test(data[i] as number | bigint, i)) return false;
  return true;
}
