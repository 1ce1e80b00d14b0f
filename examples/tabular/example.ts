// Penguins: the species, and the body mass in grams, from measurements and two categories; beside it scikit-learn's gradient boosting on the same rows.
import { join } from 'node:path';
import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import {
  adamW,
  branches,
  categoryEmbeddings,
  concat,
  createTrainer,
  crossEntropy,
  fit,
  identity,
  linear,
  mse,
  type NDArray,
  relu,
  sequential,
} from '@descent/core';
import {
  embeddingSizes,
  fitTable,
  loader,
  parseTablePreparation,
  prepareRows,
  prepareTable,
  readCsv,
  restoreNumbers,
  splitTable,
  type Table,
  type TablePreparation,
  takeRows,
} from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { largest } from '../lib/largest.ts';
import { sourceFile } from '../lib/source-file.ts';
import { boosted } from './boosted.ts';

const FILE = sourceFile('tabular/penguins.csv');
const TASKS = [
  { name: 'species', target: 'species', task: 'classification' },
  { name: 'mass', target: 'body_mass_g', task: 'regression' },
] as const;
type Task = (typeof TASKS)[number];
const SPLITS = 5;
const EPOCHS = 60;

export const tabular: Example = {
  summary: 'species and body mass of penguins: numbers, categories and missing values; gradient boosting beside it',
  run,
};

async function run(given: Run): Promise<Outcome> {
  const { seed, small, log } = given;
  const penguins = await readCsv(FILE);
  const curve: number[] = [];
  const numbers: Record<string, number> = {};
  for (const task of TASKS) {
    const own: number[] = [];
    const theirs: number[] = [];
    for (let split = 0; split < (small ? 1 : SPLITS); split++) {
      // Four penguins in five to train; a row whose target is not known is in neither part.
      const [train, test] = splitTable(known(penguins, task.target), [0.8, 0.2], {
        seed: seed + split,
        stratify: 'species',
      });
      const found = await trained(given, task, train, test, seed + split);
      own.push(found.score);
      const boosting = small
        ? null
        : boosted({ train, test, target: task.target, task: task.task, seed: seed + split });
      if (boosting !== null) theirs.push(boosting);
      log(
        `${task.name}, split ${split + 1}: ${described(task, found.score)}${boosting === null ? '' : `, gradient boosting ${described(task, boosting)}`}`,
      );
      if (split > 0) continue;
      curve.push(...found.curve);
      numbers[`${task.name}_largest_difference_of_file`] = found.difference;
    }
    numbers[`${task.name}_${METRIC[task.task]}`] = mean(own);
    if (theirs.length > 0) numbers[`${task.name}_${METRIC[task.task]}_of_gradient_boosting`] = mean(theirs);
    else
      log(
        `${task.name}: not compared with gradient boosting (${small ? 'a small run' : 'no Python with scikit-learn in DESCENT_PYTHON'})`,
      );
  }
  return { curve, numbers };
}

const METRIC = { classification: 'test_accuracy', regression: 'test_rmse_g' } as const;

function described({ task }: Task, score: number): string {
  return task === 'classification'
    ? `${(100 * score).toFixed(1)} %`
    : `root of the mean squared error ${score.toFixed(0)} g`;
}

interface Found {
  /** The share of right classes, or the root of the mean squared error in grams. */
  readonly score: number;
  readonly curve: readonly number[];
  readonly difference: number;
}

async function trained(
  { backend, small, out }: Run,
  task: Task,
  train: Table,
  test: Table,
  seed: number,
): Promise<Found> {
  const preparation = fitTable(train, { target: task.target, task: task.task, missing: 'fill' });
  const [learned, held] = [prepareTable(preparation, train), prepareTable(preparation, test)];
  const sizes = embeddingSizes(preparation);
  const count = preparation.numbers.length;
  const width = count + sizes.reduce((sum, { dim }) => sum + dim, 0);
  const model = sequential(
    branches({ numbers: identity(), categories: categoryEmbeddings(sizes) }),
    concat(),
    linear(width, 32),
    relu(),
    linear(32, task.task === 'classification' ? learned.classes.length : 1),
  );
  const loss = task.task === 'classification' ? crossEntropy() : mse();
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: adamW({ lr: 0.01, weightDecay: 0.01 }),
    backend,
    seed,
  });
  try {
    const { history } = await fit(trainer, {
      train: loader(learned, { batchSize: 32, shuffle: true, seed }),
      epochs: small ? 3 : EPOCHS,
      log: null,
    });
    const output = await trainer.predict(held.x);
    const path = join(out, `${task.name}.onnx`);
    await exportOnnx(model, {
      parameters: await trainer.parameters(),
      sample: {
        numbers: { shape: [count], dtype: 'float32' },
        categories: { shape: [sizes.length], dtype: 'int32' },
      },
      loss,
      ...(task.task === 'classification' && { labels: learned.classes }),
      metadata: { table: preparation },
      path,
    });
    return {
      score: scoreOf(preparation, output, test, held.y),
      curve: history.map((epoch) => epoch.train.loss),
      difference: await differenceOfFile(path, test, output),
    };
  } finally {
    trainer.dispose();
  }
}

function scoreOf(preparation: TablePreparation, output: NDArray, test: Table, y: NDArray): number {
  const { target } = preparation;
  if (target.kind === 'classes') {
    const classes = target.classes.length;
    const right = Array.from(y.data).filter(
      (label, row) => largest(output.data.slice(row * classes, (row + 1) * classes) as Float32Array) === label,
    );
    return right.length / y.data.length;
  }
  const grams = restoreNumbers(preparation, output).data;
  const mass = test.columns.find(({ name }) => name === 'body_mass_g')?.data as ArrayLike<number>;
  return Math.sqrt(mean(Array.from(grams, (value, row) => (value - (mass[row] as number)) ** 2)));
}

/** Opens the file as another program would: the rows as they are, prepared by what the file itself says. */
async function differenceOfFile(path: string, test: Table, expected: NDArray): Promise<number> {
  const file = await loadOnnx(path);
  try {
    const preparation = parseTablePreparation(file.metadata?.['table']);
    const results = await file.run(prepareRows(preparation, test));
    const output = results[file.output.name] as NDArray;
    return Math.max(...Array.from(output.data, (value, i) => Math.abs(value - (expected.data[i] as number))));
  } finally {
    file.dispose();
  }
}

/** The rows whose target is known. */
function known(table: Table, target: string): Table {
  const column = table.columns.find(({ name }) => name === target) as Table['columns'][number];
  const rows = Array.from({ length: table.length }, (_, row) => row);
  return takeRows(
    table,
    rows.filter((row) => column.data[row] !== null && !Number.isNaN(column.data[row])),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
