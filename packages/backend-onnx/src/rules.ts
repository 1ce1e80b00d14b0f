// What all who look for patterns in a graph share: fusion, and the operators of files.
import {
  type AttrsByName,
  type Graph,
  isOp,
  type Node,
  type PrimitiveName,
  rewrite,
  type Shape,
  sameShape,
} from '@descent/core/backend';
import { addOp, reshape, reshapeOp } from '@descent/core/ops';

/** What stands for a node; `null` where the rule does not fit. `once` says of an input whether nothing else needs it. */
export type Rule = (n: Node, once: (i: number) => boolean) => Node | null;

/** Replaces what fits one of the rules, by the first that it fits. */
export function applyRules(g: Graph, rules: readonly Rule[]): Graph {
  const uses = new Map<Node, number>();
  for (const n of [...g.nodes.flatMap((m) => m.inputs), ...g.outputs.values()]) uses.set(n, (uses.get(n) ?? 0) + 1);
  return rewrite(g, (n, original) => {
    const once = (i: number): boolean => uses.get(original.inputs[i] as Node) === 1;
    for (const rule of rules) {
      const replaced = rule(n, once);
      if (replaced !== null) return replaced;
    }
    return null;
  });
}

/** Whether `n` is of the op of that name: an op that a page has no other use for comes with the gradients of its whole family. */
export function isNamed<N extends PrimitiveName>(n: Node, name: N): n is Node & { readonly attrs: AttrsByName<N> } {
  return n.op.name === name;
}

/** The two inputs of an operation that does not care which is which. */
export const EITHER_ORDER: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 0],
];

/** The convolution to whose result, which nothing else needs, `n` adds one number a channel, and these numbers as a vector. */
export function channelBias<C extends Node>(
  n: Node,
  once: (i: number) => boolean,
  isConvolution: (x: Node) => x is C,
): { readonly conv: C; readonly bias: Node } | null {
  if (!isOp(n, addOp)) return null;
  for (const [i, j] of EITHER_ORDER) {
    const [conv, bias] = [n.inputs[i] as Node, n.inputs[j] as Node];
    if (!once(i) || !isConvolution(conv) || !isPerChannel(bias.type.shape, conv.type.shape)) continue;
    const vector = isOp(bias, reshapeOp) ? (bias.inputs[0] as Node) : bias;
    return { conv, bias: reshape(vector, [conv.type.shape[1] as number]) };
  }
  return null;
}

function isPerChannel(shape: Shape, [, channels, ...spatial]: Shape): boolean {
  const column = [channels as number, ...spatial.map(() => 1)];
  return sameShape(shape, column) || sameShape(shape, [1, ...column]);
}
