import { stat } from 'node:fs/promises';
import {
  DescentError,
  type ImagePreprocessing,
  type Loss,
  type NDArray,
  type NDArrays,
  type OutputKind,
} from '@descent/core';
import type { LoadedConfig } from '../config/load.ts';
import { type Preparation, preparationIn } from '../config/preparation.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { loadOnnx } from '../onnx.ts';
import { nearPath } from '../ui/near-path.ts';
import { inFixedBatches } from './fixed-batches.ts';
import type { RunRecord } from './record.ts';
import { type NamedInput, severalOutputs } from './several-arrays.ts';

/** One of several outputs. */
export interface NamedOutput {
  readonly name: string;
  /** What its numbers are; `'values'` also where nothing says it. */
  readonly kind: OutputKind;
}

/** A trained network that can be asked: an ONNX file, or that of a run on any backend. */
export interface OpenModel extends Preparation {
  /** Where it runs: `onnx:cpu`. */
  readonly backend: string;
  /** What it takes, with the batch in front, -1 for any size. A network of one input calls it by whatever name. */
  readonly inputs: readonly NamedInput[];
  /** Of a run on a backend: what it gives. */
  readonly output?: NamedInput;
  readonly outputKind: OutputKind;
  /** Names of the classes; none where they are not known. */
  readonly labels: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  /** Whether it was trained on pictures with boxes. */
  readonly hasBoxes?: boolean;
  /** Of a run: what it was trained from. */
  readonly run?: { readonly config: LoadedConfig; readonly record: RunRecord };
  /** What it was trained with, where that is known. */
  readonly loss?: Loss;
  /** What people should know of it. */
  readonly warnings: readonly string[];
  /** The one output, for any number of samples: one array, or several by name. */
  predict(x: NDArrays): Promise<NDArray>;
  /** Of a network of several outputs, which is opened for who asks for them: what each is, and how they are got. It has no `predict` then. */
  readonly several?: {
    readonly outputs: readonly NamedOutput[];
    predict(x: NDArrays): Promise<Readonly<Record<string, NDArray>>>;
  };
  dispose(): void | Promise<void>;
}

/**
 * Opens a `.onnx` file, or the folder of a run on `backend`, by default the one that its config names for inference. Throws a DescentError for a network of
 * several outputs unless `takesSeveral`.
 */
export async function openModel(
  path: string,
  backend: string | undefined,
  io: Io,
  takesSeveral = false,
): Promise<OpenModel> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new DescentError(`there is no such file or folder${await nearPath(path, io.cwd)}`, {
      path,
      expected: 'a .onnx file, or the folder of a run',
      fix: 'check the path; descent runs list shows which runs there are',
    });
  }
  if (found.isDirectory()) {
    // What reads configs is not needed for a file.
    const { openRunModel } = await import('./run-model.ts');
    return openRunModel(path, backend, io, { takesSeveral });
  }
  return openFile(path, takesSeveral, backend);
}

/** Of a network of masks, whose classes are no labels of pictures. */
function classesIn(metadata: unknown): readonly string[] {
  const { classes } = (metadata ?? {}) as { readonly classes?: unknown };
  return Array.isArray(classes) && classes.every((name) => typeof name === 'string') ? classes : [];
}

/** Backends of ONNX Runtime that open a file, by the names of its devices. */
const DEVICES = ['cpu', 'cuda', 'webgpu', 'wasm'] as const;

async function openFile(path: string, takesSeveral: boolean, backend: string = 'onnx:cpu'): Promise<OpenModel> {
  const device = DEVICES.find((name) => backend === `onnx:${name}`);
  if (device === undefined) {
    throw new UsageError('an ONNX file runs on ONNX Runtime', {
      path,
      received: `--backend ${backend}`,
      expected: DEVICES.map((name) => `onnx:${name}`).join(', '),
      fix: 'leave --backend out, or give the folder of a run instead of a file',
    });
  }
  const file = await loadOnnx(path, device);
  const { inputs, outputs, outputKind, labels = classesIn(file.metadata), preprocessing, metadata } = file;
  const [input] = inputs as readonly [NamedInput];
  if (outputs.length > 1 && !takesSeveral) {
    file.dispose();
    throw severalOutputs(
      path,
      outputs.map(({ name }) => name),
    );
  }
  const runAll = (x: NDArrays): Promise<Readonly<Record<string, NDArray>>> =>
    file.run(inputs.length === 1 ? { [input.name]: x as NDArray } : (x as Readonly<Record<string, NDArray>>));
  const run = async (x: NDArrays): Promise<NDArray> =>
    inputs.length === 1 ? file.predict(x as NDArray) : ((await runAll(x))[file.output.name] as NDArray);
  const fixed = input.shape[0] ?? -1;
  return {
    backend,
    inputs,
    outputKind,
    labels,
    ...(preprocessing !== undefined && { preprocessing }),
    ...preparationIn(metadata),
    hasBoxes: metadata?.['boxes'] === true,
    warnings: [],
    predict: fixed > 0 ? (x) => inFixedBatches(run, x, fixed) : run,
    ...(outputs.length > 1 && {
      several: {
        outputs: outputs.map(({ name }) => ({ name, kind: 'values' as const })),
        predict: (x: NDArrays) => (fixed > 0 ? inFixedBatches(runAll, x, fixed) : runAll(x)),
      },
    }),
    dispose: () => file.dispose(),
  };
}
