import {
  bce,
  bceWithLogits,
  createTrainer,
  crossEntropy,
  type Loss,
  layer,
  type Metric,
  mse,
  type NDArray,
  type Node,
  nll,
  type OutputKind,
  sgd,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import type { METRICS } from '../config/callables/index.ts';
import { buildMetrics } from '../config/calls.ts';
import type { Call } from '../config/define-config.ts';
import { rowsOf } from '../run/rows.ts';

/** What outputs are about, as far as metrics care. */
export type Task = 'classes' | 'yes or no' | 'numbers';

/** A number about a network on a data set. */
export interface Score {
  readonly name: string;
  /** `null` where it has no meaning, such as the area under a curve where nothing is right. */
  readonly value: number | null;
  /** Which way is better; `null` where the metric does not say. */
  readonly better: 'lower' | 'higher' | null;
}

/** What a network said, and what it should have said. */
export interface Judged {
  readonly task: Task;
  /** `[n, …]` */
  readonly output: NDArray;
  /** `[n, …]` */
  readonly target: NDArray;
  readonly kind: OutputKind;
  /** What it was trained with; left out where that is not known, as of an ONNX file. */
  readonly loss?: Loss | undefined;
  /** Metrics that the config has, which may be of the user's own. */
  readonly metrics?: readonly Metric[];
}

type Fits = (judged: Judged) => boolean;

const never: Fits = () => false;
const classes: Fits = ({ task }) => task === 'classes';
const choices: Fits = ({ task }) => task !== 'numbers';
/** One label a sample: of several that each hold or not, these numbers say nothing. */
const single: Fits = (judged) => classes(judged) || (judged.task === 'yes or no' && width(judged) === 1);
const numbers: Fits = ({ task }) => task === 'numbers';
const width = ({ output }: Judged): number => output.shape[1] ?? 1;

const TOP = 5;

/** When each metric of core says something of its own. One that is forgotten here does not compile. */
const FITS: Readonly<Record<keyof typeof METRICS, Fits>> = {
  accuracy: classes,
  binaryAccuracy: ({ task }) => task === 'yes or no',
  // Of one column it is binaryAccuracy.
  exactMatch: (judged) => judged.task === 'yes or no' && width(judged) > 1,
  topKAccuracy: (judged) => classes(judged) && width(judged) > TOP,
  balancedAccuracy: single,
  precision: choices,
  recall: choices,
  f1: choices,
  // Who knows which beta counts has it in the config; of 1 it is f1.
  fBeta: never,
  jaccard: choices,
  cohenKappa: single,
  matthewsCorrelation: single,
  auroc: choices,
  averagePrecision: choices,
  logLoss: choices,
  // The exponential of logLoss, which is read where a token is chosen at each place.
  perplexity: (judged) => classes(judged) && judged.target.shape.length > 1,
  brier: choices,
  calibrationError: choices,
  mae: numbers,
  rmse: numbers,
  // It divides by the targets.
  mape: (judged) => numbers(judged) && judged.target.data.every((value) => value !== 0),
  r2: numbers,
  pearson: numbers,
  spearman: numbers,
  // Of sequences that are generated, which the outputs of one call are not.
  editDistance: never,
  bleu: never,
  // For networks of several outputs.
  metricOn: never,
};

const BATCH = 1000;

/** The loss and every metric of core that fits, besides those of the config; over all samples, by the reference interpreter. */
export async function scoresOf(given: Judged): Promise<readonly Score[]> {
  const judged = asLogarithms(given);
  const { loss = lossOf(judged), metrics = [], output, target } = judged;
  const names = (Object.keys(FITS) as (keyof typeof FITS)[]).filter((name) => FITS[name](judged));
  // What the config has of a metric, such as its average, it has for a reason.
  const fitting = buildMetrics(names.map((name): Call => (name === 'topKAccuracy' ? [name, TOP] : name)));
  const others = fitting.filter(({ name }) => metrics.every((own) => own.name !== name));
  const trainer = await createTrainer({
    model: layer('outputs', {}, (x: Node) => x),
    loss,
    optimizer: sgd({ lr: 1 }),
    metrics: [...metrics, ...others],
    backend: referenceBackend(),
  });
  try {
    const count = output.shape[0] ?? 0;
    const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => i * BATCH);
    const results = await trainer.evaluate(
      starts.map((from) => {
        const to = Math.min(from + BATCH, count);
        return { x: rowsOf(output, from, to), y: rowsOf(target, from, to) };
      }),
    );
    return [
      ...Object.entries(results).map(([name, value]) => ({
        name,
        value: Number.isFinite(value) ? value : null,
        better: name === 'loss' ? ('lower' as const) : (trainer.directions[name] ?? null),
      })),
    ];
  } finally {
    trainer.dispose();
  }
}

/** The least normal float32, as metrics bound probabilities. */
const LEAST = 2 ** -126;

/** Probabilities of classes as their logarithms, of which there is a loss: no metric changes by it. */
function asLogarithms(judged: Judged): Judged {
  if (judged.loss !== undefined || judged.task !== 'classes' || judged.kind !== 'probabilities') return judged;
  const data = Float32Array.from(judged.output.data, (p) => Math.log(Math.max(p, LEAST)));
  return { ...judged, kind: 'log-probabilities', output: { dtype: 'float32', shape: judged.output.shape, data } };
}

/** The usual loss of such outputs. */
function lossOf({ task, kind }: Judged): Loss {
  if (task === 'numbers') return mse();
  if (task === 'yes or no') return kind === 'probabilities' ? bce() : bceWithLogits();
  return kind === 'log-probabilities' ? nll() : crossEntropy();
}
