// What marks a part of the graph whose numbers the backward pass computes once more. Both ops vanish when they are decomposed; until then no
// simplification reaches from one side of them to the other.
import { substituted, topologicalOrder } from '../../ir/graph.ts';
import { isOp, type Node, node } from '../../ir/node.ts';
import type { CompositeOp, InputGrads, TensorType } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs } from '../elementwise/_types.ts';
import { constantOp } from '../leaf/constant.ts';
import { drawOp } from '../leaf/draw.ts';
import { barrier } from '../shape/barrier.ts';

/** Where the part begins. */
const enterOp: CompositeOp<'checkpointEnter', NoAttrs> = {
  kind: 'composite',
  name: 'checkpointEnter',
  infer: ([x]) => x as TensorType,
  decompose: ([x]) => x as Node,
  grad: ({ dy }) => [dy],
};

/** Where it ends: inputs are what was computed, and everything that it was computed of. */
const checkpointOp: CompositeOp<'checkpoint', NoAttrs> = {
  kind: 'composite',
  name: 'checkpoint',
  infer: ([y]) => y as TensorType,
  decompose: ([y]) => y as Node,
  grad({ inputs, dy, wanted, pullback }): InputGrads {
    const [y, ...outside] = inputs as readonly [Node, ...Node[]];
    // Parameters stay as they are: they are there anyway, and what is computed of them alone need not wait.
    const late = new Map(outside.map((x) => [x, isEntry(x) || isOp(x, drawOp) ? barrier(x, [dy]) : x]));
    const [again] = substituted([y], late) as [Node];
    const isWanted = (i: number): boolean => wanted[i + 1] === true;
    const asked = outside.flatMap((x, i) => (isWanted(i) ? [late.get(x) as Node] : []));
    const found = pullback([[again, dy]], asked, true);
    let at = 0;
    const grads = outside.map((_, i) => (isWanted(i) ? (found[at++] ?? null) : null));
    // What comes before waits for the gradients of the parameters, or all parts would be computed once more before any of it can be forgotten.
    const own = grads.filter((g, i) => g !== null && !isEntry(outside[i] as Node)) as readonly Node[];
    return [
      null,
      ...grads.map((g, i) => (g !== null && own.length > 0 && isEntry(outside[i] as Node) ? barrier(g, own) : g)),
    ];
  },
};

/** `x`, from which a part of the graph is computed that is to be computed again. */
export function enter(x: Node): Node {
  return node(enterOp, [x], NO_ATTRS);
}

/** `y`, computed of `entries` and leaves of the graph: what lies between is computed again for the gradient. */
export function checkpointed(y: Node, entries: readonly Node[]): Node {
  const leaves = topologicalOrder([y], new Set(entries)).filter((n) => n.op.kind === 'leaf' && !isOp(n, constantOp));
  return node(checkpointOp, [y, ...entries, ...leaves], NO_ATTRS);
}

function isEntry(n: Node): boolean {
  return isOp(n, enterOp);
}
