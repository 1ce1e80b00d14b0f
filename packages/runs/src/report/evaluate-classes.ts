import { type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectInteger, expectOptionNames, expectPairs, type Predict, predictions, rows } from './batches.ts';
import { accuracyOf, averageScores, classScores, confusionMatrix } from './class-scores.ts';
import type { ClassEvaluation, Mistake } from './evaluation.ts';
import { pictureMaker } from './picture.ts';

/** Labelled samples, such as an `ArrayDataset` of `@descent/datasets`. */
export interface ClassData {
  /** `[n, …]` */
  readonly x: NDArray;
  /** Class numbers, `[n]`. */
  readonly y: NDArray;
  /** The name of class `c` is `classes[c]`. */
  readonly classes: readonly string[];
}

export interface EvaluateClassesOptions {
  /** Which data these are, for the report. Default `'test'`. */
  readonly set?: string;
  /** Samples a call of `predict`. Default 500. */
  readonly batchSize?: number;
  /** How many of the most confident mistakes to keep. Default 24. */
  readonly mistakes?: number;
  /** What the network gives. By default its first batch tells: rows of numbers from 0 to 1 with sum 1 are probabilities. */
  readonly output?: 'logits' | 'probabilities';
}

const OPTIONS = ['set', 'batchSize', 'mistakes', 'output'];

/**
 * Confusion matrix, scores of each class and the most confident mistakes of a classifier: `predict` gives logits, logarithms of
 * probabilities or probabilities, `[batch, classes]`. The largest is the prediction, the first of equals.
 * @throws ShapeError, ValueError or NumericError when predictions and data do not fit, or a prediction is not finite.
 */
export async function evaluateClasses(
  predict: Predict,
  { x, y, classes }: ClassData,
  options: EvaluateClassesOptions = {},
): Promise<ClassEvaluation> {
  const { set = 'test', batchSize = 500, mistakes: kept = 24 } = options;
  expectOptionNames('evaluateClasses', options, OPTIONS);
  expectInteger('batchSize', batchSize, 1);
  expectInteger('mistakes', kept, 0);
  if (options.output !== undefined && !['logits', 'probabilities'].includes(options.output)) {
    throw new ValueError('evaluateClasses does not know this output', {
      path: 'output',
      received: String(options.output),
      expected: 'logits or probabilities',
    });
  }
  expectPairs(x, y);
  if (y.shape.length !== 1 || classes.length === 0) {
    throw new ShapeError('these data have no classes', {
      received: `y [${y.shape.join(', ')}] and ${classes.length} classes`,
      expected: 'class numbers [n] and the names of the classes',
      fix: 'use evaluateNumbers for a network that predicts numbers',
    });
  }
  const width = classes.length;
  const samples = y.shape[0] as number;
  const predicted = new Int32Array(samples);
  const probability = new Float64Array(samples);
  let given = options.output;
  for await (const { start, output } of predictions(predict, x, { batchSize, width })) {
    given ??= areProbabilities(output.data, width) ? 'probabilities' : 'logits';
    for (let i = 0; i * width < output.data.length; i++) {
      const row = output.data.subarray(i * width, (i + 1) * width);
      const best = argMax(row);
      predicted[start + i] = best;
      probability[start + i] = given === 'probabilities' ? (row[best] as number) : shareOf(row, best);
    }
  }
  const confusion = confusionMatrix(y.data, predicted, width);
  return {
    kind: 'classes',
    set,
    samples,
    classes: [...classes],
    confusion,
    accuracy: accuracyOf(confusion),
    scores: classScores(confusion),
    averages: averageScores(confusion),
    mistakes: await mostConfident(x, y.data, predicted, probability, kept),
  };
}

async function mostConfident(
  x: NDArray,
  labels: ArrayLike<number>,
  predicted: Int32Array,
  probability: Float64Array,
  count: number,
): Promise<readonly Mistake[]> {
  const wrong = [...predicted.keys()].filter((i) => predicted[i] !== labels[i]);
  wrong.sort((a, b) => (probability[b] as number) - (probability[a] as number) || a - b);
  const picture = wrong.length > 0 && count > 0 ? await pictureMaker(x) : null;
  return Promise.all(
    wrong.slice(0, count).map(async (index) => ({
      index,
      label: labels[index] as number,
      predicted: predicted[index] as number,
      probability: probability[index] as number,
      image: picture === null ? null : await picture(rows(x, index, index + 1)),
    })),
  );
}

function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let c = 1; c < row.length; c++) if ((row[c] as number) > (row[best] as number)) best = c;
  return best;
}

/** The softmax of the largest entry, which is at `best`. */
function shareOf(row: ArrayLike<number>, best: number): number {
  const largest = row[best] as number;
  let sum = 0;
  for (let c = 0; c < row.length; c++) sum += Math.exp((row[c] as number) - largest);
  return 1 / sum;
}

function areProbabilities(data: ArrayLike<number>, width: number): boolean {
  for (let start = 0; start < data.length; start += width) {
    let sum = 0;
    for (let c = 0; c < width; c++) {
      const value = data[start + c] as number;
      if (value < 0 || value > 1 + 1e-6) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}
