import { toFloat16 } from '@descent/core/backend';
import { TensorProto_DataType as DataType, type NodeProto } from '../proto/onnx-pb.ts';
import type { GraphEditor } from './editor.ts';
import { type KeptNode, keptNode, quantizedNode, type Transformed } from './transforms.ts';
import { expectFinite } from './weights.ts';

/** Smaller tensors gain less than the node costs that casts them. */
const SMALLEST = 256;
/** Sizes from here on round to infinity. */
const LARGEST = 65520;

/** Stores float32 constants as float16, with a `Cast` behind each: ONNX Runtime casts them once, when it opens the file. */
export function toFloat16Weights(editor: GraphEditor, isExcluded: (node: NodeProto) => boolean): Transformed {
  const consumers = editor.consumers();
  const nodes = new Set<NodeProto>();
  const kept: KeptNode[] = [];
  const casts: NodeProto[] = [];
  const cast = new Set<string>();
  for (const tensor of [...editor.graph.initializer]) {
    const { name } = tensor;
    const values = editor.floats(name);
    const uses = consumers.get(name) ?? [];
    const [first] = uses;
    if (values === null || values.length < SMALLEST || first === undefined) continue;
    if (uses.some(isExcluded)) {
      kept.push(keptNode(first, 'excluded'));
      continue;
    }
    expectFinite(values, name, first, editor.path);
    if (Array.from(values).some((v) => Math.abs(v) >= LARGEST)) {
      kept.push(keptNode(first, `'${name}' has numbers of a size above 65504, the largest of float16`));
      continue;
    }
    cast.add(name);
    const data = toFloat16(values);
    const half = editor.addConstant(`${name}_float16`, {
      dataType: DataType.FLOAT16,
      dims: tensor.dims.map(Number),
      data,
    });
    casts.push(editor.node('Cast', [half], name, { to: DataType.FLOAT }));
    for (const node of uses) nodes.add(node);
  }
  editor.removeConstants(cast);
  editor.graph.node.unshift(...casts);
  return { nodes: [...nodes].map(quantizedNode), kept };
}
