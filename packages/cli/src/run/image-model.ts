import { stat } from 'node:fs/promises';
import { DescentError } from '@descent/core';
import type { Io } from '../io.ts';
import { loadOnnx, type OnnxModelFile } from '../onnx.ts';
import { severalArrays, severalOutputs } from './several-arrays.ts';

/** What can be asked about images: an ONNX file, or the network of a run on any backend. */
export type ImageModel = Pick<OnnxModelFile, 'input' | 'outputKind' | 'preprocessing' | 'topK'> & {
  /** What people should know of it. */
  readonly warnings?: readonly string[];
  dispose(): void | Promise<void>;
};

/** Opens a `.onnx` file, or the folder of a run on `backend`, by default the one that its config names for inference. */
export async function openImageModel(path: string, backend: string | undefined, io: Io): Promise<ImageModel> {
  if (await isFolder(path)) {
    // What reads configs is not needed for a file.
    const { openRunModel } = await import('./run-model.ts');
    return openRunModel(path, backend, io);
  }
  if (backend === undefined) return openFile(path);
  throw new DescentError('an ONNX file runs on ONNX Runtime', {
    path,
    received: `--backend ${backend}`,
    fix: 'leave --backend out, or give the folder of a run instead of a file',
  });
}

async function openFile(path: string): Promise<ImageModel> {
  const file = await loadOnnx(path);
  const { inputs, outputs } = file;
  if (inputs.length === 1 && outputs.length === 1) return file;
  file.dispose();
  throw inputs.length > 1
    ? severalArrays(path, inputs)
    : severalOutputs(
        path,
        outputs.map(({ name }) => name),
      );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
