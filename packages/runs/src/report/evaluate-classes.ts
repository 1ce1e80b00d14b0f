import {
  areProbabilities,
  classProbabilities,
  expectTargets,
  type NDArray,
  type NDArrays,
  type OutputKind,
  ShapeError,
} from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { expectEvaluation, expectInteger, type Predict, predictions, rows } from './batches.ts';
import { accuracyOf, averageScores, classScores, confusionMatrix } from './class-scores.ts';
import type { ClassEvaluation, Mistake } from './evaluation.ts';
import { pictureMaker } from './picture.ts';

/** Labelled samples, such as an `ArrayDataset` of `@descent/datasets`. */
export interface ClassData<X extends NDArrays = NDArray> {
  /** `[n, …]`, one array or several by name. */
  readonly x: X;
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
  /** What the network gives, such as `predictor.outputKind` says. Default: rows of numbers from 0 to 1 with sum 1 are probabilities, others logits. */
  readonly output?: OutputKind;
  /** A label that is left out, as by the loss. Default: none. */
  readonly ignoreIndex?: number | undefined;
}

const OPTIONS = ['set', 'batchSize', 'mistakes', 'output', 'ignoreIndex'];

/**
 * Confusion matrix, scores of each class and the most confident mistakes of a classifier: `predict` gives logits, logarithms of
 * probabilities or probabilities, `[batch, classes]`, or one number a sample for two classes. The largest is the prediction, the first of equals.
 * @throws ShapeError, ValueError or NumericError when predictions and data do not fit, or a prediction is not finite.
 */
export async function evaluateClasses<X extends NDArrays = NDArray>(
  predict: Predict<X>,
  { x, y, classes }: ClassData<X>,
  options: EvaluateClassesOptions = {},
): Promise<ClassEvaluation> {
  const { set = 'test', batchSize = 500, mistakes: kept = 24, output: kind, ignoreIndex } = options;
  expectEvaluation('evaluateClasses', options, OPTIONS, { x, y });
  expectInteger('mistakes', kept, 0);
  if (y.shape.length !== 1 || classes.length === 0) {
    throw new ShapeError('these data have no classes', {
      received: `y [${y.shape.join(', ')}] and ${classes.length} classes`,
      expected: 'class numbers [n] and the names of the classes',
      fix: 'use evaluateNumbers for a network that predicts numbers',
    });
  }
  const samples = y.shape[0] as number;
  const predicted = new Int32Array(samples);
  const probability = new Float64Array(samples);
  let given = kind;
  for await (const { start, output } of predictions(predict, x, { batchSize, widths: widthsOf(classes, kind) })) {
    if (start === 0) expectTargets({ kind: 'classes', classes: classes.length, ignoreIndex }, y, 'y');
    given ??= areProbabilities(output) ? 'probabilities' : 'logits';
    const { rows: found } = classProbabilities(flat(output), given);
    const width = output.data.length / found.length;
    for (const [i, row] of found.entries()) {
      // Of the output itself where it can be: two that differ by little may have one probability.
      const best = argMax(width === 1 ? row : output.data.subarray(i * width, (i + 1) * width));
      predicted[start + i] = best;
      probability[start + i] = row[best] as number;
    }
  }
  const known = [...predicted.keys()].filter((i) => y.data[i] !== ignoreIndex);
  const confusion = confusionMatrix(
    known.map((i) => y.data[i] as number),
    known.map((i) => predicted[i] as number),
    classes.length,
  );
  return {
    kind: 'classes',
    set,
    samples: known.length,
    classes: [...classes],
    confusion,
    accuracy: accuracyOf(confusion),
    scores: classScores(confusion),
    averages: averageScores(confusion),
    mistakes: await mostConfident(x, y.data, predicted, probability, known, kept),
  };
}

/** One number a sample is enough for two classes, when it is known what it is. */
function widthsOf({ length }: readonly string[], kind: OutputKind | undefined): readonly number[] {
  return length === 2 && kind !== undefined && kind !== 'logits' ? [length, 1] : [length];
}

/** `[n, classes]`, where a network gives `[n, classes, 1, 1]`. */
function flat(output: NDArray): NDArray {
  const count = output.shape[0] as number;
  return { ...output, shape: [count, output.data.length / count] };
}

async function mostConfident(
  x: NDArrays,
  labels: ArrayLike<number>,
  predicted: Int32Array,
  probability: Float64Array,
  known: readonly number[],
  count: number,
): Promise<readonly Mistake[]> {
  const wrong = known.filter((i) => predicted[i] !== labels[i]);
  wrong.sort((a, b) => (probability[b] as number) - (probability[a] as number) || a - b);
  const shown = isLeaf(x) ? x : null;
  const picture = shown !== null && wrong.length > 0 && count > 0 ? await pictureMaker(shown) : null;
  return Promise.all(
    wrong.slice(0, count).map(async (index) => ({
      index,
      label: labels[index] as number,
      predicted: predicted[index] as number,
      probability: probability[index] as number,
      image: picture === null || shown === null ? null : await picture(rows(shown, index, index + 1)),
    })),
  );
}

function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let c = 1; c < row.length; c++) if ((row[c] as number) > (row[best] as number)) best = c;
  return best;
}
