import {
  type NDArray,
  NumericError,
  ndarray,
  numel,
  type Parameters,
  type SampleType,
  ValueError,
} from '@descent/core';
import { firstNonFinite, type Graph, programInputs } from '@descent/core/backend';
import { fold, key, normal, randint } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { loadOnnx } from '../inference/load-onnx.ts';

export interface VerifyOptions {
  /** `[batch, …sample]`, such as a few images of the test set. Default: 16 random samples. */
  readonly inputs?: NDArray;
  /** Largest absolute difference that is accepted, relative to the largest output when that is above 1. Default 1e-4. */
  readonly tolerance?: number;
}

export interface Proof {
  /** Between the file in ONNX Runtime and the network in core's reference interpreter; NaN when the proof was skipped. */
  readonly maxAbsDifference: number;
  /** Number of samples compared. */
  readonly samples: number;
}

export interface ProofRequest {
  readonly bytes: Uint8Array;
  /** The forward graph: inputs `input` and the parameters under `prefix` and their names. */
  readonly graph: Graph;
  readonly parameters: Parameters;
  readonly prefix: string;
  readonly sample: SampleType;
  readonly batch?: 'dynamic' | number;
  readonly verify: VerifyOptions;
}

/** Runs the file in a session of its own and the graph in the reference interpreter, and compares. Throws a `NumericError` when they differ. */
export async function prove({
  bytes,
  graph,
  parameters,
  prefix,
  sample,
  batch = 'dynamic',
  verify,
}: ProofRequest): Promise<Proof> {
  const { inputs = randomSamples(sample, batch === 'dynamic' ? 16 : batch), tolerance = 1e-4 } = verify;
  expectInputs(inputs);
  const expected = await reference(graph, parameters, prefix, inputs);
  expectFiniteOutput(expected, inputs);
  const file = await loadOnnx(bytes, { threads: 1 });
  try {
    const actual = await file.predict(inputs);
    const maxAbsDifference = largestDifference(actual, expected);
    const scale = (expected.data as Float32Array).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
    if (maxAbsDifference <= tolerance * scale) return { maxAbsDifference, samples: inputs.shape[0] as number };
    throw new NumericError('the exported file does not compute what the network computes', {
      received: `a largest absolute difference of ${maxAbsDifference}`,
      expected: `at most ${tolerance * scale}`,
      fix: 'this is a bug in an op’s lowering unless the outputs are huge; please report it with the network',
    });
  } finally {
    file.dispose();
  }
}

/** Nothing would be proved by no samples, or by numbers that make every network's output NaN. */
function expectInputs(inputs: NDArray): void {
  const at = firstNonFinite(inputs);
  if (inputs.shape[0] !== 0 && at === -1) return;
  throw new ValueError('the file cannot be proved with these inputs', {
    path: 'verify.inputs',
    received: at === -1 ? 'no samples' : `${inputs.data[at]} at position ${at}`,
    expected: 'samples of finite numbers, at least one',
  });
}

function expectFiniteOutput(output: NDArray, inputs: NDArray): void {
  const at = firstNonFinite(output);
  if (at === -1) return;
  const row = Math.floor(at / (output.data.length / (inputs.shape[0] as number)));
  throw new NumericError('the network gives numbers that are not finite, so that there is nothing to prove', {
    received: `${output.data[at]} for sample ${row} of ${inputs.shape[0]}`,
    expected: 'finite outputs',
    fix: 'give real samples as verify: { inputs }; if they do it, too, training has diverged: go back to an earlier checkpoint',
  });
}

async function reference(graph: Graph, parameters: Parameters, prefix: string, inputs: NDArray): Promise<NDArray> {
  const backend = referenceBackend({ precision: 'float32' });
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  const used = programInputs({ graph });
  const entries = Object.entries(parameters).map(([name, p]) => [`${prefix}${name}`, p] as const);
  const feeds = Object.fromEntries(entries.filter(([name]) => used.has(name)));
  const { output } = await executable.run({ input: inputs, ...feeds });
  await backend.dispose();
  return output as NDArray;
}

/** NaN where only one of the two is NaN, so that it never passes for small. */
function largestDifference(a: NDArray, b: NDArray): number {
  if (a.data.length !== b.data.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i] as number, b.data[i] as number];
    if (Object.is(x, y)) continue;
    const difference = Math.abs(x - y);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

function randomSamples({ shape, dtype = 'float32' }: SampleType, batch: number): NDArray {
  const size = batch * numel(shape);
  const random = fold(key(0), 'export proof');
  if (dtype === 'float32') {
    const data = new Float32Array(size);
    normal(random, data);
    return ndarray('float32', [batch, ...shape], data);
  }
  if (dtype === 'bool')
    throw new ValueError('give real inputs for networks that take booleans', { path: 'verify.inputs' });
  const drawn = new Int32Array(size);
  randint(random, drawn, 0, 256);
  return dtype === 'int32'
    ? ndarray('int32', [batch, ...shape], drawn)
    : ndarray('uint8', [batch, ...shape], Uint8Array.from(drawn));
}
