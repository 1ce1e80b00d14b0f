import { TensorProto_DataType as DataType } from '../proto/onnx-pb.ts';
import { floatAttribute, type GraphEditor, intAttribute, isOperator } from './editor.ts';
import { axisView } from './integers.ts';
import { isPlainGemm, weightsOf } from './weights.ts';

/**
 * Multiplies each batch norm that stands behind a convolution or a linear layer into its weight and bias: between the two there is then nothing that
 * would have to be quantised. Returns how many.
 */
export function foldBatchNorms(editor: GraphEditor): number {
  const consumers = editor.consumers();
  const weights = new Map(
    weightsOf(editor).flatMap((weight) => (weight.input === 1 ? [[weight.node, weight] as const] : [])),
  );
  const uses = new Map<string, number>();
  for (const { name } of weights.values()) uses.set(name, (consumers.get(name) ?? []).length);
  const folded = new Set<unknown>();
  for (const [node, { name, dims, values, axis }] of weights) {
    const [output = ''] = node.output;
    const next = consumers.get(output) ?? [];
    const [norm] = next;
    const isFit =
      isOperator(node, 'Conv', 'Gemm', 'ConvTranspose') &&
      (node.opType !== 'Gemm' || isPlainGemm(node)) &&
      (node.opType !== 'ConvTranspose' || intAttribute(node, 'group', 1) === 1) &&
      axis !== null &&
      next.length === 1 &&
      norm !== undefined &&
      isOperator(norm, 'BatchNormalization') &&
      norm.input[0] === output &&
      intAttribute(norm, 'training_mode', 0) === 0 &&
      norm.output.filter((o) => o !== '').length === 1 &&
      !editor.isOutput(output) &&
      uses.get(name) === 1;
    if (!isFit || norm === undefined) continue;
    const view = axisView(dims, axis);
    const [scale, shift, mean, variance] = norm.input.slice(1, 5).map((input) => editor.floats(input));
    const bias = node.input[2] ? editor.floats(node.input[2]) : new Float32Array(view.size);
    if (!scale || !shift || !mean || !variance || !bias) continue;
    if ([scale, shift, mean, variance, bias].some((list) => list.length !== view.size)) continue;
    // A Gemm may add a column instead, one number for each sample.
    const biasDims = editor.constant(node.input[2])?.dims;
    if (biasDims !== undefined && Number(biasDims.at(-1)) !== view.size) continue;
    const epsilon = floatAttribute(norm, 'epsilon', 1e-5);
    const factors = Float64Array.from(
      { length: view.size },
      (_, c) => (scale[c] as number) / Math.sqrt((variance[c] as number) + epsilon),
    );
    const newWeight = Float32Array.from(
      { length: values.length },
      (_, i) => (values[i] as number) * (factors[Math.floor(i / view.inner) % view.size] as number),
    );
    const newBias = Float32Array.from(
      { length: view.size },
      (_, c) => ((bias[c] as number) - (mean[c] as number)) * (factors[c] as number) + (shift[c] as number),
    );
    const weightName = editor.addConstant(`${name}_folded`, { dataType: DataType.FLOAT, dims, data: newWeight });
    const biasName = editor.addConstant(`${node.input[2] || `${name}_bias`}_folded`, {
      dataType: DataType.FLOAT,
      dims: [view.size],
      data: newBias,
    });
    node.input = [node.input[0] as string, weightName, biasName];
    node.output = [norm.output[0] as string];
    folded.add(norm);
  }
  editor.graph.node = editor.graph.node.filter((n) => !folded.has(n));
  editor.removeUnused();
  return folded.size;
}
