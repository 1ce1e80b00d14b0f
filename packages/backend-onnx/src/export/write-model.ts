import { describeValue, ValueError } from '@descent/core';
import { folderOf, nameOf, pathIn, removeFile, writeAtomically } from '#files';
import type { OnnxModel } from '../model/graph.ts';
import { type ModelInfo, toBytes } from '../model/to-bytes.ts';
import { besideBytes, LARGEST_FILE, weightsBeside } from '../model/weights-beside.ts';

/** The bytes of a model, and of the file beside it that has its weights, if there is one. */
export interface ModelFiles {
  readonly bytes: Uint8Array;
  /** By name: what `loadOnnx(bytes, { externalData })` takes. Empty for a model that is one file. */
  readonly externalData: Readonly<Record<string, Uint8Array>>;
}

/** Throws a `ValueError` for an option of `what` that is neither `'auto'` nor a number of bytes. */
export function expectExternalData(what: string, value: unknown): void {
  if (value === 'auto' || (Number.isSafeInteger(value) && (value as number) >= 0)) return;
  throw new ValueError(`${what} was given an invalid externalData`, {
    path: 'externalData',
    received: describeValue(value),
    expected: "'auto' or the number of bytes above which weights stand in a file of their own, such as 0",
  });
}

/** @param limit Bytes of weights that are in the model itself. */
export function modelFiles(
  model: OnnxModel,
  info: ModelInfo,
  path: string | undefined,
  limit: 'auto' | number,
): ModelFiles {
  const name = `${path === undefined ? 'model.onnx' : nameOf(path)}.data`;
  const beside = weightsBeside(model, name, Math.min(limit === 'auto' ? LARGEST_FILE : limit, LARGEST_FILE));
  const bytes = toBytes(model, info, beside.places);
  return { bytes, externalData: beside.places.size === 0 ? {} : { [name]: besideBytes(model, beside) } };
}

/** Writes the model to `path`, its weights first. No model is ever beside the weights of another. */
export async function writeModel(path: string, { bytes, externalData }: ModelFiles): Promise<void> {
  for (const [name, data] of Object.entries(externalData)) {
    await removeFile(path);
    await writeAtomically(pathIn(folderOf(path), name), data);
  }
  await writeAtomically(path, bytes);
}
