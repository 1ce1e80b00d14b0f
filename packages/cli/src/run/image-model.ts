import { type NDArray, type Prediction, prefixPath, topK } from '@descent/core';
import type { Io } from '../io.ts';
import { type OpenModel, openModel } from './open-model.ts';
import { type NamedInput, severalArrays } from './several-arrays.ts';

/** What can be asked about images. */
export type ImageModel = Pick<OpenModel, 'outputKind' | 'preprocessing'> & {
  readonly input: NamedInput;
  readonly warnings?: readonly string[];
  /** The `k` most probable classes of each picture, best first. */
  topK(x: NDArray, k?: number): Promise<readonly (readonly Prediction[])[]>;
  dispose(): void | Promise<void>;
};

/** Opens a `.onnx` file, or the folder of a run on `backend`. Throws where the network takes more than a picture. */
export async function openImageModel(path: string, backend: string | undefined, io: Io): Promise<ImageModel> {
  const model = await openModel(path, backend, io);
  if (model.inputs.length === 1) return imageModel(model, path);
  await model.dispose();
  throw severalArrays(path, model.inputs);
}

function imageModel(model: OpenModel, path: string): ImageModel {
  const { inputs, outputKind, labels, warnings, preprocessing } = model;
  return {
    input: inputs[0] as NamedInput,
    outputKind,
    warnings,
    ...(preprocessing !== undefined && { preprocessing }),
    async topK(x, k = 5) {
      try {
        return topK(await model.predict(x), { k, labels, output: outputKind });
      } catch (error) {
        throw prefixPath(error, path);
      }
    },
    dispose: model.dispose,
  };
}
