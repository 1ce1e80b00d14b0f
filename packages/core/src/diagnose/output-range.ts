import type { NDArray } from '../ir/ndarray.ts';
import { isOp, type Node } from '../ir/node.ts';
import { isLeaf } from '../ir/tree.ts';
import { type AnyLayer, applyLayer } from '../layers/layer.ts';
import { parameterInputs } from '../model/forward.ts';
import { outputKindOf } from '../model/output-kind.ts';
import { type HardtanhAttrs, hardtanhOp } from '../ops/composite/hardtanh.ts';
import { knownAsOp } from '../ops/composite/known-as.ts';
import { input } from '../ops/leaf/input.ts';
import type { RecipeFacts } from './facts.ts';

const RANGES: Readonly<Record<string, { readonly low?: number; readonly high?: number }>> = {
  softmax: { low: 0, high: 1 },
  sigmoid: { low: 0, high: 1 },
  tanh: { low: -1, high: 1 },
  relu: { low: 0 },
  softplus: { low: 0 },
};
/** Ops that move values without changing them. */
const MOVES: ReadonlySet<string> = new Set(['reshape', 'transpose', 'slice', 'cast', 'flip', 'seen']);

/** The range that the last operation of `model` leaves to its output, `'any'` when that is a linear layer, and `null` when nothing is known of it. */
export function outputRange(model: AnyLayer, { shape, dtype }: NDArray): RecipeFacts['outputRange'] | 'any' | null {
  const x = input('x', shape, dtype === 'float64' ? 'float32' : dtype);
  const output = applyLayer(model, x, parameterInputs(model), { training: false });
  if (!isLeaf(output)) return null;
  const last = unmoved(output);
  if (isProduct(last) || (last.op.name === 'add' && last.inputs.some((term) => isProduct(unmoved(term))))) return 'any';
  const range = last.op === hardtanhOp ? boundsOf(last) : RANGES[last.op.name];
  if (range !== undefined) return { by: last.op.name, ...range };
  // Written out by hand, such as `exp(x) / sum(exp(x))`.
  return outputKindOf(output) === 'probabilities' ? { by: 'probabilities', low: 0, high: 1 } : null;
}

/** The range that the last operation leaves to the tensor `output`; `null` where there is none, or nothing is known. */
export function rangeOf(output: Node): RecipeFacts['outputRange'] | null {
  const last = unmoved(output);
  if (last.op === hardtanhOp) return { by: last.op.name, ...boundsOf(last) };
  const by = callOf(last);
  const range = RANGES[by] ?? NAMED[by];
  return range === undefined ? null : { by, ...range };
}

/** Made of other ops, which say what they are together. */
const NAMED: Readonly<Record<string, { readonly low: number; readonly high: number }>> = {
  hardsigmoid: { low: 0, high: 1 },
  softsign: { low: -1, high: 1 },
};

/** What an operation is called: its op, or the function that it stands for. */
export function callOf(n: Node): string {
  return isOp(n, knownAsOp) ? n.attrs.known.call : n.op.name;
}

/** Of `relu6`, too. */
function boundsOf({ attrs }: Node): { readonly low: number; readonly high: number } {
  const { minVal, maxVal } = attrs as HardtanhAttrs;
  return { low: minVal, high: maxVal };
}

function unmoved(output: Node): Node {
  let last = output;
  while (MOVES.has(last.op.name) && last.inputs[0] !== undefined) last = last.inputs[0];
  return last;
}

function isProduct({ op }: Node): boolean {
  return op.name === 'matmul' || op.name === 'conv2d';
}
