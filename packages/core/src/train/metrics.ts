import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import type { Metric } from '../metrics/metric.ts';

/** `loss` and each metric by name, as means over the samples. */
export type Metrics = Readonly<Record<string, number>> & { readonly loss: number };

/** The scalars (or entry `i` of the vectors) that a program returned. */
export function metricsAt(outputs: Arrays, i: number): Metrics {
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data[i] as number])) as Metrics;
}

/** Sums of metrics weighted by their number of samples; plain data, so that it can be part of a checkpoint. */
export interface TotalsState {
  readonly sums: Readonly<Record<string, number>>;
  readonly samples: number;
}

/** Averages metrics over batches of different sizes. */
export class Totals {
  #sums: Record<string, number>;
  #samples: number;

  constructor({ sums, samples }: TotalsState = { sums: {}, samples: 0 }) {
    this.#sums = { ...sums };
    this.#samples = samples;
  }

  add(metrics: Metrics, samples: number): void {
    for (const [name, value] of Object.entries(metrics)) this.#sums[name] = (this.#sums[name] ?? 0) + value * samples;
    this.#samples += samples;
  }

  get state(): TotalsState {
    return { sums: { ...this.#sums }, samples: this.#samples };
  }

  mean(): Metrics {
    if (this.#samples === 0) {
      throw new ValueError('there was nothing to average', { received: 'no batches', expected: 'at least one sample' });
    }
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#samples])) as Metrics;
  }
}

/** Throws when two metrics share a name, or one takes the loss's. */
export function expectNames(metrics: readonly Metric[]): void {
  const all = ['loss', ...metrics.map((m) => m.name)];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new ValueError(`two metrics are called '${twice}'`, {
    path: 'metrics',
    received: all.join(', '),
    expected: "distinct names; 'loss' is always there",
  });
}
