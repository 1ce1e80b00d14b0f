import { parseModel } from '../inference/read-model.ts';
import { modelText } from './text.ts';

/**
 * The text of an ONNX model, one line a node: `gemm_0 = Gemm(x, w, b, transB=1)`. Small constants stand where they are used. For people,
 * golden tests and diffs.
 * @throws BackendError saying what the bytes are when they are no model.
 */
export function printModel(bytes: Uint8Array): string {
  return modelText(parseModel(bytes, 'the model'));
}
