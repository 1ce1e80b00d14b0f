import type { GraphProto, ModelProto, NodeProto } from '../proto/onnx-pb.ts';

/** Every node of the main graph and of the graphs that nodes hold. It keeps its own stack, since files may nest deeply. */
export function modelNodes({ graph }: ModelProto): readonly NodeProto[] {
  const found: NodeProto[] = [];
  const graphs: GraphProto[] = graph === undefined ? [] : [graph];
  for (let g = graphs.pop(); g !== undefined; g = graphs.pop()) {
    for (const n of g.node) {
      found.push(n);
      for (const a of n.attribute) graphs.push(...(a.g === undefined ? a.graphs : [a.g, ...a.graphs]));
    }
  }
  return found;
}

/** `Conv`, or `com.microsoft.MatMulNBits` where the operator is not one of ONNX's own. */
export function operatorName({ domain, opType }: Pick<NodeProto, 'domain' | 'opType'>): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
}
