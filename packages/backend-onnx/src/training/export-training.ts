import {
  type AnyLayer,
  type AnyLoss,
  type AnyMetric,
  encodeSafetensors,
  expectOptions,
  type ImagePreprocessing,
  initParameters,
  type Layer,
  type Loss,
  type Metric,
  type Node,
  type Optimizer,
  type Parameters,
  type SamplesOf,
  type Tensors,
  ValueError,
} from '@descent/core';
import { type DrawInput, stepGraphs } from '@descent/core/programs';
import { makeFolder, pathIn, writeAtomically } from '#files';
import { writeMetadata } from '../export/metadata.ts';
import { expectLabels } from '../export/output.ts';
import { expectPlainJson } from '../export/plain-json.ts';
import { expectExternalData, modelFiles } from '../export/write-model.ts';
import type { OnnxModel } from '../model/graph.ts';
import { irVersion } from '../model/opset.ts';
import type { ModelInfo } from '../model/to-bytes.ts';
import { batchTypes, expectTypes } from './batch-types.ts';
import { manifestFile } from './file-ports.ts';
import { lowerEvaluate, lowerPredict } from './lower-asked.ts';
import { lowerStep } from './lower-step.ts';
import { FILES, FORMAT, howTo, noteOf, type TrainingManifest } from './manifest.ts';
import { withLayerOrigins } from './origins.ts';
import { proveTraining } from './prove-training.ts';
import { isSeedable } from './seeded-draws.ts';
import { LEAST_OPSET } from './threefry.ts';

export interface ExportTrainingOptions<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
> {
  readonly loss: Loss<Out, Target>;
  readonly optimizer: Optimizer;
  /** Metrics that are means over a batch. Default none. */
  readonly metrics?: readonly Metric<Out, Target>[];
  /** Names of parameters that stay as they are. */
  readonly freeze?: RegExp;
  /** Shape of one sample, without the batch, and its element type; several by name. */
  readonly sample: SamplesOf<In>;
  /** The same of one target, such as `{ shape: [], dtype: 'int32' }` for a label. */
  readonly target: SamplesOf<Target>;
  /** Where training starts. Default: drawn from `seed`. */
  readonly parameters?: Parameters;
  /** Parameters and random numbers follow from it, as a trainer's do. Default 0. */
  readonly seed?: number;
  /** Samples of a training step. Default 32. */
  readonly batchSize?: number;
  /** Up to which step numbers of the optimizer and of schedules are known where they never repeat. Default 100,000. */
  readonly steps?: number;
  /**
   * `'seed'` (default): random numbers, such as the masks of dropout, are made inside the file from an input `seed`, the same as a trainer's. `'fed'`: they are inputs, filled
   * by whoever runs it.
   */
  readonly random?: 'seed' | 'fed';
  /** Version of the ONNX operator set, 13 to 26; random numbers from a seed take 18. Default 18. */
  readonly opset?: number;
  /** Where to write the files; it is made where it is not there. Default: nowhere, the bytes are returned. */
  readonly folder?: string;
  /**
   * Bytes of constants, such as tables of positions, that are in an `.onnx` file itself; of more, they are in a file beside it, `train_step.onnx.data` for `train_step.onnx`.
   * Parameters are in none of them: they are inputs. Default `'auto'`: as many as one file can hold, 2 GB.
   */
  readonly externalData?: 'auto' | number;
  /** Class names in the order of the output. */
  readonly labels?: readonly string[];
  /** How a picture becomes the input. */
  readonly preprocessing?: ImagePreprocessing;
  /** Anything else to keep, as JSON by name. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /**
   * Whether each file is run once in ONNX Runtime on random samples, and what it gives is compared with core's reference interpreter. Default true.
   */
  readonly verify?: boolean;
}

export interface TrainingExport {
  /** The bytes of each file by its name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly manifest: TrainingManifest;
}

const OPTIONS: readonly string[] = [
  ...['loss', 'optimizer', 'metrics', 'freeze', 'sample', 'target', 'parameters', 'seed', 'batchSize', 'steps'],
  ...['random', 'opset', 'folder', 'externalData', 'labels', 'preprocessing', 'metadata', 'verify'],
];

/**
 * Training as files: `train_step.onnx`, `evaluate.onnx` and `predict.onnx` of standard operators, the state before the first step as
 * `state.safetensors`, and `manifest.json`, which says what to feed. Whatever runs ONNX models trains with them, without Descent; `readTrainingState`
 * brings the weights back. The folder's manifest is written last.
 * @throws as `createTrainer` for parts that are none; ShapeError, DTypeError or ValueError for a sample, a target or an option that does not fit;
 * FileError when nothing can be written to `folder`.
 */
export async function exportTraining<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
>(model: Layer<In, Out>, options: ExportTrainingOptions<In, Out, Target>): Promise<TrainingExport> {
  expectOptions('exportTraining', options, OPTIONS);
  const { optimizer, freeze, folder, labels, preprocessing, metadata } = options;
  const { verify = true, seed = 0, batchSize = 32, steps = 100_000, random = 'seed', opset = LEAST_OPSET } = options;
  expectCount('batchSize', batchSize);
  expectCount('steps', steps, MOST_STEPS);
  expectSeed(seed);
  expectRandom(random);
  irVersion(opset);
  const { externalData = 'auto' } = options;
  expectExternalData('exportTraining', externalData);
  if (metadata !== undefined) expectPlainJson('metadata', metadata);
  if (folder !== undefined) expectFolder(folder);
  const loss = options.loss as AnyLoss;
  const metrics = (options.metrics ?? []) as readonly AnyMetric[];
  const graphs = stepGraphs({
    model: withLayerOrigins(model as AnyLayer) as Layer,
    loss: loss as Loss,
    optimizer,
    metrics: metrics as readonly Metric[],
    ...(freeze !== undefined && { freeze }),
  });
  const { sample, target }: { readonly sample: unknown; readonly target: unknown } = options;
  expectTypes('sample', sample);
  expectTypes('target', target);
  const parameters = options.parameters ?? initParameters(model, seed);
  const state = graphs.state(parameters);
  const at = (batch: number): ReturnType<typeof batchTypes> => batchTypes(sample, target, batch);
  const step = graphs.train(at(batchSize));
  if (random === 'seed') expectSeedable(step.draws, opset);
  const train = lowerStep(step, graphs, step.draws, { opset, steps, random });
  const evaluate = lowerEvaluate(graphs, at, { opset, batchSize, parameters });
  const predict = lowerPredict(model, graphs, { sample, loss, opset, labels, preprocessing, metadata });
  if (labels !== undefined) expectLabels(labels, predict.width);
  const note = noteOf(graphs, step, { seed });
  const manifest: TrainingManifest = {
    format: FORMAT,
    howTo: howTo(random === 'seed' && step.draws.length > 0, random === 'fed' && step.draws.length > 0),
    opset,
    batchSize,
    steps,
    state: FILES.state,
    trainStep: manifestFile(FILES.trainStep, train, note),
    evaluate: manifestFile(FILES.evaluate, evaluate, note),
    predict: manifestFile(FILES.predict, predict.model, note),
    trained: graphs.trained,
    optimizer: optimizer.label,
    loss: loss.label ?? '',
    targets: step.targets.map(({ of, rule }) => ({ of, ...rule })),
    ...(labels && { labels }),
    ...(preprocessing && { preprocessing }),
    ...(metadata && { metadata }),
  };
  const written = (name: string, lowered: OnnxModel, info: ModelInfo): Readonly<Record<string, Uint8Array>> => {
    const { bytes, externalData: beside } = modelFiles(lowered, info, name, externalData);
    return { ...beside, [name]: bytes };
  };
  const files: Readonly<Record<string, Uint8Array>> = {
    ...written(FILES.trainStep, train, writeMetadata({}, 'one step of training')),
    ...written(FILES.evaluate, evaluate, writeMetadata({}, 'loss and metrics')),
    ...written(FILES.predict, predict.model, predict.info),
    [FILES.state]: encodeSafetensors(state, { format: FORMAT, step: '0' }),
    [FILES.manifest]: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
  };
  if (verify) {
    const batch = { sample, target };
    await proveTraining(files, manifest, predict, { batch, step, graphs, state, optimizer, seed, batchSize });
  }
  if (folder !== undefined) {
    await makeFolder(folder);
    // The manifest last, so that no folder has one whose files are not there.
    for (const [name, bytes] of Object.entries(files)) await writeAtomically(pathIn(folder, name), bytes);
  }
  return { files, manifest };
}

/** A table of so many numbers is 40 MB. */
const MOST_STEPS = 10_000_000;

function expectCount(path: string, value: unknown, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  throw new ValueError(`exportTraining was given an invalid ${path}`, {
    path,
    received: String(value),
    expected: most === Number.MAX_SAFE_INTEGER ? 'an integer of at least 1' : `an integer from 1 to ${most}`,
  });
}

function expectSeed(seed: unknown): void {
  if (Number.isSafeInteger(seed)) return;
  throw new ValueError('exportTraining was given an invalid seed', {
    path: 'seed',
    received: String(seed),
    expected: 'a whole number, such as 0',
  });
}

function expectRandom(random: unknown): void {
  if (random === 'seed' || random === 'fed') return;
  throw new ValueError('exportTraining was given an invalid random', {
    path: 'random',
    received: String(random),
    expected: "'seed' or 'fed'",
  });
}

function expectFolder(folder: unknown): void {
  if (typeof folder === 'string' && folder !== '') return;
  throw new ValueError('exportTraining was given an invalid folder', {
    path: 'folder',
    received: folder === '' ? 'an empty text' : typeof folder,
    expected: 'where to write the files, such as training; leave it out to get only the bytes',
  });
}

function expectSeedable(draws: readonly DrawInput[], opset: number): void {
  if (draws.length === 0) return;
  if (opset < LEAST_OPSET) {
    throw new ValueError('random numbers cannot be made with the operators of this opset', {
      path: 'opset',
      received: `${opset}, and ${draws.length} draws, such as ${draws[0]?.stream}`,
      expected: `opset ${LEAST_OPSET} or later, which has BitwiseXor`,
      fix: "leave opset out, or let whoever runs the step fill in the random numbers: random: 'fed'",
    });
  }
  const other = draws.find((draw) => !isSeedable(draw));
  if (other === undefined) return;
  throw new ValueError('Gaussian random numbers are not made inside a file', {
    path: other.stream,
    received: `a draw of kind ${other.distribution.kind}`,
    expected: 'draws of kind bernoulli, as of dropout, or uniform',
    fix: "let whoever runs the step fill in the random numbers: random: 'fed'",
  });
}
