import {
  classProbabilities,
  DescentError,
  type NDArray,
  type NDArrays,
  NumericError,
  type Prediction,
  topK,
} from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';
import { restoreNumbers } from '@descent/datasets';
import { joined } from '../run/fixed-batches.ts';
import type { OpenModel } from '../run/open-model.ts';
import { rowsOf } from '../run/rows.ts';
import type { Item } from './item.ts';
import { isMask, type Mask, maskOf } from './mask.ts';
import { kindOf } from './rows.ts';

/** What is said of classes or labels. */
interface Predicted {
  readonly predictions: readonly Prediction[];
  readonly probabilities: Float64Array;
  /** Where any number of labels may be right: those that are. */
  readonly labels?: readonly string[];
}

/** What is said about one item. */
export type Answer = Pick<Item, 'index' | 'name' | 'inverted'> &
  (Predicted | { readonly mask: Mask } | { readonly values: readonly number[] } | { readonly error: DescentError });

export interface AskOptions {
  /** Items that are asked about at once. */
  readonly batchSize: number;
  /** How many classes to tell. */
  readonly top: number;
  readonly signal: AbortSignal;
}

/** Answers in the order of the items, batch by batch. Ends when the signal is aborted. */
export async function* answersTo(
  items: AsyncIterable<Item>,
  model: OpenModel,
  { batchSize, top, signal }: AskOptions,
): AsyncGenerator<Answer, void> {
  let waiting: Item[] = [];
  let kind: string | null = null;
  for await (const item of items) {
    if (signal.aborted) return;
    const own: string | null = item.x instanceof DescentError ? kind : kindOf(item.x);
    if (waiting.length >= batchSize || (kind !== null && own !== kind)) {
      yield* ask(waiting, model, top);
      waiting = [];
    }
    kind = own;
    waiting.push(item);
  }
  if (!signal.aborted) yield* ask(waiting, model, top);
}

async function* ask(items: readonly Item[], model: OpenModel, top: number): AsyncGenerator<Answer, void> {
  const samples = items.flatMap(({ x }) => (x instanceof DescentError ? [] : [x]));
  const output = samples.length === 0 ? null : await model.predict(stacked(samples));
  let row = 0;
  for (const { index, name, x, inverted } of items) {
    const known = { index, name, ...(inverted !== undefined && { inverted }) };
    if (x instanceof DescentError || output === null) {
      yield { ...known, error: x as DescentError };
      continue;
    }
    yield { ...known, ...answerOf(rowsOf(output, row, row + 1), model, top) };
    row += 1;
  }
}

/** What is said of one sample. */
export type Said =
  | Predicted
  | { readonly mask: Mask }
  | { readonly values: readonly number[] }
  | { readonly error: DescentError };

/** What the output of one sample, `[1, …]`, says. */
export function answerOf(
  output: NDArray,
  { outputKind, labels, table, windows }: Pick<OpenModel, 'outputKind' | 'labels' | 'table' | 'windows'>,
  top: number,
): Said {
  if (outputKind === 'values') {
    const units = windows ?? (table?.target.kind === 'numbers' ? table : undefined);
    const values = units === undefined ? output.data : restoreNumbers(units, output).data;
    const bad = values.find((value) => !Number.isFinite(value));
    return bad === undefined ? { values: Array.from(values) } : notFinite(bad);
  }
  // A class may be ruled out by minus infinity; infinity would be taken for certainty.
  const bad = output.data.find((value) => Number.isNaN(value) || value === Number.POSITIVE_INFINITY);
  if (bad !== undefined) return notFinite(bad);
  // Any number of labels may be right.
  if (outputKind === 'logit' && labels.length > 1 && output.data.length === labels.length)
    return severalLabels(output, labels, top);
  try {
    if (isMask(output, outputKind, labels)) return { mask: maskOf(output, labels) };
    const [predictions = []] = topK(output, { k: top, labels, output: outputKind });
    const [probabilities = new Float64Array()] = classProbabilities(output, outputKind).rows;
    return { predictions, probabilities };
  } catch (error) {
    // Of one sample; others may have numbers.
    if (error instanceof NumericError) return { error };
    throw error;
  }
}

function notFinite(value: number): { readonly error: NumericError } {
  const fix = 'look at the data and at the training loss: these weights may not be usable';
  return { error: new NumericError('the answer is not a finite number', { received: String(value), fix }) };
}

/** The labels by their probabilities; given are those of at least one half. */
function severalLabels({ data }: NDArray, labels: readonly string[], top: number): Said {
  const probabilities = Float64Array.from(data, (logit) => 1 / (1 + Math.exp(-logit)));
  const all = labels.map((label, index) => ({ label, index, probability: probabilities[index] as number }));
  const sorted = [...all].sort((a, b) => b.probability - a.probability);
  return {
    predictions: sorted.slice(0, top),
    probabilities,
    labels: all.filter(({ probability }) => probability >= 0.5).map(({ label }) => label),
  };
}

/** Samples `[1, …]`, one below the other. */
function stacked(samples: readonly NDArrays[]): NDArrays {
  const all = samples.map((sample) => new Map(leavesOf(sample)));
  return mapTree(samples[0] as NDArrays, (_, name) => joined(all.map((sample) => sample.get(name) as NDArray)));
}
