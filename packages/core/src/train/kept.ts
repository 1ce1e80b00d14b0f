import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import type { AnyMetric, Statistic } from '../metrics/metric.ts';
import { names } from './names.ts';

/** What a metric that is no mean keeps of one batch. */
export interface Kept {
  readonly statistic: Statistic;
  readonly width: number;
  readonly values: Float64Array;
}

/** The same of several batches, as plain data. */
export interface KeptState {
  readonly width: number;
  readonly values: readonly number[];
}

/** What the metrics that are no means keep of entry `i` of what a program returned. */
export function keptAt(
  metrics: readonly Pick<AnyMetric, 'name' | 'statistic'>[],
  outputs: Arrays,
  i: number,
): Readonly<Record<string, Kept>> {
  const kept: Record<string, Kept> = {};
  for (const { name, statistic } of metrics) {
    if (statistic === undefined) continue;
    const { data, shape } = outputs[names.result(name)] as Arrays[string];
    // Several steps in one run give one entry each; the loss is one number of each.
    const size = data.length / (outputs[names.result('loss')]?.data.length ?? 1);
    const values = Float64Array.from(data.subarray(i * size, (i + 1) * size) as Float32Array);
    kept[name] = { statistic, values, width: statistic.keep === 'rows' ? (shape.at(-1) as number) : size };
  }
  return kept;
}

export function resultOf({ statistic, values, width }: Kept): number {
  return statistic.result(values, width);
}

/** Puts together what a metric keeps of batch after batch. */
export class KeptTotal {
  readonly #statistic: Statistic;
  #chunks: Float64Array[] = [];
  #width: number;

  constructor(statistic: Statistic, { width, values }: KeptState = { width: 0, values: [] }) {
    this.#statistic = statistic;
    this.#width = width;
    if (values.length > 0) this.#chunks = [Float64Array.from(values)];
  }

  /** Throws a `ValueError` when this batch has another number of columns or sums than those before. */
  add({ values, width }: Pick<Kept, 'values' | 'width'>): void {
    if (this.#chunks.length > 0 && width !== this.#width) {
      throw new ValueError('batches cannot be put together', {
        received: `${width} numbers a row after ${this.#width}`,
        expected: 'the same shapes but for the batch in each',
      });
    }
    this.#width = width;
    const [sums] = this.#chunks;
    if (this.#statistic.keep === 'rows' || sums === undefined) this.#chunks.push(Float64Array.from(values));
    else for (let k = 0; k < width; k++) sums[k] = (sums[k] as number) + (values[k] as number);
  }

  get kept(): Kept {
    return { statistic: this.#statistic, width: this.#width, values: this.#joined() };
  }

  get state(): KeptState {
    return { width: this.#width, values: [...this.#joined()] };
  }

  #joined(): Float64Array {
    if (this.#chunks.length > 1) {
      const all = new Float64Array(this.#chunks.reduce((n, chunk) => n + chunk.length, 0));
      let at = 0;
      for (const chunk of this.#chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      this.#chunks = [all];
    }
    return this.#chunks[0] ?? new Float64Array();
  }
}
