import { NumericError } from '@descent/core';
import type { TensorNumbers } from '../inference/tensor-values.ts';
import { TensorProto_DataType as DataType, type NodeProto } from '../proto/onnx-pb.ts';
import { floatAttribute, type GraphEditor, intAttribute, isOperator, nodeName } from './editor.ts';

/** A float32 constant that a node multiplies by, or looks up in. */
export interface Weight {
  readonly node: NodeProto;
  /** Which input of the node it is. */
  readonly input: number;
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: TensorNumbers;
  /** The axis whose indices may have scales of their own; null where one scale is for all. */
  readonly axis: number | null;
}

/** Operators with weights, the inputs that these are, and the axis of channels. */
const WEIGHTS: Readonly<
  Record<string, (node: NodeProto, rank: number) => readonly (readonly [number, number | null])[]>
> = {
  Conv: () => [[1, 0]],
  // [inputs, outputs / group, …]: the same output of all groups shares a scale.
  ConvTranspose: () => [[1, 1]],
  Gemm: (node) => [[1, intAttribute(node, 'transB', 0) === 1 ? 0 : 1]],
  MatMul: (_, rank) => [[1, rank === 2 ? 1 : null]],
  Gather: (node, rank) => [[0, intAttribute(node, 'axis', 0) === 0 && rank === 2 ? 0 : null]],
  // [directions, gates · hidden, …].
  LSTM: () => [
    [1, 1],
    [2, 1],
  ],
  GRU: () => [
    [1, 1],
    [2, 1],
  ],
  RNN: () => [
    [1, 1],
    [2, 1],
  ],
};

/** All weights of the main graph, in the order of their nodes. Throws a `NumericError` for one with numbers that are not finite. */
export function weightsOf(editor: GraphEditor): readonly Weight[] {
  return editor.graph.node.flatMap((node) => {
    const uses =
      Object.hasOwn(WEIGHTS, node.opType) && isOperator(node, node.opType) ? WEIGHTS[node.opType] : undefined;
    if (uses === undefined) return [];
    return [1, 0, 2].flatMap((input) => {
      const name = node.input[input];
      const tensor = editor.constant(name);
      if (name === undefined || tensor?.dataType !== DataType.FLOAT) return [];
      const dims = tensor.dims.map(Number);
      const use = uses(node, dims.length).find(([at]) => at === input);
      const values = use === undefined ? null : editor.floats(name);
      if (use === undefined || values === null || values.length === 0) return [];
      const axis = use[1] !== null && use[1] < dims.length ? use[1] : null;
      expectFinite(values, name, node, editor.path);
      return [{ node, input, name, dims, values, axis }];
    });
  });
}

/** Throws a `NumericError` that names the tensor and the place. */
export function expectFinite(values: ArrayLike<number>, name: string, node: NodeProto | null, path: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new NumericError('a weight of the model is not finite, so that there is no range to quantise it in', {
      path,
      received: `${values[i]} at position ${i} of '${name}'${node === null ? '' : `, for ${node.opType} '${nodeName(node)}'`}`,
      expected: 'finite numbers',
      fix: 'training has diverged: go back to an earlier checkpoint',
    });
  }
}

/** Whether a `Gemm` is a plain matrix product with a bias. */
export function isPlainGemm(node: NodeProto): boolean {
  return (
    intAttribute(node, 'transA', 0) === 0 &&
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1
  );
}
