import type { NodeProto } from '../proto/onnx-pb.ts';
import { type GraphEditor, isOperator, nodeName } from './editor.ts';
import { isPlainGemm, type Weight, weightsOf } from './weights.ts';

/** Which tensors become integers between nodes. */
export interface ActivationPlan {
  /** Nodes whose weights and inputs are quantised, with their weights. */
  readonly nodes: ReadonlyMap<NodeProto, Weight>;
  /** Names of the tensors that are quantised. */
  readonly tensors: readonly string[];
  /** Tensors whose numbers are those of another one, in other places: they share its grid. */
  readonly sameAs: ReadonlyMap<string, string>;
  readonly kept: readonly { readonly node: NodeProto; readonly reason: string }[];
}

/** Operators that only move numbers, or leave some out. */
const MOVES = ['MaxPool', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity', 'Slice'];
/** Operators of activations alone that ONNX Runtime computes in integers where all that they take and give is quantised. */
const JOINS = ['Add', 'Concat', 'AveragePool', 'GlobalAveragePool'];
/** What ONNX Runtime takes into the operator before it. */
const CLIPS = ['Relu', 'Clip'];

/**
 * Convolutions and products with constant weights get integers as inputs; what convolutions give, and what is made of such tensors alone, stays in integers up to
 * the next of them. The outputs of the file keep their numbers.
 */
export function planActivations(editor: GraphEditor, isExcluded: (node: NodeProto) => boolean): ActivationPlan {
  const nodes = new Map<NodeProto, Weight>();
  const kept: { readonly node: NodeProto; readonly reason: string }[] = [];
  for (const weight of weightsOf(editor)) {
    const reason = isExcluded(weight.node) ? 'excluded' : reasonToKeep(editor, weight);
    if (reason === null) nodes.set(weight.node, weight);
    else kept.push({ node: weight.node, reason });
  }
  const consumers = editor.consumers();
  const tensors = new Set<string>();
  const sameAs = new Map<string, string>();
  for (const node of nodes.keys()) tensors.add(node.input[0] as string);
  for (const node of editor.graph.node) {
    const [input = '', ...more] = node.input;
    const output = clippedOutput(editor, node, consumers);
    if (editor.isOutput(output) || isExcluded(node)) continue;
    const isKnown = (name: string): boolean => tensors.has(name);
    if (nodes.has(node) && isOperator(node, 'Conv')) tensors.add(output);
    else if (isOperator(node, ...MOVES) && isKnown(input) && node.output.filter((o) => o !== '').length === 1) {
      const [own = ''] = node.output;
      if (editor.isOutput(own)) continue;
      tensors.add(own);
      sameAs.set(own, input);
    } else if (isOperator(node, ...JOINS) && [input, ...more].every(isKnown)) tensors.add(output);
  }
  return { nodes, tensors: [...tensors], sameAs, kept };
}

/** What a node gives, behind the `Relu` or `Clip` that alone takes it. */
function clippedOutput(
  editor: GraphEditor,
  { output: [output = ''] }: NodeProto,
  consumers: ReadonlyMap<string, readonly NodeProto[]>,
): string {
  const [next, ...others] = consumers.get(output) ?? [];
  const isClipped = next !== undefined && others.length === 0 && isOperator(next, ...CLIPS) && next.input[0] === output;
  return isClipped && !editor.isOutput(output) ? (next.output[0] ?? output) : output;
}

function reasonToKeep(editor: GraphEditor, { node, dims }: Weight): string | null {
  if (!isOperator(node, 'Conv', 'Gemm', 'MatMul')) return `${node.opType} has no form in integers`;
  if (dims.length < 2) return 'its weight is no matrix';
  if (node.opType === 'Gemm' && !isPlainGemm(node)) return 'it transposes or scales what it multiplies';
  const [x = ''] = node.input;
  return editor.constant(x) === undefined ? null : `${nodeName(node)} takes constants alone`;
}
