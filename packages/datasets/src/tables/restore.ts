import { describeValue, expectOptions, type NDArray, ndarray, ShapeError, ValueError } from '@descent/core';
import { expectHostArray } from '../arguments.ts';
import { expectArray } from '../dataset-check.ts';
import { expectNumberColumns } from './check-preparation.ts';
import { invalidFor } from './invalid-option.ts';
import type { NumberColumn } from './number-column.ts';
import type { TablePreparation } from './preparation.ts';

/** What numbers were standardised by: the preparation of a table or of windows. */
export interface Standardized {
  readonly target: { readonly kind: string; readonly columns?: readonly unknown[] };
}

/**
 * Predictions of a network in the units of the target, float64: `output × std + mean`. `[…, columns]`, or any shape where there is one column.
 * @throws ValueError when the target is no numbers, ShapeError when the last axis has another size than there are columns.
 */
export function restoreNumbers(preparation: Standardized, output: NDArray): NDArray<'float64'> {
  const columns = numberColumns('restoreNumbers', preparation);
  expectHostArray('restoreNumbers', output);
  expectArray('restoreNumbers: the output', output);
  const { shape, data } = output;
  if (columns.length > 1 && shape.at(-1) !== columns.length) {
    throw new ShapeError('restoreNumbers: the output has another number of columns than the target', {
      received: `[${shape.join(', ')}]`,
      expected: `[…, ${columns.length}] for ${columns
        .map(({ name }) => name)
        .slice(0, 20)
        .join(', ')}`,
    });
  }
  const restored = Float64Array.from(data as ArrayLike<number>, (value, i) => {
    const { mean, std } = columns[i % columns.length] as NumberColumn;
    return value * std + mean;
  });
  return ndarray('float64', shape, restored);
}

/** The columns of a target of numbers. Throws a `ValueError` when it is none. */
function numberColumns(what: string, preparation: unknown): readonly NumberColumn[] {
  const { target } = (preparation ?? {}) as Partial<Standardized>;
  const columns = target?.kind === 'numbers' ? target.columns : undefined;
  if (!Array.isArray(columns) || columns.length === 0) {
    throw new ValueError(`${what}: the target is no numbers`, {
      received: target === undefined ? describeValue(preparation) : `a target of ${String(target.kind)}`,
      expected: "a preparation of fitTable with task: 'regression', or of fitWindows",
    });
  }
  expectNumberColumns('target.columns', columns);
  return columns;
}

export interface PredictedLabelsOptions {
  /** From which probability on a label is given, from 0 to 1: one for all labels or one for each. Default 0.5. */
  readonly threshold?: number | readonly number[];
  /** What the output is: a `logit` for each label (the default), as `bceWithLogits` takes it, or `probabilities`. */
  readonly output?: 'logit' | 'probabilities';
}

const invalid = invalidFor('predictedLabels');

/**
 * The labels of each row of a multi-label network's output `[rows, labels]`: those whose probability reaches the threshold.
 * @throws ValueError when the target has no labels, a threshold is no probability or a number of the output is none, ShapeError when the output has another width.
 */
export function predictedLabels(
  preparation: TablePreparation,
  output: NDArray,
  options: PredictedLabelsOptions = {},
): readonly (readonly string[])[] {
  expectOptions('predictedLabels', options, ['threshold', 'output']);
  const { target } = preparation ?? {};
  const labels = target?.kind === 'texts' ? target.labels : target?.kind === 'columns' ? target.columns : undefined;
  if (labels === undefined) {
    throw new ValueError('predictedLabels: the target has no labels', {
      received: target === undefined ? describeValue(preparation) : `a target of ${String(target.kind)}`,
      expected: "a preparation of fitTable with task: 'multi-label'",
    });
  }
  const { threshold = 0.5, output: kind = 'logit' } = options;
  if (kind !== 'logit' && kind !== 'probabilities') throw invalid('output', kind, "'logit' or 'probabilities'");
  const limits = typeof threshold === 'number' ? labels.map(() => threshold) : threshold;
  if (!Array.isArray(limits) || limits.length !== labels.length)
    throw invalid('threshold', threshold, `a number, or ${labels.length} numbers, one for each label`);
  const odd = limits.find((limit) => !(typeof limit === 'number' && limit >= 0 && limit <= 1));
  if (odd !== undefined) throw invalid('threshold', odd, 'a probability from 0 to 1');
  expectHostArray('predictedLabels', output);
  expectArray('predictedLabels: the output', output);
  const { shape, data } = output;
  if (shape.length !== 2 || shape[1] !== labels.length) {
    throw new ShapeError('predictedLabels: the output does not fit the labels', {
      received: `[${shape.join(', ')}]`,
      expected: `[rows, ${labels.length}]`,
    });
  }
  const probability = (value: number): number => {
    const p = kind === 'logit' ? 1 / (1 + Math.exp(-value)) : value;
    if (p >= 0 && p <= 1) return p;
    throw invalid(
      'output',
      value,
      kind === 'logit' ? 'numbers' : 'probabilities from 0 to 1; for logits leave output out',
    );
  };
  return Array.from({ length: shape[0] as number }, (_, row) =>
    labels.filter((_, c) => probability(data[row * labels.length + c] as number) >= (limits[c] as number)),
  );
}
