import type { Evaluation, LabelledArrays } from '../../session/protocol.ts';

/** A sample of a set that was judged. */
export interface JudgedSample {
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Of what was predicted; `null` where the evaluation does not tell it: for what is right. */
  readonly probability: number | null;
}

/**
 * The samples that a cell of the confusion matrix counts, or all mistakes: those the most certain first, what is right in the order of the set. The
 * evaluation has all mistakes, so what is not among them is right.
 */
export function cellSamples(
  { evaluation, samples }: { readonly evaluation: Evaluation; readonly samples: LabelledArrays },
  cell: { readonly label: number; readonly predicted: number } | null,
): readonly JudgedSample[] {
  const { mistakes } = evaluation;
  if (cell === null) return mistakes;
  const { label, predicted } = cell;
  if (label !== predicted) return mistakes.filter((one) => one.label === label && one.predicted === predicted);
  const wrong = new Set(mistakes.map(({ index }) => index));
  return Array.from(samples.y.data as ArrayLike<number>, Number).flatMap((given, index) =>
    given === label && !wrong.has(index) ? [{ index, label, predicted, probability: null }] : [],
  );
}
