import type { NDArray, NDArrays, OutputKind } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { restoreNumbers, type Tokenizer } from '@descent/datasets';
import type { StepSample } from '@descent/runs';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { rowsOf } from '../run/rows.ts';
import type { FedBatch } from './batch.ts';

/** Numbers of a sample or an answer that are shown. */
const FEW = 8;

/** What was in the batch, and what the network answered, as people read it. Pictures are added where a page is made. */
export async function samplesOf(
  batch: FedBatch,
  output: NDArrays,
  { data, config }: { readonly data: LoadedData; readonly config: LoadedConfig },
): Promise<readonly StepSample[]> {
  const { text } = data;
  const tokenizer = text === undefined ? null : await (await import('@descent/datasets/tokenizers')).tokenizerOf(text);
  const count = leavesOf(batch.x)[0]?.[1].shape[0] ?? 0;
  const inputOf = inputText(data, tokenizer);
  const answerOf = answers(batch.y, output, data, config, tokenizer);
  return Array.from({ length: count }, (_, i) => ({
    row: batch.rows?.[i] ?? null,
    input: leavesOf(batch.x)
      .map(([name, array]) => `${name === '' ? '' : `${name}: `}${inputOf(rowsOf(array, i, i + 1), name)}`)
      .join('; '),
    ...answerOf(i),
  }));
}

type Answer = Pick<StepSample, 'target' | 'answer' | 'probability' | 'right'>;

function answers(
  y: NDArrays,
  output: NDArrays,
  data: LoadedData,
  { loss }: LoadedConfig,
  tokenizer: Tokenizer | null,
): (i: number) => Answer {
  if (!isLeaf(y) || !isLeaf(output)) {
    const text = (tree: NDArrays, i: number): string =>
      leavesOf(tree)
        .map(([name, array]) => `${name === '' ? '' : `${name}: `}${numbersOf(rowsOf(array, i, i + 1))}`)
        .join('; ');
    return (i) => ({ target: text(y, i), answer: text(output, i), probability: null, right: null });
  }
  const { classes } = data.train;
  const nameOf = (c: number): string => classes[c] ?? String(c);
  const isOneClass = y.shape.length === 1 && isWhole(y) && output.shape.length === 2;
  const [samples = 0, width = 1] = output.shape;
  // Mixed targets are shares of classes.
  const isShares =
    classes.length > 1 &&
    y.shape.length === 2 &&
    y.shape[1] === classes.length &&
    width === classes.length &&
    loss.output === 'logits';
  if ((isOneClass && width > 1) || isShares) {
    return (i) => {
      const row = Array.from(output.data.subarray(i * width, (i + 1) * width));
      const best = indexOfLargest(row);
      const isNone = row.some(Number.isNaN);
      const said = isNone
        ? { answer: 'NaN', probability: null }
        : { answer: nameOf(best), probability: shareOf(probabilities(row, loss.output)?.[best]) };
      if (isShares) {
        const target = Array.from(y.data.subarray(i * width, (i + 1) * width));
        const named = target.flatMap((share, c) =>
          share === 0 ? [] : [share === 1 ? nameOf(c) : `${short(share)} ${nameOf(c)}`],
        );
        return { ...said, target: named.join(' + '), right: target.indexOf(1) === -1 ? null : target[best] === 1 };
      }
      const label = y.data[i] as number;
      if (label === loss.ignoreIndex) return { ...said, target: 'left out', right: null };
      return { ...said, target: nameOf(label), right: !isNone && label === best };
    };
  }
  if (
    (loss.output === 'logit' || loss.output === 'probabilities') &&
    output.data.length === samples &&
    y.data.length === samples
  ) {
    return (i) => {
      const value = output.data[i] as number;
      const yes = loss.output === 'logit' ? 1 / (1 + Math.exp(-value)) : value;
      const [label, said] = [Number((y.data[i] as number) > 0.5), Number(yes > 0.5)];
      return {
        target: nameOf(label),
        answer: nameOf(said),
        probability: said === 1 ? yes : 1 - yes,
        right: Number.isNaN(yes) ? null : label === said,
      };
    };
  }
  const axis = isWhole(y) ? classAxis(y, output) : null;
  if (axis !== null) {
    const said = largestAlong(output, axis);
    const text = (array: NDArray): string =>
      tokenizer === null || y.shape.length !== 2
        ? sharesOf(array, nameOf, loss.ignoreIndex)
        : decoded(tokenizer, array);
    return (i) => ({
      target: text(rowsOf(y, i, i + 1)),
      answer: text(rowsOf(said, i, i + 1)),
      probability: null,
      right: null,
    });
  }
  const units = data.table ?? data.windows;
  const inUnits = (array: NDArray): NDArray =>
    units === undefined || array.dtype !== 'float32' || array.shape.length !== 2 ? array : restored(units, array);
  const [targets, said] = [inUnits(y), inUnits(output)];
  return (i) => ({
    target: numbersOf(rowsOf(targets, i, i + 1)),
    answer: numbersOf(rowsOf(said, i, i + 1)),
    probability: null,
    right: null,
  });
}

function isWhole({ dtype }: NDArray): boolean {
  return dtype !== 'float32' && dtype !== 'float64';
}

/** Where the classes of an answer stand that has one for each place of a target, such as a mask or a text; `null` where it has none. */
function classAxis({ shape: target }: NDArray, { shape }: NDArray): number | null {
  if (target.length < 2 || shape.length !== target.length + 1) return null;
  const found = [1, shape.length - 1].find((axis) => String(shape.toSpliced(axis, 1)) === String(target));
  return found ?? null;
}

function largestAlong({ shape, data }: NDArray, axis: number): NDArray<'int32'> {
  const classes = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const best = new Int32Array(data.length / classes);
  for (let i = 0; i < best.length; i++) {
    const from = Math.floor(i / inner) * classes * inner + (i % inner);
    for (let c = 1; c < classes; c++)
      if ((data[from + c * inner] as number) > (data[from + (best[i] as number) * inner] as number)) best[i] = c;
  }
  return { dtype: 'int32', shape: shape.toSpliced(axis, 1), data: best };
}

/** `grass 61 %, sky 39 %`: how much of a mask is what. */
function sharesOf({ data }: NDArray, nameOf: (c: number) => string, ignored: number | undefined): string {
  const counts = new Map<number, number>();
  for (const c of data) counts.set(c, (counts.get(c) ?? 0) + 1);
  return [...counts]
    .filter(([c]) => c !== ignored)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([c, n]) => `${nameOf(c)} ${Math.round((100 * n) / data.length)} %`)
    .join(', ');
}

function decoded(tokenizer: Tokenizer, { data }: NDArray): string {
  const known = Array.from(data).filter((token) => token >= 0 && token < tokenizer.size);
  return cut(JSON.stringify(tokenizer.decode(known)), 120);
}

/** What is no number of the target, such as logits of labels, stays as it is. */
function restored(units: Parameters<typeof restoreNumbers>[0], array: NDArray): NDArray {
  try {
    return restoreNumbers(units, array);
  } catch {
    return array;
  }
}

function probabilities(row: readonly number[], kind: OutputKind | undefined): readonly number[] | null {
  if (kind === 'probabilities') return row;
  if (kind === 'log-probabilities') return row.map(Math.exp);
  if (kind !== 'logits') return null;
  const most = Math.max(...row);
  const powers = row.map((v) => Math.exp(v - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
}

/** A loss for logarithms of probabilities may be given something else. */
function shareOf(value: number | undefined): number | null {
  return value !== undefined && value >= 0 && value <= 1 + 1e-4 ? Math.min(1, value) : null;
}

function indexOfLargest(row: readonly number[]): number {
  return row.reduce((best, v, c) => (v > (row[best] as number) ? c : best), 0);
}

/** How a row of the inputs is written: as its text, with the names of its columns, or as numbers. */
function inputText({ table }: LoadedData, tokenizer: Tokenizer | null): (row: NDArray, name: string) => string {
  if (tokenizer !== null) {
    return (row, name) => (row.dtype === 'int32' && name !== 'lengths' ? decoded(tokenizer, row) : numbersOf(row));
  }
  const columns = table?.numbers.map((column) => column.name) ?? [];
  return (row, name) =>
    columns.length === row.data.length && (name === '' || name === 'numbers') ? named(columns, row) : numbersOf(row);
}

function named(columns: readonly string[], { data }: NDArray): string {
  const shown = columns.slice(0, FEW).map((column, c) => `${column} ${short(data[c] as number)}`);
  return `${shown.join(', ')}${columns.length > FEW ? ', …' : ''}`;
}

/** The numbers of one sample, as many as are read at a glance. */
function numbersOf({ shape, data }: NDArray): string {
  // Of a picture, the first numbers say nothing.
  if (shape.length > 3) return shape.slice(1).join(' × ');
  const shown = Array.from(data.subarray(0, FEW), short).join(', ');
  return data.length <= FEW ? shown : `${shown}, … (${shape.slice(1).join(' × ')})`;
}

/** Three digits. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace('e+', 'e').replace('.0e', 'e');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
