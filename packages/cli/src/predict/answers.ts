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
import { joinedTrees } from '../run/fixed-batches.ts';
import type { NamedOutput, OpenModel } from '../run/open-model.ts';
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

/** What one of several outputs says: classes where it is known to be of these, else its numbers. */
export type OutputSaid = Predicted | { readonly values: readonly number[]; readonly shape: readonly number[] };

/** What is said about one item. */
export type Answer = Pick<Item, 'index' | 'name' | 'inverted' | 'place'> &
  (Said | { readonly outputs: Readonly<Record<string, OutputSaid>> });

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
  const { several } = model;
  const given = samples.length === 0 ? null : joinedTrees(samples);
  const output: NDArrays | null = given === null ? null : await (several ?? model).predict(given);
  let row = 0;
  for (const { index, name, x, inverted, place } of items) {
    const known = {
      ...{ index, name },
      ...(inverted !== undefined && { inverted }),
      ...(place !== undefined && { place }),
    };
    if (x instanceof DescentError || output === null) {
      yield { ...known, error: x as DescentError };
      continue;
    }
    const own = mapTree(output, (array) => rowsOf(array, row, row + 1));
    yield {
      ...known,
      ...(several === undefined ? answerOf(own as NDArray, model, top) : allOf(own, several.outputs, model, top)),
    };
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

function notFinite(value: number, output?: string): { readonly error: NumericError } {
  const fix = 'look at the data and at the training loss: these weights may not be usable';
  const received = output === undefined ? String(value) : `${value} in output ${output}`;
  return { error: new NumericError('the answer is not a finite number', { received, fix }) };
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

/** What several outputs of one sample say, each by its name. */
function allOf(
  output: NDArrays,
  kinds: readonly NamedOutput[],
  { labels }: Pick<OpenModel, 'labels'>,
  top: number,
): { readonly outputs: Readonly<Record<string, OutputSaid>> } | { readonly error: DescentError } {
  const said: Record<string, OutputSaid> = {};
  for (const [name, array] of leavesOf(output)) {
    const { data, shape } = array;
    const kind = kinds.find((one) => one.name === name)?.kind ?? 'values';
    const bad = data.find((value) => !Number.isFinite(value));
    if (bad !== undefined) return notFinite(bad, name);
    const classes = shape.at(-1) ?? 1;
    if (kind === 'values' || kind === 'logit' || data.length !== classes || classes < 2) {
      said[name] = { values: Array.from(data), shape: shape.slice(1) };
      continue;
    }
    const row = { ...array, shape: [1, classes] } as NDArray;
    const own = labels.length === classes ? { labels } : {};
    const [predictions = []] = topK(row, { k: top, ...own, output: kind });
    const [probabilities = new Float64Array()] = classProbabilities(row, kind).rows;
    said[name] = { predictions, probabilities };
  }
  return { outputs: said };
}
