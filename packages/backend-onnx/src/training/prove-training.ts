import { type NDArray, NumericError, ndarray, type Optimizer, type SampleType, type Tree } from '@descent/core';
import { type Graph, leavesOf, programInputs } from '@descent/core/backend';
import { drawsAt, type StepGraph, type StepGraphs } from '@descent/core/programs';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference } from '../export/largest-difference.ts';
import { randomInputs } from '../export/random-inputs.ts';
import { loadOnnx } from '../inference/load-onnx.ts';
import { batchTypes } from './batch-types.ts';
import type { LoweredPredict } from './lower-asked.ts';
import type { TrainingManifest } from './manifest.ts';
import { randomBatch } from './random-batch.ts';

type Arrays = Readonly<Record<string, NDArray>>;

/** One run of a file, and of the graph that it is made of. */
export interface TrainingProofRun {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Files beside it, by their names. */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  readonly graph: Graph;
  /** For the file, and for the graph: some inputs of the one are computed inside the other. */
  readonly feeds: Arrays;
  readonly graphFeeds: Arrays;
  /** Outputs that are compared, by their names in the file, and those in the graph. */
  readonly outputs: ReadonlyMap<string, string>;
}

const TOLERANCE = 1e-3;

/** Throws a `NumericError` unless the file gives in ONNX Runtime what the graph gives in core's reference interpreter. Returns the largest difference. */
export async function proveRun(run: TrainingProofRun): Promise<number> {
  const { file, bytes, externalData = {}, graph, feeds, graphFeeds, outputs } = run;
  const backend = referenceBackend({ precision: 'float32' });
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  const wanted = new Set(programInputs({ graph }).keys());
  const expected = await executable.run(
    Object.fromEntries(Object.entries(graphFeeds).filter(([name]) => wanted.has(name))),
  );
  await backend.dispose();
  const model = await loadOnnx(bytes, Object.keys(externalData).length === 0 ? {} : { externalData });
  try {
    const own = new Set(model.inputs.map(({ name }) => name));
    const actual = await model.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => own.has(name))));
    let largest = 0;
    for (const [name, inGraph] of outputs) {
      const difference = differenceOf(actual[name] as NDArray, expected[inGraph] as NDArray);
      if (difference <= TOLERANCE) largest = Math.max(largest, difference);
      else throw differs(file, name, difference);
    }
    return largest;
  } finally {
    model.dispose();
  }
}

/** The largest difference, relative to the largest number where that is above 1; NaN where one of the two alone is NaN. */
function differenceOf(actual: NDArray, expected: NDArray): number {
  // A number that is not finite in both is no scale.
  const scale = Array.from<number>(expected.data).reduce(
    (most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most),
    1,
  );
  return largestDifference(actual, expected) / scale;
}

function differs(file: string, output: string, difference: number): NumericError {
  return new NumericError('an exported file does not compute what the network computes', {
    path: `${file}: ${output}`,
    received: `a relative difference of ${difference}`,
    expected: `at most ${TOLERANCE}`,
    fix: 'this is a bug in an op’s lowering unless the numbers are huge; please report it with the network',
  });
}

/** What the files were made of. */
export interface ProvedTraining {
  readonly batch: { readonly sample: Tree<SampleType>; readonly target: Tree<SampleType> };
  readonly step: StepGraph;
  readonly graphs: StepGraphs;
  readonly state: Arrays;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly batchSize: number;
}

/** Samples that `evaluate.onnx` and `predict.onnx` are tried with, where they take any number. */
const BATCHES = [1, 3];

/**
 * Runs each file once, the ones of any number of samples with several. Of a step the loss, the metrics and `ok` are compared: what an optimizer makes of
 * a gradient that is nearly nothing is rounding.
 */
export async function proveTraining(
  files: Readonly<Record<string, Uint8Array>>,
  manifest: TrainingManifest,
  predict: LoweredPredict,
  { batch: { sample, target }, step, graphs, state, optimizer, seed, batchSize }: ProvedTraining,
): Promise<void> {
  const bytesOf = (file: string): Pick<TrainingProofRun, 'file' | 'bytes' | 'externalData'> => {
    const beside = files[`${file}.data`];
    return {
      ...{ file, bytes: files[file] as Uint8Array },
      ...(beside !== undefined && { externalData: { [`${file}.data`]: beside } }),
    };
  };
  // A larger one is no int32, which is all that arrays of Descent hold.
  const shownSeed = Math.abs(seed) < 2 ** 31 ? seed : 0;
  const draws = drawsAt({ optimizer }, shownSeed, step.draws, 1);
  const numbers = [...graphs.rates, ...graphs.numbers].map(({ input, at }) => [input, scalar(at(1))] as const);
  const fed = randomBatch(step, sample, target, batchSize);
  const ports = manifest.trainStep.inputs.flatMap(({ name, role, value }): readonly (readonly [string, NDArray])[] => {
    if (role === 'learning rate') return [[name, scalar(value as number)]];
    if (role === 'step') return [[name, whole(1)]];
    return role === 'seed' ? [[name, whole(shownSeed)]] : [];
  });
  await proveRun({
    ...bytesOf(manifest.trainStep.file),
    graph: step.graph,
    feeds: { ...state, ...fed, ...draws, ...Object.fromEntries(ports) },
    graphFeeds: { ...state, ...fed, ...draws, ...Object.fromEntries(numbers) },
    outputs: new Map([...step.results.map(({ output }) => output), step.ok].map((name) => [name, name])),
  });
  const isOpen = manifest.evaluate.inputs.some(({ shape }) => shape.some((d) => typeof d === 'string'));
  for (const size of isOpen ? BATCHES : [batchSize]) {
    const evaluated = graphs.evaluate(batchTypes(sample, target, size));
    const feeds = { ...state, ...randomBatch(evaluated, sample, target, size) };
    await proveRun({
      ...bytesOf(manifest.evaluate.file),
      graph: evaluated.graph,
      feeds,
      graphFeeds: feeds,
      outputs: new Map([...evaluated.graph.outputs.keys()].map((name) => [name, name])),
    });
  }
  for (const size of BATCHES) {
    const graph = predict.at(size);
    const x = randomInputs(sample, graph, size);
    const named = Object.fromEntries(leavesOf(x).map(([name, array]) => [name || 'input', array]));
    await proveRun({
      ...bytesOf(manifest.predict.file),
      graph,
      feeds: {
        ...state,
        ...Object.fromEntries(Object.entries(named).map(([name, array]) => [predict.inputs.get(name) ?? name, array])),
      },
      graphFeeds: { ...state, ...named },
      outputs: predict.outputs,
    });
  }
}

function scalar(value: number): NDArray {
  return ndarray('float32', [], Float32Array.of(value));
}

function whole(value: number): NDArray {
  return ndarray('int32', [], Int32Array.of(value));
}
