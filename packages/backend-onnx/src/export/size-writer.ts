import type { AxisSizes, Shape } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { reshape } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import { fixedDistance, type SizeForm, sizeForm } from './size-forms.ts';

interface Dimension {
  readonly value: Value;
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** Writes the computation of sizes into a model: numbers that are `values[i]` when the open axes have `sizes[i]`. */
export class SizeWriter {
  readonly #b: GraphBuilder;
  readonly #sizes: readonly AxisSizes[];
  readonly #inputs = new Map<string, Dimension>();
  readonly #others = new Map<string, Dimension>();

  constructor(builder: GraphBuilder, sizes: readonly AxisSizes[]) {
    this.#b = builder;
    this.#sizes = sizes;
  }

  /** Declares that `value`, an input or a result so far, has `shapes[i]` at `sizes[i]`. */
  declare(value: Value, shapes: readonly Shape[], isInput: boolean): void {
    const dimensions = isInput ? this.#inputs : this.#others;
    for (const axis of value.shape.keys()) {
      const sizes = shapes.map((shape) => shape[axis] as number);
      const isFixed = sizes.every((size) => size === sizes[0]);
      if (!isFixed && !dimensions.has(keyOf(sizes))) dimensions.set(keyOf(sizes), { value, axis, sizes });
    }
  }

  /** Whether `size` knows how to compute this. */
  tells(values: readonly number[]): boolean {
    return this.#inputs.has(keyOf(values)) || sizeForm(values, this.#sizes) !== null || this.#beside(values) !== null;
  }

  /** An int64 vector of one element; `null` when nothing tells this size. */
  size(values: readonly number[]): Value | null {
    const b = this.#b;
    if (values.every((v) => v === values[0])) return b.ints([values[0] as number]);
    const known = this.#inputs.get(keyOf(values));
    if (known !== undefined) return this.#dimension(known);
    const form = sizeForm(values, this.#sizes);
    if (form !== null) return this.#computed(form);
    const beside = this.#beside(values);
    if (beside === null) return null;
    const size = this.#dimension(beside.dimension);
    return beside.distance === 0 ? size : b.add('Add', [size, b.ints([beside.distance])], INT64);
  }

  /** A size of a result that is these numbers, or by a fixed distance more or less: such as a rounded half, what a stride leaves of an axis. */
  #beside(values: readonly number[]): { readonly dimension: Dimension; readonly distance: number } | null {
    const same = this.#others.get(keyOf(values));
    if (same !== undefined) return { dimension: same, distance: 0 };
    for (const dimension of this.#others.values()) {
      const distance = fixedDistance(values, dimension.sizes);
      if (distance !== null) return { dimension, distance };
    }
    return null;
  }

  /** The same as a number of rank 0. */
  scalar(values: readonly number[]): Value | null {
    const size = this.size(values);
    return size === null ? null : reshape(this.#b, size, []);
  }

  /** An int64 vector of entries `rows[i]` at `sizes[i]`; `null` when nothing tells one of them. */
  vector(rows: readonly (readonly number[])[]): Value | null {
    const [first = []] = rows;
    const parts: Value[] = [];
    for (let j = 0; j < first.length; ) {
      // Fixed entries that stand together are one constant.
      let end = j;
      while (end < first.length && rows.every((row) => row[end] === first[end])) end++;
      const part = end > j ? this.#b.ints(first.slice(j, end)) : this.size(rows.map((row) => row[j] as number));
      if (part === null) return null;
      parts.push(part);
      j = Math.max(end, j + 1);
    }
    if (parts.length === 1) return parts[0] as Value;
    return this.#b.add('Concat', parts, { dtype: 'int64', shape: [first.length] }, { axis: 0 });
  }

  #dimension({ value, axis }: Dimension): Value {
    return this.#b.size(value, axis);
  }

  #computed(form: SizeForm): Value {
    const b = this.#b;
    if (form.kind === 'constant') return b.ints([form.value]);
    const axis = (name: string): Value => this.size(this.#sizes.map((at) => at[name] as number)) as Value;
    const times = (value: Value, factor: number): Value =>
      factor === 1 ? value : b.add('Mul', [value, b.ints([factor])], INT64);
    const over = (value: Value): Value =>
      form.divisor === 1 ? value : b.add('Div', [value, b.ints([form.divisor])], INT64);
    if (form.kind === 'product') {
      const product = form.axes.map(axis).reduce((all, size) => b.add('Mul', [all, size], INT64));
      return over(times(product, form.factor));
    }
    const terms = form.terms.map((term) => times(axis(term.axis), term.factor));
    const sum = terms.reduce((all, term) => b.add('Add', [all, term], INT64));
    return over(form.add === 0 ? sum : b.add('Add', [sum, b.ints([form.add])], INT64));
  }
}

const INT64 = { dtype: 'int64', shape: [1] } as const;

function keyOf(values: readonly number[]): string {
  return values.join();
}
