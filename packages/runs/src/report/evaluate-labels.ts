import { type NDArray, type NDArrays, type OutputKind, ShapeError, ValueError } from '@descent/core';
import { expectEvaluation, type Predict, predictions } from './batches.ts';
import { type ClassScore, meanScores, ratio } from './class-scores.ts';
import type { LabelEvaluation } from './evaluation.ts';

/** Samples of which any number of labels may be right. */
export interface LabelData<X extends NDArrays = NDArray> {
  /** `[n, …]`, one array or several by name. */
  readonly x: X;
  /** 0 and 1, `[n, labels]`. */
  readonly y: NDArray;
  readonly labels: readonly string[];
}

export interface EvaluateLabelsOptions {
  /** Which data these are, for the report. Default `'test'`. */
  readonly set?: string;
  /** Samples a call of `predict`. Default 500. */
  readonly batchSize?: number;
  /** What the network gives: a `'logit'` of each label (default) or `'probabilities'`. */
  readonly output?: Extract<OutputKind, 'logit' | 'probabilities'>;
}

const OPTIONS = ['set', 'batchSize', 'output'];

/**
 * Scores of each label of a network that gives a number for each, `[batch, labels]`: a label is given from a probability of one half on.
 * @throws ShapeError, ValueError or NumericError when predictions and data do not fit, or a prediction is not finite.
 */
export async function evaluateLabels<X extends NDArrays = NDArray>(
  predict: Predict<X>,
  { x, y, labels }: LabelData<X>,
  options: EvaluateLabelsOptions = {},
): Promise<LabelEvaluation> {
  const { set = 'test', batchSize = 500, output: kind = 'logit' } = options;
  expectEvaluation('evaluateLabels', options, OPTIONS, { x, y });
  if (kind !== 'logit' && kind !== 'probabilities') {
    throw new ValueError('output is not what labels are read from', {
      received: String(kind),
      expected: "'logit' or 'probabilities'",
    });
  }
  const width = labels.length;
  if (y.shape.length !== 2 || y.shape[1] !== width) {
    throw new ShapeError('these data do not have these labels', {
      received: `y [${y.shape.join(', ')}] and ${width} labels`,
      expected: `0 and 1 for each label of each sample, [n, ${width}]`,
    });
  }
  const samples = y.shape[0] as number;
  const from = kind === 'logit' ? 0 : 0.5;
  const counts = labels.map(() => ({ hits: 0, given: 0, support: 0 }));
  let exact = 0;
  for await (const { start, output } of predictions(predict, x, { batchSize, widths: [width] })) {
    const rows = output.data.length / width;
    for (let i = 0; i < rows; i++) {
      let same = true;
      for (const [c, count] of counts.entries()) {
        const is = y.data[(start + i) * width + c] === 1;
        const said = (output.data[i * width + c] as number) >= from;
        if (is) count.support += 1;
        if (said) count.given += 1;
        if (is && said) count.hits += 1;
        same &&= is === said;
      }
      if (same) exact += 1;
    }
  }
  const scores = counts.map(
    ({ hits, given, support }): ClassScore => ({
      precision: ratio(hits, given),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, given + support),
      support,
    }),
  );
  return {
    kind: 'labels',
    set,
    samples,
    labels: [...labels],
    exactMatch: exact / samples,
    scores,
    averages: {
      macro: meanScores(
        scores,
        scores.map(() => 1),
      ),
      weighted: meanScores(
        scores,
        scores.map((s) => s.support),
      ),
    },
  };
}
