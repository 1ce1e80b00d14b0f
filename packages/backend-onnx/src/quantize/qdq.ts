import { TensorProto_DataType as DataType, type NodeProto } from '../proto/onnx-pb.ts';
import type { ActivationPlan } from './activations.ts';
import type { GraphEditor } from './editor.ts';
import { type WeightOptions, WeightWriter } from './int8-weights.ts';
import { axisView, type Grid, gridFor, largestSizes, round, symmetricScale, UINT8 } from './integers.ts';
import type { Extent } from './ranges.ts';
import { type KeptNode, keptNode, quantizedNode, type Transformed } from './transforms.ts';
import { expectFinite, type Weight } from './weights.ts';

/** The largest size of a bias in steps of its grid. */
const MOST_STEPS = 2 ** 31 - 1;
/** Steps for a bias whose weights are all zero. */
const FINE_STEPS = 2 ** 30;

/**
 * Puts a `QuantizeLinear` and a `DequantizeLinear` behind each tensor of the plan, and a `DequantizeLinear` in front of weights and biases. Runtimes compute what
 * stands between them in integers; others compute the same numbers in float32.
 */
export function toQdq(
  editor: GraphEditor,
  { nodes, tensors, sameAs, kept }: ActivationPlan,
  extents: ReadonlyMap<string, Extent>,
  options: WeightOptions,
): Transformed {
  const grids = new Map<string, Grid>();
  const gridOf = (name: string): Grid => {
    const source = sameAs.get(name);
    const known = grids.get(name);
    if (known !== undefined) return known;
    const grid = source === undefined ? gridOfExtent(extents.get(name) as Extent) : gridOf(source);
    grids.set(name, grid);
    return grid;
  };
  // Under the names that they have in both files.
  const quantized = [...nodes.keys()].map(quantizedNode);
  const writer = new WeightWriter(editor, options);
  const biases: NodeProto[] = [];
  for (const [node, weight] of nodes) {
    const grid = gridOf(node.input[0] as string);
    const bias = node.input[2] ? editor.floats(node.input[2]) : null;
    const biasName = node.input[2] ?? '';
    if (bias !== null) expectFinite(bias, biasName, node, editor.path);
    const axis = writer.axisOf(weight);
    const fine = weightScales(weight, axis, bias, grid.scale, options);
    // Where a step of the bias is no float32, the bias stays as it is.
    const isExact = fine.every((scale) => isStep(scale) && isStep(Math.fround(scale * grid.scale)));
    const scales = isExact ? fine : weightScales(weight, axis, null, grid.scale, options);
    node.input[1] = writer.write(weight, scales);
    const outputs = weight.axis === null ? 0 : (weight.dims[weight.axis] as number);
    if (!isExact || bias === null || bias.length !== outputs || editor.constant(biasName)?.dims.length !== 1) continue;
    const { name, dequantize } = biasNode(editor, biasName, bias, scales, grid.scale);
    node.input[2] = name;
    biases.push(dequantize);
  }
  editor.graph.node.unshift(...biases);
  writer.finish();
  for (const name of tensors) quantizeTensor(editor, name, gridOf(name));
  const keptNodes: readonly KeptNode[] = kept.map(({ node, reason }) => keptNode(node, reason));
  return { nodes: quantized, kept: keptNodes };
}

function isStep(x: number): boolean {
  return x > 0 && Number.isFinite(x);
}

function gridOfExtent({ min, max }: Extent): Grid {
  return gridFor(min, max, UINT8);
}

/**
 * The scales of a weight. The grid of a bias follows from those of the input and of the weight: where it would be too coarse, or too short, for the bias, the
 * scale of the weight gives way.
 */
function weightScales(
  weight: Weight,
  axis: number | null,
  bias: ArrayLike<number> | null,
  inputScale: number,
  { range }: WeightOptions,
): Float32Array {
  const sizes = largestSizes(weight.values, axisView(weight.dims, axis));
  return Float32Array.from(sizes, (size, c) => {
    const all = bias === null ? [0] : axis === null ? Array.from(bias) : [bias[c] ?? 0];
    const largestBias = all.reduce((most, b) => Math.max(most, Math.abs(b)), 0);
    if (size === 0 && largestBias > 0) return largestBias / (inputScale * FINE_STEPS);
    return Math.max(symmetricScale(size, range), (largestBias / (inputScale * MOST_STEPS)) * 1.0001);
  });
}

function biasNode(
  editor: GraphEditor,
  name: string,
  bias: ArrayLike<number>,
  scales: Float32Array,
  inputScale: number,
): { readonly name: string; readonly dequantize: NodeProto } {
  const steps = Float32Array.from(scales, (scale) => scale * inputScale);
  const one = scales.length === 1 && bias.length !== 1 ? [] : [steps.length];
  const data = Int32Array.from({ length: bias.length }, (_, c) =>
    round((bias[c] as number) / (steps[one.length === 0 ? 0 : c] as number)),
  );
  const input = [
    editor.addConstant(`${name}_quantized`, { dataType: DataType.INT32, dims: [bias.length], data }),
    editor.addConstant(`${name}_scale`, { dataType: DataType.FLOAT, dims: one, data: steps }),
    editor.addConstant(`${name}_zero_point`, {
      dataType: DataType.INT32,
      dims: one,
      data: new Int32Array(steps.length),
    }),
  ];
  const output = editor.fresh(`${name}_dequantized`);
  return {
    name: output,
    dequantize: editor.node('DequantizeLinear', input, output, one.length === 0 ? {} : { axis: 0 }),
  };
}

/** What takes the tensor takes its quantised numbers from now on; outputs of the file, too. */
function quantizeTensor(editor: GraphEditor, name: string, { scale, zeroPoint }: Grid): void {
  const { graph } = editor;
  const made = graph.node.findIndex((n) => n.output.includes(name));
  const parameters = [
    editor.addConstant(`${name}_scale`, { dataType: DataType.FLOAT, dims: [], data: Float32Array.of(scale) }),
    editor.addConstant(`${name}_zero_point`, { dataType: DataType.UINT8, dims: [], data: Uint8Array.of(zeroPoint) }),
  ];
  const quantized = editor.fresh(`${name}_quantized`);
  const maker = graph.node[made];
  const raw = maker === undefined ? name : editor.fresh(`${name}_raw`);
  const result = maker === undefined ? editor.fresh(`${name}_dequantized`) : name;
  if (maker === undefined) {
    for (const n of graph.node) n.input = n.input.map((input) => (input === name ? result : input));
  } else {
    maker.output = maker.output.map((output) => (output === name ? raw : output));
  }
  graph.node.splice(
    made + 1,
    0,
    editor.node('QuantizeLinear', [raw, ...parameters], quantized),
    editor.node('DequantizeLinear', [quantized, ...parameters], result),
  );
}
