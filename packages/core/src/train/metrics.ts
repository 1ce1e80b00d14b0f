import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import type { AnyMetric } from '../metrics/metric.ts';
import { notWhatWasWanted } from '../options.ts';
import { type Kept, type KeptState, KeptTotal, keptAt, resultOf } from './kept.ts';
import { names } from './names.ts';

/** What each of the results is the mean of, such as the number of samples. Not shown when results are printed or compared. */
const WEIGHTS: unique symbol = Symbol('weights');

/** The terms of a loss that is a sum of means over different things; hidden in the same way. */
const TERMS: unique symbol = Symbol('terms');

/** What metrics that are no means keep; hidden in the same way. */
const KEPT: unique symbol = Symbol('kept');

interface Term {
  readonly mean: number;
  readonly weight: number;
}

/** `loss` and each metric by name, as means over what each counts, such as the samples; `meanOf` puts several together. */
export type Metrics<Name extends string = string> = Readonly<Record<Name, number>> & {
  readonly loss: number;
  readonly [WEIGHTS]?: Readonly<Record<string, number>>;
  readonly [TERMS]?: readonly Term[];
  readonly [KEPT]?: Readonly<Record<string, Kept>>;
};

/** Entry `i` of what a program returned for a batch of `samples`; `metrics` names what is there besides the loss. */
export function metricsAt(
  metrics: readonly Pick<AnyMetric, 'name' | 'statistic'>[],
  outputs: Arrays,
  i: number,
  samples: number,
): Metrics {
  const values: Record<string, number> = {};
  const weights: Record<string, number> = {};
  const kept = keptAt(metrics, outputs, i);
  // A plain loop: this runs for every step.
  for (const name of ['loss', ...metrics.map((metric) => metric.name)]) {
    const own = kept[name];
    values[name] = own === undefined ? (outputs[names.result(name)]?.data[i] as number) : resultOf(own);
    weights[name] = outputs[names.weight(name)]?.data[i] ?? samples;
  }
  return hiding(values, { weights, terms: termsAt(outputs, i, samples), kept });
}

function termsAt(outputs: Arrays, i: number, samples: number): readonly Term[] {
  const terms: Term[] = [];
  for (let array = outputs[names.term(0)]; array !== undefined; array = outputs[names.term(terms.length)]) {
    const weight = outputs[names.termWeight(terms.length)]?.data[i] ?? samples;
    terms.push({ mean: array.data[i] as number, weight });
  }
  return terms;
}

interface Hidden {
  readonly weights: Readonly<Record<string, number>>;
  readonly terms: readonly Term[];
  readonly kept: Readonly<Record<string, Kept>>;
}

function hiding(values: Record<string, number>, { weights, terms, kept }: Hidden): Metrics {
  Object.defineProperty(values, WEIGHTS, { value: weights });
  if (terms.length > 0) Object.defineProperty(values, TERMS, { value: terms });
  if (Object.keys(kept).length > 0) Object.defineProperty(values, KEPT, { value: kept });
  return values as Metrics;
}

/** Whether the terms of the loss, if it has some, are means over the same shares of these batches. */
export function haveOneWeight(all: readonly Metrics[]): boolean {
  const [first = [], ...others] = (all[0]?.[TERMS] ?? []).flatMap((_, term) => {
    const weights = all.map((metrics) => metrics[TERMS]?.[term]?.weight ?? 0);
    const whole = weights.reduce((a, b) => a + b, 0);
    // A term that counts nowhere has no gradient.
    return whole === 0 ? [] : [weights.map((weight) => weight / whole)];
  });
  return others.every((shares) => shares.every((share, i) => Math.abs(share - (first[i] as number)) < 1e-6));
}

/** Sums of metrics and of their weights; plain data, so that it can be part of a checkpoint. */
export interface TotalsState {
  /** Each metric times its weight. */
  readonly sums: Readonly<Record<string, number>>;
  readonly samples: number;
  /** By metric. Without it: the number of samples for each. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Of a loss that is a sum of means over different things. */
  readonly terms?: readonly TermTotal[];
  /** By metric that is no mean. */
  readonly kept?: Readonly<Record<string, KeptState>>;
}

interface TermTotal {
  readonly sum: number;
  readonly weight: number;
}

/** Averages metrics over batches that differ in size or in what they count; what is no mean it puts together. */
export class Totals {
  #sums: Record<string, number>;
  #weights: Record<string, number>;
  #samples: number;
  #terms: readonly TermTotal[];
  readonly #kept: Map<string, KeptTotal>;
  readonly #names: Set<string>;

  /** `metrics` are those of a state that keeps something. */
  constructor(
    { sums, samples, weights, terms = [], kept = {} }: TotalsState = { sums: {}, samples: 0 },
    metrics: readonly Pick<AnyMetric, 'name' | 'statistic'>[] = [],
  ) {
    this.#sums = { ...sums };
    this.#weights = { ...(weights ?? Object.fromEntries(Object.keys(sums).map((name) => [name, samples]))) };
    this.#samples = samples;
    this.#terms = terms;
    this.#names = new Set([...Object.keys(sums), ...Object.keys(kept)]);
    this.#kept = new Map(
      metrics.flatMap(({ name, statistic }) =>
        statistic === undefined || kept[name] === undefined ? [] : [[name, new KeptTotal(statistic, kept[name])]],
      ),
    );
  }

  /** Adds the results of a batch of `samples`. */
  add(metrics: Metrics, samples: number): void {
    this.#samples += samples;
    this.#terms = (metrics[TERMS] ?? []).map(({ mean, weight }, i) => {
      const { sum, weight: before } = this.#terms[i] ?? { sum: 0, weight: 0 };
      return { sum: sum + (weight === 0 ? 0 : mean * weight), weight: before + weight };
    });
    for (const [name, kept] of Object.entries(metrics[KEPT] ?? {})) {
      if (!this.#kept.has(name)) this.#kept.set(name, new KeptTotal(kept.statistic));
      this.#kept.get(name)?.add(kept);
    }
    for (const [name, value] of Object.entries(metrics)) {
      this.#names.add(name);
      if (metrics[KEPT]?.[name] !== undefined) continue;
      const weight = metrics[WEIGHTS]?.[name] ?? samples;
      this.#weights[name] = (this.#weights[name] ?? 0) + weight;
      // Where nothing was counted there is no mean, which must not spoil the others.
      this.#sums[name] = (this.#sums[name] ?? 0) + (weight === 0 ? 0 : value * weight);
    }
  }

  get state(): TotalsState {
    return {
      sums: { ...this.#sums },
      samples: this.#samples,
      weights: { ...this.#weights },
      ...(this.#terms.length > 0 && { terms: this.#terms }),
      ...(this.#kept.size > 0 && { kept: Object.fromEntries([...this.#kept].map(([name, k]) => [name, k.state])) }),
    };
  }

  mean(): Metrics {
    const entries = Object.entries(this.#sums);
    if (entries.length === 0) {
      throw new ValueError('there was nothing to average', { received: 'no batches', expected: 'at least one sample' });
    }
    const counts =
      this.#terms.length === 0 ? this.#weights['loss'] !== 0 : this.#terms.some(({ weight }) => weight > 0);
    if (!counts) {
      throw new ValueError('there was nothing to average', {
        received: `${this.#samples} samples, none of which counts for the loss`,
        expected: 'at least one label that is not left out by ignoreIndex, of a class with a weight above 0',
      });
    }
    const means = entries.map(([name, sum]) => [name, sum / (this.#weights[name] as number)] as const);
    const terms = this.#terms.map(({ sum, weight }) => ({ mean: weight === 0 ? 0 : sum / weight, weight }));
    const loss = terms.length === 0 ? {} : { loss: terms.reduce((total, { mean }) => total + mean, 0) };
    const kept = Object.fromEntries([...this.#kept].map(([name, total]) => [name, total.kept] as const));
    const results = Object.entries(kept).map(([name, all]) => [name, resultOf(all)] as const);
    const byName: Record<string, number> = { ...Object.fromEntries(means), ...loss, ...Object.fromEntries(results) };
    // In the order in which the metrics were given.
    const values = Object.fromEntries([...this.#names].map((name) => [name, byName[name] as number]));
    return hiding(values, { weights: { ...this.#weights }, terms, kept });
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
