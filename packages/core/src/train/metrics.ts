import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import type { AnyMetric } from '../metrics/metric.ts';
import { notWhatWasWanted } from '../options.ts';
import { names } from './names.ts';

/** What each of the results is the mean of, such as the number of samples. Not shown when results are printed or compared. */
const WEIGHTS: unique symbol = Symbol('weights');

/** `loss` and each metric by name, as means over what each counts, such as the samples; `meanOf` puts several together. */
export type Metrics<Name extends string = string> = Readonly<Record<Name, number>> & {
  readonly loss: number;
  readonly [WEIGHTS]?: Readonly<Record<string, number>>;
};

/** Entry `i` of what a program returned for a batch of `samples`; `metrics` names what is there besides the loss. */
export function metricsAt(
  metrics: readonly Pick<AnyMetric, 'name'>[],
  outputs: Arrays,
  i: number,
  samples: number,
): Metrics {
  const values: Record<string, number> = {};
  const weights: Record<string, number> = {};
  // A plain loop: this runs for every step.
  for (const name of ['loss', ...metrics.map((metric) => metric.name)]) {
    values[name] = outputs[names.result(name)]?.data[i] as number;
    weights[name] = outputs[names.weight(name)]?.data[i] ?? samples;
  }
  return weighted(values, weights);
}

function weighted(values: Record<string, number>, weights: Readonly<Record<string, number>>): Metrics {
  return Object.defineProperty(values, WEIGHTS, { value: weights }) as Metrics;
}

/** Sums of metrics and of their weights; plain data, so that it can be part of a checkpoint. */
export interface TotalsState {
  /** Each metric times its weight. */
  readonly sums: Readonly<Record<string, number>>;
  readonly samples: number;
  /** By metric. Without it: the number of samples for each. */
  readonly weights?: Readonly<Record<string, number>>;
}

/** Averages metrics over batches that differ in size or in what they count. */
export class Totals {
  #sums: Record<string, number>;
  #weights: Record<string, number>;
  #samples: number;

  constructor({ sums, samples, weights }: TotalsState = { sums: {}, samples: 0 }) {
    this.#sums = { ...sums };
    this.#weights = { ...(weights ?? Object.fromEntries(Object.keys(sums).map((name) => [name, samples]))) };
    this.#samples = samples;
  }

  /** Adds the results of a batch of `samples`. */
  add(metrics: Metrics, samples: number): void {
    this.#samples += samples;
    for (const [name, value] of Object.entries(metrics)) {
      const weight = metrics[WEIGHTS]?.[name] ?? samples;
      this.#weights[name] = (this.#weights[name] ?? 0) + weight;
      // Where nothing was counted there is no mean, which must not spoil the others.
      this.#sums[name] = (this.#sums[name] ?? 0) + (weight === 0 ? 0 : value * weight);
    }
  }

  get state(): TotalsState {
    return { sums: { ...this.#sums }, samples: this.#samples, weights: { ...this.#weights } };
  }

  mean(): Metrics {
    const entries = Object.entries(this.#sums);
    if (entries.length === 0) {
      throw new ValueError('there was nothing to average', { received: 'no batches', expected: 'at least one sample' });
    }
    if (this.#weights['loss'] === 0) {
      throw new ValueError('there was nothing to average', {
        received: `${this.#samples} samples, none of which counts for the loss`,
        expected: 'at least one label that is not left out by ignoreIndex, of a class with a weight above 0',
      });
    }
    const means = entries.map(([name, sum]) => [name, sum / (this.#weights[name] as number)] as const);
    return weighted(Object.fromEntries(means), { ...this.#weights });
  }
}

/**
 * The mean of results of `trainer.step` or `trainer.evaluate`, as of one batch of all their samples: each result counts by what it is the mean
 * of, so that batches may differ in size. Throws a `ValueError` without results, and for copies of results, which have lost what they count.
 */
export function meanOf<Name extends string>(results: Iterable<Metrics<Name>>): Metrics<Name> {
  if (typeof results !== 'object' || results === null || !(Symbol.iterator in results)) {
    throw notWhatWasWanted('meanOf: the results', results, {
      what: 'a list of results',
      example: '[await trainer.step(x, y)]',
    });
  }
  const totals = new Totals();
  for (const result of results) {
    const samples = (result as Metrics | null)?.[WEIGHTS]?.['loss'];
    if (samples === undefined) {
      throw new ValueError('meanOf takes results of a trainer as they are', {
        received: JSON.stringify(result) ?? String(result),
        expected: 'what trainer.step(x, y) or trainer.evaluate(batches) returned, not a copy of it',
      });
    }
    totals.add(result as Metrics, samples);
  }
  return totals.mean() as Metrics<Name>;
}

/** Throws when two metrics share a name, or one takes the loss's. */
export function expectNames(metrics: readonly Pick<AnyMetric, 'name'>[]): void {
  const all = ['loss', ...metrics.map((m) => m.name)];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new ValueError(`two metrics are called '${twice}'`, {
    path: 'metrics',
    received: all.join(', '),
    expected: "distinct names; 'loss' is always there",
  });
}
