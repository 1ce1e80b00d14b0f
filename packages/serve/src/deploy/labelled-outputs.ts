import type { OnnxFacts } from '@descent/backend-onnx';

/** Kinds of outputs with one number for each class. */
const BY_CLASS: ReadonlySet<string> = new Set(['logits', 'log-probabilities', 'probabilities']);

/**
 * Names of the outputs that have one number for each of the model's labels: of that size in the last and only axis of a sample, and not said to be anything
 * but a classification.
 */
export function labelledOutputs({ outputs, descent }: OnnxFacts, isBatched: boolean): ReadonlySet<string> {
  const { labels = [], outputKind, outputKinds } = descent;
  const kindOf = (name: string): string | undefined =>
    outputKinds !== undefined && Object.hasOwn(outputKinds, name) ? outputKinds[name] : outputKind;
  const isLabelled = (name: string): boolean => {
    const kind = kindOf(name);
    return kind === undefined || BY_CLASS.has(kind);
  };
  const fits = outputs.filter(({ name, shape }) => {
    const sample = isBatched ? shape?.slice(1) : withoutBatchOfOne(shape);
    return labels.length > 0 && sample?.length === 1 && sample[0] === labels.length && isLabelled(name);
  });
  return new Set(fits.map(({ name }) => name));
}

/** A model that is not batched may still have an axis for it, of size 1 or any. */
function withoutBatchOfOne(shape: readonly (number | string | null)[] | null): readonly (number | string | null)[] {
  return shape?.length === 2 ? shape.slice(1) : (shape ?? []);
}

/** One label a line, in the order of the output. A label of several lines becomes one of one, as the file has no other way. */
export function labelsFile(labels: readonly string[]): string {
  return labels.map((label) => `${label.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ')}\n`).join('');
}
