import { DescentError, formatShape, type NDArray, type OutputKind } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { restoreNumbers } from '@descent/datasets';
import { type ClassEvaluation, evaluateClasses } from '@descent/runs';
import type { LoadedSet } from '../config/data.ts';
import type { Io } from '../io.ts';
import type { OpenModel } from '../run/open-model.ts';
import { rowsOf } from '../run/rows.ts';
import { answersOf } from './answers.ts';
import { type DataWanted, judgedData } from './data.ts';
import { type Score, scoresOf, type Task } from './metrics.ts';

/** What became of one network. */
export interface Judgement {
  /** As it was named. */
  readonly model: string;
  readonly backend: string;
  readonly set: LoadedSet;
  readonly part: string;
  readonly task: Task;
  readonly scores: readonly Score[];
  /** Of one class of several; `null` for other tasks. */
  readonly classes: ClassEvaluation | null;
  /** For each sample: whether it is right (1 or 0, NaN where its label is left out), or its squared error; `null` for several labels a sample. */
  readonly perSample: Float64Array | null;
  readonly notes: readonly string[];
}

export interface JudgeOptions extends DataWanted {
  readonly batchSize?: number;
  /** How many mistakes to keep. */
  readonly mistakes: number;
  readonly quiet: boolean;
  /** Another network, whose data are taken where this one has none of its own. */
  readonly like?: { readonly set: LoadedSet; readonly part: string };
}

/** Asks the network about all samples, and says how good its answers are. */
export async function judge(model: OpenModel, path: string, options: JudgeOptions, io: Io): Promise<Judgement> {
  const { set, part, notes } = await judgedData(model, path, options, options.quiet, io);
  if (!isLeaf(set.y)) {
    throw new DescentError('the data have several targets, and a network of one output is judged on one', {
      path,
      received: Object.keys(set.y).join(', '),
    });
  }
  const output = await answersOf(model, set.x, options, io);
  const task = taskOf(set.y, set.classes, output, model.outputKind, path);
  const [said, target] = inUnits(model, task, output, set.y);
  const { loss, run, outputKind: kind } = model;
  const scores = await scoresOf({
    ...{ task, output: said, target, kind },
    // The loss of standardised numbers is another than that of numbers in units.
    loss: said === output ? loss : undefined,
    ...(run !== undefined && { metrics: run.config.metrics }),
  });
  const classes = hasConfusion(set.y, set.classes, output) ? await confusion(set, part, output, model, options) : null;
  return {
    ...{ model: path, backend: model.backend, set, part, task, scores, notes },
    classes,
    perSample: task === 'numbers' ? squaredErrors(said, target) : hits(task, said, target, model),
  };
}

function hasConfusion(y: NDArray, classes: readonly string[], output: NDArray): boolean {
  const width = output.data.length / (output.shape[0] || 1);
  return (
    classes.length > 0 && y.shape.length === 1 && (width === classes.length || (width === 1 && classes.length === 2))
  );
}

function confusion(
  { x, y, classes, length }: LoadedSet,
  part: string,
  output: NDArray,
  { outputKind, loss }: OpenModel,
  { mistakes }: JudgeOptions,
): Promise<ClassEvaluation> {
  let from = 0;
  // The answers are there already; what is asked for comes in order.
  const predict = async ({ shape: [count = 0] }: NDArray): Promise<NDArray> => {
    from += count;
    return rowsOf(output, from - count, from);
  };
  // Rows of several arrays are no pictures.
  const pictures = isLeaf(x) ? x : { dtype: 'uint8' as const, shape: [length, 1], data: new Uint8Array(length) };
  return evaluateClasses(
    predict,
    { x: pictures, y: y as NDArray, classes },
    {
      set: part,
      mistakes,
      ignoreIndex: loss?.ignoreIndex,
      ...(outputKind !== 'values' && { output: outputKind }),
    },
  );
}

function taskOf(y: NDArray, classes: readonly string[], output: NDArray, kind: OutputKind, path: string): Task {
  const width = output.data.length / (output.shape[0] || 1);
  const areWhole = y.dtype !== 'float32' && y.dtype !== 'float64';
  if (kind === 'values' && !areWhole && classes.length === 0) {
    if (output.data.length === y.data.length) return 'numbers';
  } else if (kind === 'logit' || width === 1) {
    if (output.data.length === y.data.length) return 'yes or no';
  } else if (areWhole && output.data.length > y.data.length) {
    return 'classes';
  } else if (output.data.length === y.data.length) {
    return classes.length > 0 || kind !== 'values' ? 'yes or no' : 'numbers';
  }
  throw new DescentError('the answers of the network do not fit the targets', {
    path,
    received: `${kind} ${formatShape(output.shape)}, targets ${y.dtype} ${formatShape(y.shape)}`,
    expected: areWhole ? 'logits or probabilities of classes, one row a sample' : 'a number for each target',
    fix: 'evaluate it on data of the task that it was trained for',
  });
}

/** Numbers to predict in the units of the target, where they were standardised. */
function inUnits({ table }: OpenModel, task: Task, output: NDArray, y: NDArray): readonly [NDArray, NDArray] {
  const floats = (array: NDArray): NDArray =>
    ({ ...array, dtype: 'float32', data: Float32Array.from(array.data) }) as NDArray;
  if (task !== 'numbers') return [output, y];
  const isStandardized =
    table?.target.kind === 'numbers' && table.target.columns.some(({ mean, std }) => mean !== 0 || std !== 1);
  const like = { ...output, shape: y.shape } as NDArray;
  if (!isStandardized || table === undefined) return [output.shape.length === y.shape.length ? output : like, y];
  return [floats(restoreNumbers(table, like)), floats(restoreNumbers(table, y))];
}

function squaredErrors(output: NDArray, target: NDArray): Float64Array {
  const samples = target.shape[0] ?? 0;
  const width = target.data.length / samples;
  return Float64Array.from({ length: samples }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < width; c++) {
      const at = i * width + c;
      sum += ((output.data[at] as number) - (target.data[at] as number)) ** 2;
    }
    return sum / width;
  });
}

/** 1 for each sample whose every decision is right. */
function hits(
  task: Task,
  output: NDArray,
  target: NDArray,
  { outputKind: kind, loss }: OpenModel,
): Float64Array | null {
  const samples = target.shape[0] ?? 0;
  const [said, wanted] = [output.data.length / samples, target.data.length / samples];
  if (task === 'classes' && wanted !== 1) return null;
  const threshold = kind === 'logit' || kind === 'logits' ? 0 : 0.5;
  return Float64Array.from({ length: samples }, (_, i) => {
    const answer = output.data.subarray(i * said, (i + 1) * said);
    const right = target.data.subarray(i * wanted, (i + 1) * wanted);
    if (task === 'yes or no') return right.every((yes, c) => (answer[c] as number) > threshold === yes > 0.5) ? 1 : 0;
    if (right[0] === loss?.ignoreIndex) return Number.NaN;
    return argMax(answer) === right[0] ? 1 : 0;
  });
}

function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let c = 1; c < row.length; c++) if ((row[c] as number) > (row[best] as number)) best = c;
  return best;
}
