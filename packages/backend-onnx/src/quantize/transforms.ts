import type { NodeProto } from '../proto/onnx-pb.ts';
import { nodeName } from './editor.ts';

/** What was done to the weights of a file. */
export interface Transformed {
  /** Nodes that compute with quantised weights now, as they are called in the new file. */
  readonly nodes: readonly QuantizedNode[];
  readonly kept: readonly KeptNode[];
}

export interface QuantizedNode {
  readonly name: string;
  readonly op: string;
  /** What it computes, under the same name in both files. */
  readonly output: string;
}

/** A node that computes as before, and why. */
export interface KeptNode {
  readonly name: string;
  readonly op: string;
  readonly reason: string;
}

export function quantizedNode(node: NodeProto): QuantizedNode {
  return { name: nodeName(node), op: node.opType, output: node.output[0] ?? '' };
}

export function keptNode(node: NodeProto, reason: string): KeptNode {
  return { name: nodeName(node), op: node.opType, reason };
}
