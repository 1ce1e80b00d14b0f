import { type Node, node, type PrimitiveOp, type TensorType } from '@descent/core/backend';
import type { Context } from '../lowerings/context.ts';
import type { Attributes } from '../model/graph.ts';
import type { Value } from '../model/value.ts';

export interface OperatorAttrs {
  /** Of ONNX, such as `'Gelu'`. */
  readonly type: string;
  readonly attributes: Attributes;
  /** What is not in the operator's own attributes. */
  readonly more: object;
  readonly output: TensorType;
}

/** What one ONNX operator computes. Exists in graphs that are about to be lowered only. */
export const operatorOp: PrimitiveOp<'operator', OperatorAttrs> = {
  kind: 'primitive',
  name: 'operator',
  infer: (_, { output }) => output,
  grad: 'undefined',
};

/** How an operator is written whose inputs or results are not those of its node. */
export type WriteOperator = (operands: readonly Value[], attrs: OperatorAttrs, context: Context) => Value;

/** The operator `type` of `inputs` in place of a node. */
export function operator(
  type: string,
  inputs: readonly Node[],
  { type: output }: Node,
  attributes: Attributes = {},
  more: object = {},
): Node {
  return node(operatorOp, inputs, { type, attributes, more, output });
}
