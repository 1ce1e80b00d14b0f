import {
  type NDArray,
  type NDArrays,
  NumericError,
  type Parameters,
  type SampleType,
  type Tree,
  usedParameters,
  ValueError,
} from '@descent/core';
import { firstNonFinite, type Graph, leavesOf } from '@descent/core/backend';
import { referenceBackend } from '@descent/core/reference';
import { loadOnnx } from '../inference/load-onnx.ts';
import type { ExportedOutput } from './output.ts';
import { randomInputs } from './random-inputs.ts';

export interface VerifyOptions<Inputs extends NDArrays = NDArray> {
  /** `[batch, …sample]`, such as a few images of the test set; several by name. Default: 16 random samples. */
  readonly inputs?: Inputs;
  /** Largest absolute difference that is accepted, relative to the largest output when that is above 1. Default 1e-4. */
  readonly tolerance?: number;
}

export interface Proof {
  /** Between the file in ONNX Runtime and the network in core's reference interpreter, over all outputs. */
  readonly maxAbsDifference: number;
  /** Number of samples compared. */
  readonly samples: number;
}

export interface ProofRequest {
  readonly bytes: Uint8Array;
  /** The forward graph: inputs `input` (or several of their own names) and the parameters under `prefix` and their names. */
  readonly graph: Graph;
  readonly outputs: readonly ExportedOutput[];
  readonly parameters: Parameters;
  readonly prefix: string;
  readonly sample: Tree<SampleType>;
  readonly batch: 'dynamic' | number;
  readonly verify: VerifyOptions<NDArrays>;
}

/** Runs the file in a session of its own and the graph in the reference interpreter, and compares. Throws a `NumericError` when they differ. */
export async function prove(request: ProofRequest): Promise<Proof> {
  const { bytes, graph, outputs, sample, verify } = request;
  const { tolerance = 1e-4 } = verify;
  const samples = request.batch === 'dynamic' ? 16 : request.batch;
  const inputs = inputsOf(verify.inputs ?? randomInputs(sample, graph, samples));
  for (const [name, array] of Object.entries(inputs)) expectInputs(array, name);
  const expected = await reference(request, inputs);
  const file = await loadOnnx(bytes, { threads: 1 });
  try {
    const actual = await file.run(inputs);
    const differences = outputs.map(({ from, name }) => {
      const wanted = expected[from] as NDArray;
      expectFiniteOutput(wanted);
      return difference(actual[name] as NDArray, wanted, tolerance);
    });
    const first = Object.values(inputs)[0] as NDArray;
    return { maxAbsDifference: Math.max(...differences), samples: first.shape[0] as number };
  } finally {
    file.dispose();
  }
}

/** Inputs by their names in the file. */
function inputsOf(tree: NDArrays): Readonly<Record<string, NDArray>> {
  return Object.fromEntries(leavesOf(tree).map(([name, array]) => [name || 'input', array]));
}

/** The largest difference. Throws a `NumericError` when it is too large. */
function difference(actual: NDArray, expected: NDArray, tolerance: number): number {
  const largest = largestDifference(actual, expected);
  const scale = (expected.data as Float32Array).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  if (largest <= tolerance * scale) return largest;
  throw new NumericError('the exported file does not compute what the network computes', {
    received: `a largest absolute difference of ${largest}`,
    expected: `at most ${tolerance * scale}`,
    fix: 'this is a bug in an op’s lowering unless the outputs are huge; please report it with the network',
  });
}

/** Nothing would be proved by no samples, or by numbers that make every network's output NaN. */
function expectInputs(inputs: NDArray, name: string): void {
  const at = firstNonFinite(inputs);
  if (inputs.shape[0] !== 0 && at === -1) return;
  throw new ValueError('the file cannot be proved with these inputs', {
    path: name === 'input' ? 'verify.inputs' : `verify.inputs.${name}`,
    received: at === -1 ? 'no samples' : `${inputs.data[at]} at position ${at}`,
    expected: 'samples of finite numbers, at least one',
  });
}

function expectFiniteOutput(output: NDArray): void {
  const at = firstNonFinite(output);
  if (at === -1) return;
  const samples = output.shape[0] as number;
  throw new NumericError('the network gives numbers that are not finite, so that there is nothing to prove', {
    received: `${output.data[at]} for sample ${Math.floor(at / (output.data.length / samples))} of ${samples}`,
    expected: 'finite outputs',
    fix: 'give real samples as verify: { inputs }; if they do it, too, training has diverged: go back to an earlier checkpoint',
  });
}

async function reference(
  { graph, parameters, prefix }: ProofRequest,
  inputs: Readonly<Record<string, NDArray>>,
): Promise<Readonly<Record<string, NDArray>>> {
  const backend = referenceBackend({ precision: 'float32' });
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  const feeds = usedParameters(graph, parameters, prefix);
  const results = await executable.run({ ...inputs, ...feeds });
  await backend.dispose();
  return results;
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
