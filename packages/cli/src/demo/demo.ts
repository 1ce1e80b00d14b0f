import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Backend, DescentError, formatSummary, summarize } from '@descent/core';
import { type ArrayDataset, subset, writePng } from '@descent/datasets';
import { available } from '../auto/available.ts';
import { openBackend } from '../backends.ts';
import type { DemoOptions } from '../commands/demo.ts';
import { ask } from '../commands/predict.ts';
import type { LoadedData } from '../config/data.ts';
import { type Io, print, shownPath } from '../io.ts';
import { type ExportedFile, loadOnnx } from '../onnx.ts';
import { createRunFolder } from '../run/folder.ts';
import { imageInput, openImage } from '../run/image-input.ts';
import { startRecord } from '../run/start-record.ts';
import { type TrainedRun, trainRun } from '../run/train-run.ts';
import { barChart } from '../ui/bars.ts';
import { drawPicture } from '../ui/picture.ts';
import { createProgress } from '../ui/progress.ts';
import { runLog } from '../ui/run-log.ts';
import { fileSize, table } from '../ui/table.ts';
import { loadRecipe, RECIPES, type Recipe } from './recipes.ts';

interface Trained extends TrainedRun {
  readonly recipe: Recipe;
  readonly exported: ExportedFile;
}

const DEMO_BACKEND = 'onnx:cpu';

/** The main job: two networks from data to checked ONNX files, and one digit read. */
export async function demo(options: DemoOptions, io: Io): Promise<void> {
  const { bold } = io.out.colors;
  const out = resolve(io.cwd, options.out);
  const begun = Date.now();
  // The demo ends in ONNX files: without ONNX Runtime it had better not begin.
  const { backend } = await openBackend(DEMO_BACKEND, await available(io, [DEMO_BACKEND]));
  try {
    const [first] = RECIPES as [Recipe];
    const data = await (await loadRecipe(first, io.cwd)).data.load();
    const test = data.test as ArrayDataset;
    print(io.out, bold('Descent demo: two networks learn to read handwritten digits'));
    print(io.out, `${data.train.length} images of MNIST to train, ${test.length} others to test`);
    print(io.out, `backend ${backend.name}, seed ${options.seed ?? 0}`);
    const trained: Trained[] = [];
    for (const [i, recipe] of RECIPES.entries()) {
      print(io.out, `\n${bold(`${i + 1}. ${recipe.title}`)}`);
      trained.push(await trainRecipe(recipe, data, backend, join(out, recipe.name), options, io));
    }
    print(io.out, `\n${bold('3. Export and check')}`);
    print(io.out, 'Each file ran on real images in a fresh session; its largest difference from the network:');
    print(io.out, table(trained.map(({ recipe, exported }) => proofRow(recipe, exported))));
    const digit = join(out, 'digit.png');
    await predictDigit(trained.at(-1) as Trained, test, digit, io);
    printEnd(trained, digit, out, (Date.now() - begun) / 1000, io);
  } finally {
    await backend.dispose();
  }
}

async function trainRecipe(
  recipe: Recipe,
  data: LoadedData,
  backend: Backend,
  folder: string,
  options: DemoOptions,
  io: Io,
): Promise<Trained> {
  const config = await loadRecipe(recipe, io.cwd);
  const { seed = config.seed, epochs = options.fast === true ? 1 : config.epochs } = options;
  print(io.out, `${formatSummary(summarize(config.model, config.data.sample))}\n`);
  const used = { ...config, seed, epochs };
  const run = await trainRun({
    config: used,
    record: startRecord({ config: used, data, backend, choice: null, cwd: io.cwd }),
    choices: null,
    data,
    backend,
    inference: backend,
    // The demo's own folder: it may be run as often as one likes.
    folder: await createRunFolder(folder, { source: config.source, file: config.file, overwrite: true }),
    cwd: io.cwd,
    signal: io.signal,
    progress: createProgress(io),
    log: runLog(epochs, io),
  });
  if (run.exported instanceof DescentError) throw run.exported;
  return { ...run, recipe, exported: run.exported };
}

function proofRow(
  { title }: Recipe,
  { size, maxAbsDifference, maxRelativeDifference, samples }: ExportedFile,
): readonly string[] {
  const share = `${maxRelativeDifference.toExponential(0)} of the largest output`;
  return [title, fileSize(size), `${maxAbsDifference.toExponential(1)}, ${share}`, `on ${samples} test images`];
}

/** Writes a digit of the test set as a PNG file and lets the exported file read it. */
async function predictDigit({ exported, recipe }: Trained, test: ArrayDataset, path: string, io: Io): Promise<void> {
  const index = test.y.data.indexOf(7);
  const digit = subset(test, [index]);
  await writePng(path, digit.x);
  print(io.out, `\n${io.out.colors.bold('4. Reading a picture')}`);
  print(io.out, `${shownPath(path, io.cwd)}, a ${test.classes[digit.y.data[0] as number]} of the test images:\n`);
  print(io.out, `${drawPicture(digit.x)}\n`);
  const model = await loadOnnx(exported.path);
  try {
    const image = await openImage(path, model, imageInput(model, exported.path));
    const predictions = await ask(model, image.x, test.classes.length);
    print(io.out, `${recipe.title} says ${io.out.colors.bold(predictions[0]?.label ?? 'nothing')}:`);
    print(
      io.out,
      barChart(
        [...predictions].sort((a, b) => a.index - b.index),
        io.out,
      ),
    );
  } finally {
    model.dispose();
  }
}

function printEnd(trained: readonly Trained[], digit: string, out: string, seconds: number, io: Io): void {
  const { bold, cyan, green } = io.out.colors;
  const shown = (path: string): string => quoted(shownPath(path, io.cwd));
  const accuracies = trained.map(({ recipe, history }) => {
    const accuracy = history.at(-1)?.test?.['accuracy'] ?? Number.NaN;
    return `${recipe.title} ${(accuracy * 100).toFixed(2)} %`;
  });
  print(
    io.out,
    `\n${green('done')} in ${seconds.toFixed(1)} s; of the test images read right: ${accuracies.join(', ')}`,
  );
  print(io.out, `\n${bold('Files')}`);
  const files = trained.map(({ folder }) => [
    shown(folder.path),
    'report.html, model.onnx, model.safetensors, metrics.jsonl, checkpoints, …',
  ]);
  print(io.out, table([...files, [shown(digit), 'the picture']]));
  const [mlp, lenet] = trained as [Trained, Trained];
  const command = commandLine(io.cwd);
  print(io.out, `\n${bold('Try next')}`);
  for (const words of [
    `predict ${shown(lenet.folder.onnxPath)} ${shown(digit)}`,
    `train ${shown(join(mlp.folder.path, 'config.ts'))} --epochs 3 --out ${shown(join(out, 'mine'))} --overwrite`,
    `export ${shown(lenet.folder.path)} --softmax --out ${shown(join(out, 'lenet-softmax.onnx'))}`,
  ]) {
    print(io.out, `  ${cyan(`${command} ${words}`)}`);
  }
}

/** How to start this program again from `cwd`, without anything that Node and npm do not bring. */
function commandLine(cwd: string): string {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  if (main.includes('node_modules')) return 'npx descent';
  const path = relative(cwd, main);
  return `node ${quoted(path.length < main.length ? path : main)}`;
}

function quoted(path: string): string {
  return /[^\w./\\:-]/.test(path) ? `"${path}"` : path;
}
