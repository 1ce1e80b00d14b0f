import { formatShape, type NDArray, type NDArrays, NumericError, type Parameters, usedParameters } from '@descent/core';
import { type AxisSizes, firstNonFinite, sameShape } from '@descent/core/backend';
import { fakeQuantizeOp } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { loadOnnx } from '../inference/load-onnx.ts';
import { largestDifference } from './largest-difference.ts';
import type { ExportedOutput } from './output.ts';
import type { Trace } from './traces.ts';
import type { ModelFiles } from './write-model.ts';

export interface VerifyOptions<Inputs extends NDArrays = NDArray> {
  /** `[batch, …sample]`, such as a few images of the test set; several by name. Default: 16 random samples. */
  readonly inputs?: Inputs;
  /** Largest absolute difference that is accepted, relative to the largest output when that is above 1. Default 1e-4; 0.05 for `quantizeAware` networks, which round. */
  readonly tolerance?: number;
}

export interface Proof {
  /** Between the file in ONNX Runtime and the network in core's reference interpreter, over all outputs and sizes. */
  readonly maxAbsDifference: number;
  /** The same as a share of the largest number in the output where it is; 0 when an output is all 0. */
  readonly maxRelativeDifference: number;
  /** Number of samples compared. */
  readonly samples: number;
  /** The sizes that were compared: of the batch, and of each open axis by its name. */
  readonly sizes: readonly AxisSizes[];
}

export interface ProofRequest {
  readonly files: ModelFiles;
  readonly outputs: readonly ExportedOutput[];
  /** Names of inputs in the file, by those of `runs`. */
  readonly inputNames: ReadonlyMap<string, string>;
  readonly parameters: Parameters;
  readonly prefix: string;
  readonly runs: readonly ProofRun[];
  readonly verify: Pick<VerifyOptions, 'tolerance'>;
}

/** Inputs by their names in the file, and the network's graph for their sizes, with its parameters as inputs under the prefix. */
export interface ProofRun {
  readonly trace: Trace;
  readonly inputs: Readonly<Record<string, NDArray>>;
  /** How many of the samples no other run has. */
  readonly samples: number;
}

/**
 * Of a network that was trained for int8: where a number lies between two integers, the last bit of a sum decides which of the two it becomes, and what comes after
 * differs by steps of their grids.
 */
const STEPS = 0.05;

/** Runs the file in a session of its own and the network in the reference interpreter, and compares. Throws a `NumericError` when they differ. */
export async function prove(request: ProofRequest): Promise<Proof> {
  const { files, outputs, inputNames, runs, verify } = request;
  const isQuantized = runs.some(({ trace }) => trace.graph.nodes.some(({ op }) => op.name === fakeQuantizeOp.name));
  const { tolerance = isQuantized ? STEPS : 1e-4 } = verify;
  const expected = await Promise.all(runs.map((run) => reference(request, run)));
  const { bytes, externalData } = files;
  const file = await loadOnnx(bytes, Object.keys(externalData).length === 0 ? {} : { externalData });
  try {
    const differences: Difference[] = [];
    for (const [i, { inputs, trace }] of runs.entries()) {
      const actual = await file.run(
        Object.fromEntries(Object.entries(inputs).map(([name, array]) => [inputNames.get(name) ?? name, array])),
      );
      for (const { from, name } of outputs) {
        const wanted = expected[i]?.[from] as NDArray;
        expectFiniteOutput(wanted);
        differences.push(difference(actual[name] as NDArray, wanted, tolerance, trace.sizes));
      }
    }
    return {
      maxAbsDifference: Math.max(...differences.map(({ largest }) => largest)),
      maxRelativeDifference: Math.max(...differences.map(({ largest, scale }) => (scale === 0 ? 0 : largest / scale))),
      samples: runs.reduce((n, { samples }) => n + samples, 0),
      sizes: runs.map(({ trace }) => trace.sizes),
    };
  } finally {
    file.dispose();
  }
}

/** How far an output is off, at most, and the largest number in it. */
interface Difference {
  readonly largest: number;
  readonly scale: number;
}

/** The largest difference. Throws a `NumericError` when it is too large. */
function difference(actual: NDArray, expected: NDArray, tolerance: number, sizes: AxisSizes): Difference {
  const largest = largestDifference(actual, expected);
  const scale = (expected.data as Float32Array).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const allowed = tolerance * Math.max(1, scale);
  if (largest <= allowed) return { largest, scale };
  throw new NumericError('the exported file does not compute what the network computes', {
    received: sameShape(actual.shape, expected.shape)
      ? `a largest absolute difference of ${largest} for ${formatSizes(sizes)}`
      : `${formatShape(actual.shape)} instead of ${formatShape(expected.shape)} for ${formatSizes(sizes)}`,
    expected: `at most ${allowed}`,
    fix:
      Object.keys(sizes).length > 1
        ? 'look for a branch on the size of an axis in a layer of the network, which a file has at one size only; if there is none, please report it with the network'
        : 'this is a bug in an op’s lowering unless the outputs are huge; please report it with the network',
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
  { parameters, prefix }: ProofRequest,
  { inputs, trace: { graph } }: ProofRun,
): Promise<Readonly<Record<string, NDArray>>> {
  const backend = referenceBackend({ precision: 'float32' });
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  const feeds = usedParameters(graph, parameters, prefix);
  const results = await executable.run({ ...inputs, ...feeds });
  await backend.dispose();
  return results;
}

function formatSizes(sizes: AxisSizes): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name} = ${size}`)
    .join(', ');
}
