import { TensorProto_DataType as DataType, type NodeProto } from '../proto/onnx-pb.ts';
import type { GraphEditor } from './editor.ts';
import { axisView, type IntegerRange, largestSizes, symmetricScale, toInt8 } from './integers.ts';
import { type KeptNode, keptNode, quantizedNode, type Transformed } from './transforms.ts';
import { type Weight, weightsOf } from './weights.ts';

export interface WeightOptions {
  readonly perChannel: boolean;
  readonly range: IntegerRange;
  readonly isExcluded: (node: NodeProto) => boolean;
}

/** About what a node with its names, and a scale with its name, take in a file. */
const NODE_BYTES = 200;

/** Stores weights as int8, with a `DequantizeLinear` in front of the node that computes with them. */
export function toInt8Weights(editor: GraphEditor, options: WeightOptions): Transformed {
  const writer = new WeightWriter(editor, options);
  const nodes = new Set<NodeProto>();
  const kept: KeptNode[] = [];
  for (const weight of weightsOf(editor)) {
    const { node, input, values, dims, axis, name } = weight;
    const channels = options.perChannel && axis !== null ? (dims[axis] as number) : 1;
    if (options.isExcluded(node)) {
      kept.push(keptNode(node, 'excluded'));
    } else if (3 * values.length <= 5 * channels + NODE_BYTES) {
      kept.push(keptNode(node, `'${name}' has ${values.length} numbers: the file would not become smaller`));
    } else {
      node.input[input] = writer.write(weight);
      nodes.add(node);
    }
  }
  writer.finish();
  return { nodes: [...nodes].map(quantizedNode), kept };
}

/** Writes each weight once for each axis that it is quantised along. */
export class WeightWriter {
  readonly #editor: GraphEditor;
  readonly #options: WeightOptions;
  readonly #written = new Map<string, string>();
  readonly #nodes: NodeProto[] = [];

  constructor(editor: GraphEditor, options: WeightOptions) {
    this.#editor = editor;
    this.#options = options;
  }

  /** The axis that the scales of a weight belong to; null for one scale. */
  axisOf({ axis }: Weight): number | null {
    return this.#options.perChannel ? axis : null;
  }

  /** The scales that a weight is quantised with, one for each index of its axis. */
  scalesOf(weight: Weight): Float32Array {
    const sizes = largestSizes(weight.values, axisView(weight.dims, this.axisOf(weight)));
    return Float32Array.from(sizes, (size) => symmetricScale(size, this.#options.range));
  }

  /** The name of the weight as its node takes it. */
  write(weight: Weight, scales: Float32Array = this.scalesOf(weight)): string {
    const editor = this.#editor;
    const { name, dims, values } = weight;
    const axis = this.axisOf(weight);
    const key = `${axis} ${scales.join()} ${name}`;
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const one = axis === null ? [] : [scales.length];
    const data = toInt8(values, scales, axisView(dims, axis), this.#options.range);
    const input = [
      editor.addConstant(`${name}_quantized`, { dataType: DataType.INT8, dims, data }),
      editor.addConstant(`${name}_scale`, { dataType: DataType.FLOAT, dims: one, data: scales }),
      editor.addConstant(`${name}_zero_point`, {
        dataType: DataType.INT8,
        dims: one,
        data: new Int8Array(scales.length),
      }),
    ];
    const output = editor.fresh(`${name}_dequantized`);
    this.#nodes.push(editor.node('DequantizeLinear', input, output, axis === null ? {} : { axis }));
    this.#written.set(key, output);
    return output;
  }

  /** Puts the new nodes before all others, and takes away what nothing uses any more. */
  finish(): void {
    const editor = this.#editor;
    editor.graph.node.unshift(...this.#nodes);
    editor.removeUnused();
  }
}
