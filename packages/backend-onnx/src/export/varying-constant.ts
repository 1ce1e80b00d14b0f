import type { Shape } from '@descent/core/backend';

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
  /** `[0, 1, …]`, so many. */
  | { readonly kind: 'range'; readonly counts: readonly number[] }
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
  const counts = constants.map(({ data }) => data.length);
  const isRange = shape.length === 1 && constants.every(({ data }) => isCounting(data)) && isTold(counts);
  return isRange ? { kind: 'range', counts } : null;
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

function isCounting(data: AnyConstant['data']): boolean {
  return isEach(data, (v, i) => Number(v) === i);
}

function isEach(data: AnyConstant['data'], test: (value: number | bigint, i: number) => boolean): boolean {
  for (let i = 0; i < data.length; i++) if (!test(data[i] as number | bigint, i)) return false;
  return true;
}
