import type { AxisSizes } from '@descent/core/backend';

/** How a number in a graph follows from the sizes of the open axes: always the same, a sum such as `2·time + 1`, or a product such as `4·batch·time`. */
export type SizeForm =
  | { readonly kind: 'constant'; readonly value: number }
  | {
      readonly kind: 'sum';
      readonly terms: readonly { readonly axis: string; readonly factor: number }[];
      readonly add: number;
      readonly divisor: number;
    }
  | { readonly kind: 'product'; readonly factor: number; readonly axes: readonly string[]; readonly divisor: number };

/** The form of a number that is `values[i]` at `sizes[i]`, or `null` when it has none. The first of `sizes` differs from others in one axis only. */
export function sizeForm(values: readonly number[], sizes: readonly AxisSizes[]): SizeForm | null {
  const [first] = values;
  if (first === undefined || !values.every(Number.isSafeInteger)) return null;
  if (values.every((v) => v === first)) return { kind: 'constant', value: first };
  const steps = stepsOf(sizes);
  for (const form of [sumOf(values, sizes, steps), productOf(values, sizes, steps)]) {
    if (form !== null && sizes.every((at, i) => isExactly(form, at, values[i] as number))) return form;
  }
  return null;
}

/** By how much `values` are above `others` everywhere, or `null`. */
export function fixedDistance(values: readonly number[], others: readonly number[]): number | null {
  const distance = (values[0] as number) - (others[0] as number);
  return values.every((v, i) => v - (others[i] as number) === distance) ? distance : null;
}

/** The number at `sizes`; not whole where it does not come out even. */
export function evaluate(form: SizeForm, sizes: AxisSizes): number {
  if (form.kind === 'constant') return form.value;
  if (form.kind === 'product')
    return form.axes.reduce((n, axis) => n * (sizes[axis] as number), form.factor) / form.divisor;
  return form.terms.reduce((n, { axis, factor }) => n + factor * (sizes[axis] as number), form.add) / form.divisor;
}

/** `2*time + 1`, as other exporters write it. */
export function formatForm(form: SizeForm): string {
  if (form.kind === 'constant') return String(form.value);
  const over = form.divisor === 1 ? '' : `/${form.divisor}`;
  const times = (factor: number, axes: readonly string[]): string =>
    [...(factor === 1 ? [] : [factor]), ...axes].join('*');
  if (form.kind === 'product') return `${times(form.factor, form.axes)}${over}`;
  const terms = form.terms.map(({ axis, factor }) => times(factor, [axis]));
  const sum = [...terms, ...(form.add === 0 ? [] : [String(form.add)])].join(' + ').replaceAll('+ -', '- ');
  return over === '' ? sum : terms.length === 1 && form.add === 0 ? `${sum}${over}` : `(${sum})${over}`;
}

function isExactly(form: SizeForm, at: AxisSizes, value: number): boolean {
  return evaluate(form, at) === value;
}

/** For each axis, which of `sizes` differs from the first in that axis only. */
function stepsOf(sizes: readonly AxisSizes[]): ReadonlyMap<string, number> {
  const [base = {}] = sizes;
  const steps = new Map<string, number>();
  for (const [i, at] of sizes.entries()) {
    const [axis, ...more] = Object.keys(base).filter((name) => at[name] !== base[name]);
    if (axis !== undefined && more.length === 0 && !steps.has(axis)) steps.set(axis, i);
  }
  return steps;
}

function sumOf(
  values: readonly number[],
  sizes: readonly AxisSizes[],
  steps: ReadonlyMap<string, number>,
): SizeForm | null {
  const base = sizes[0] as AxisSizes;
  const first = values[0] as number;
  const slopes = [...steps].map(([axis, i]) => {
    const [rise, run] = [
      (values[i] as number) - first,
      ((sizes[i] as AxisSizes)[axis] as number) - (base[axis] as number),
    ];
    const common = gcd(rise, run) * Math.sign(run);
    return { axis, rise: rise / common, run: run / common };
  });
  const divisor = slopes.reduce((all, { run }) => (all * run) / gcd(all, run), 1);
  const terms = slopes
    .map(({ axis, rise, run }) => ({ axis, factor: (rise * divisor) / run }))
    .filter(({ factor }) => factor !== 0);
  const add = first * divisor - terms.reduce((n, { axis, factor }) => n + factor * (base[axis] as number), 0);
  return terms.length === 0 ? null : { kind: 'sum', terms, add, divisor };
}

/** Higher powers of one axis than the scores of attention have. */
const HIGHEST_POWER = 3;

function productOf(
  values: readonly number[],
  sizes: readonly AxisSizes[],
  steps: ReadonlyMap<string, number>,
): SizeForm | null {
  const base = sizes[0] as AxisSizes;
  const first = values[0] as number;
  const axes: string[] = [];
  for (const [axis, i] of steps) {
    const [before, after] = [base[axis] as number, (sizes[i] as AxisSizes)[axis] as number];
    let power = 0;
    while (power <= HIGHEST_POWER && first * after ** power !== (values[i] as number) * before ** power) power++;
    if (power > HIGHEST_POWER) return null;
    for (let p = 0; p < power; p++) axes.push(axis);
  }
  const size = axes.reduce((n, axis) => n * (base[axis] as number), 1);
  const common = gcd(first, size);
  return { kind: 'product', factor: first / common, axes, divisor: size / common };
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
