import type { OnnxModelFile } from '@descent/backend-onnx';
import { classProbabilities, DescentError, type ImagePreprocessing, type NDArray } from '@descent/core';

import type { OutputView } from '../../session/protocol.ts';

/** An ONNX file that the user opened, to be asked and not trained. */
export interface ForeignModel {
  readonly name: string;
  readonly input: OnnxModelFile['input'];
  readonly labels: readonly string[];
  /** As the file says, or as its input looks; `null` where it takes no pictures. */
  readonly preprocessing: ImagePreprocessing | null;
  predict(x: NDArray): Promise<OutputView>;
  close(): void;
}

/**
 * Opens an ONNX file in a worker. Nothing of it is executed but ONNX operators.
 * @throws BackendError where ONNX Runtime cannot open it, DescentError where it has several inputs or outputs.
 */
export async function openModel(name: string, bytes: Uint8Array): Promise<ForeignModel> {
  const { loadOnnx } = await import('@descent/backend-onnx');
  const file = await loadOnnx(bytes, { device: 'wasm', worker: true });
  return foreignModel(name, file);
}

/** The same of a file that is open. */
export function foreignModel(name: string, file: OnnxModelFile): ForeignModel {
  const { inputs, outputs, input, labels = [], outputKind } = file;
  if (inputs.length > 1 || outputs.length > 1) {
    file.dispose();
    throw new DescentError('the model takes or gives several arrays, which this page has no place for', {
      path: name,
      received: [...inputs, ...outputs].map((port) => port.name).join(', '),
      expected: 'one input and one output',
      fix: 'ask it in a program: loadOnnx(file) of @descent/backend-onnx, then run({ … })',
    });
  }
  return {
    name,
    input,
    labels,
    preprocessing: file.preprocessing ?? assumed(input),
    async predict(x) {
      const output = await file.predict(x);
      if (outputKind === 'values') return { output, isProbabilities: false };
      const { rows, classes } = classProbabilities(output, outputKind);
      const data = Float32Array.from(rows.flatMap((row) => [...row]));
      return { output: { dtype: 'float32', shape: [rows.length, classes], data }, isProbabilities: true };
    },
    close: () => file.dispose(),
  };
}

/** For a model that says nothing, as `descent predict` takes it. */
function assumed({ dtype, shape }: OnnxModelFile['input']): ImagePreprocessing | null {
  const [, channels, height = -1, width = -1] = shape;
  const isPicture = shape.length === 4 && (channels === 1 || channels === 3) && height > 0 && width > 0;
  if (!isPicture || (dtype !== 'uint8' && dtype !== 'float32')) return null;
  return { width, height, channels, dtype, assumed: true };
}
