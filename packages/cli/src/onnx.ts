import type { ExportOptions, OnnxModelFile, VerifyOptions } from '@descent/backend-onnx';
import {
  DescentError,
  forwardGraph,
  type ImagePreprocessing,
  initParameters,
  type Layer,
  type Loss,
  type NDArray,
  type NDArrays,
  type OpenSampleType,
  type Parameters,
  type SampleType,
  type Tree,
} from '@descent/core';
import type { ExportedSample } from './config/exported.ts';
import { kindOfTask } from './config/loss.ts';
import { mistakeAt, reason } from './errors.ts';

// What is done with ONNX files. The package is loaded on first use, so that all else works where it has no binary.

export type { OnnxModelFile };

export interface ExportRequest {
  readonly parameters: Parameters;
  readonly sample: Tree<SampleType>;
  /** What the file takes. Default: `sample`. */
  readonly exported?: Pick<ExportedSample, 'sample' | 'axes'>;
  readonly path: string;
  readonly labels: readonly string[];
  readonly preprocessing: ImagePreprocessing | null;
  /** Real samples, `[n, …sample]`, that the file is checked with. */
  readonly inputs: NDArrays;
  readonly batch?: 'dynamic' | number;
  readonly opset?: number;
  readonly softmax?: boolean;
  /** What the network was trained with. */
  readonly loss?: Loss;
}

export interface ExportedFile {
  readonly path: string;
  readonly size: number;
  /** Between the file in a fresh session and the network in the reference interpreter. */
  readonly maxAbsDifference: number;
  readonly samples: number;
}

/** Writes an ONNX file whose outputs for `inputs` are the network's. Throws a NumericError when the file computes something else than the network. */
export async function exportOnnx(model: Layer, request: ExportRequest): Promise<ExportedFile> {
  const {
    path,
    parameters,
    sample,
    exported = { sample },
    inputs,
    labels,
    preprocessing,
    batch,
    opset,
    softmax,
    loss,
  } = request;
  // Of several outputs each is something of its own.
  const isOne = forwardGraph(model, sample).outputs.has('output');
  const output = loss === undefined || !isOne ? null : kindOfTask(loss, labels);
  const options: ExportOptions & { readonly verify: VerifyOptions } = {
    parameters,
    // The compiler takes the network of a config for one of one array; what it really takes, it says itself.
    sample: exported.sample as SampleType,
    ...(exported.axes !== undefined && { axes: exported.axes }),
    verify: { inputs: inputs as NDArray },
    ...(loss !== undefined && { loss }),
    ...(output !== null && { output }),
    ...(labels.length > 0 && isOne && { labels }),
    ...(preprocessing !== null && { preprocessing }),
    ...(batch !== undefined && { batch }),
    ...(opset !== undefined && { opset }),
    ...(softmax !== undefined && { softmax }),
  };
  const { bytes, maxAbsDifference, samples } = await (await importOnnx()).exportOnnx(model, options);
  const { writeAtomically } = await import('@descent/files');
  await writeAtomically(path, bytes);
  return { path, size: bytes.length, maxAbsDifference, samples };
}

/** Throws a UsageError before training when the network depends on sizes that its file shall leave open. */
export async function expectExportable(model: Layer, { sample, axes }: ExportedSample): Promise<void> {
  const parameters = initParameters(model, 0);
  const options = {
    parameters,
    sample: sample as OpenSampleType,
    verify: false,
    ...(axes !== undefined && { axes }),
  } as const;
  const { exportOnnx: write } = await importOnnx();
  await write(model, options).catch((error: unknown) => {
    throw mistakeAt('export', error);
  });
}

export async function loadOnnx(path: string): Promise<OnnxModelFile> {
  return (await importOnnx()).loadOnnx(path);
}

async function importOnnx(): Promise<typeof import('@descent/backend-onnx')> {
  try {
    return await import('@descent/backend-onnx');
  } catch (cause) {
    throw new DescentError('this needs the package @descent/backend-onnx, which cannot be loaded', {
      received: reason(cause),
      fix: 'npm install @descent/backend-onnx',
      cause,
    });
  }
}
