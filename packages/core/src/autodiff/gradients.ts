import { NotDifferentiableError } from '../errors.ts';
import { isFloat } from '../ir/dtype.ts';
import { expanded } from '../ir/expand.ts';
import { topologicalOrder } from '../ir/graph.ts';
import { expectNodes, type Node } from '../ir/node.ts';
import type { CompositeOp, Pullback } from '../ir/op.ts';
import { add } from '../ops/elementwise/add.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { loopsAmong, type ScanNode } from '../ops/loop/_results.ts';
import { broadcastTo } from '../ops/shape/broadcast-to.ts';

/**
 * Gradients of the scalar `y` with respect to each of `wrt`, as nodes; of `Σ y·dy` where `dy` is given. Zeros where `y` does not depend on an
 * input.
 * @throws NotDifferentiableError when `y` is no scalar and there is no `dy`, or when the path from `wrt` to `y` goes through an op without a
 * gradient rule.
 */
export function gradients(y: Node, wrt: readonly Node[], dy?: Node): readonly Node[] {
  expectNodes('gradients', [y, dy ?? y]);
  expectNodes('gradients', wrt);
  const found = pullback([[y, dy ?? scalarSeed(y)]], wrt);
  return wrt.map((x, i) => found[i] ?? broadcastTo(scalar(0), x.type.shape));
}

const pullback: Pullback = (seeds, wrt, areFixed = false) => {
  const fixed = new Set(areFixed ? wrt : []);
  const expanded = expand(
    seeds.map(([y]) => y),
    fixed,
  );
  const roots = seeds.map(([y]) => expanded.get(y) ?? y);
  const order = topologicalOrder(roots, fixed);
  const targets = wrt.map((x) => expanded.get(x) ?? x);
  const needed = dependents(order, targets);
  const grads = new Map<Node, Node>();
  const flow = (x: Node, g: Node): void => {
    const before = grads.get(x);
    grads.set(x, before === undefined ? g : add(before, g));
  };
  for (const [i, [, dy]] of seeds.entries()) flow(roots[i] as Node, dy);
  const loops = new Map(loopsAmong(order).flatMap((loop) => loop.map((n) => [n as Node, loop] as const)));
  for (const n of [...order].reverse()) {
    if (!needed.has(n) || n.inputs.length === 0) continue;
    const loop = loops.get(n);
    // Whatever uses a result of a loop stands behind its first one.
    if (loop !== undefined && loop[0] !== n) continue;
    for (const [i, gx] of (loop === undefined ? nodeGrads(n) : loopGrads(loop)).entries()) {
      const x = n.inputs[i] as Node;
      if (gx !== null && needed.has(x)) flow(x, gx);
    }
  }
  return targets.map((x) => grads.get(x) ?? null);

  function nodeGrads(n: Node): readonly (Node | null)[] {
    const g = grads.get(n);
    return g === undefined
      ? []
      : inputGrads(
          n,
          g,
          n.inputs.map((x) => needed.has(x)),
        );
  }
  function loopGrads(loop: readonly ScanNode[]): readonly (Node | null)[] {
    const results = loop.flatMap((n) => {
      const dy = grads.get(n);
      return dy === undefined ? [] : [{ n, dy }];
    });
    const wanted = (loop[0] as ScanNode).inputs.map((x) => needed.has(x));
    const { op } = loop[0] as ScanNode;
    return results.length === 0 || op.grad !== 'together' ? [] : op.gradsOfLoop(results, wanted, pullback);
  }
};

/** 1, for a float of rank 0. */
function scalarSeed({ type: { dtype, shape } }: Node): Node {
  if (shape.length === 0 && isFloat(dtype)) return scalar(1);
  throw new NotDifferentiableError('gradients are taken of a scalar', {
    received: `${dtype}[${shape.join(', ')}]`,
    expected: 'a float32 of rank 0',
    fix: isFloat(dtype)
      ? 'reduce the result with sum or mean'
      : 'compute it in float32: integers and booleans have no gradient',
  });
}

/** What stands for each node that `roots` need besides those that are `fixed`, once composites without a gradient rule are replaced by their decomposition. */
function expand(roots: readonly Node[], fixed: ReadonlySet<Node>): ReadonlyMap<Node, Node> {
  const rebuilt = new Map<Node, Node>();
  for (const n of topologicalOrder(roots, fixed)) {
    const inputs = n.inputs.map((x) => rebuilt.get(x) ?? x);
    const copy: Node = inputs.every((x, i) => x === n.inputs[i]) ? n : { ...n, inputs };
    rebuilt.set(n, n.op.kind === 'composite' && lacksRule(n.op) ? expanded(n.op, copy, lacksRule) : copy);
  }
  return rebuilt;
}

function lacksRule(op: CompositeOp): boolean {
  return op.grad === undefined;
}

/** The nodes that depend on one of `wrt`: only these can carry a gradient that anybody asked for. */
function dependents(order: readonly Node[], wrt: readonly Node[]): ReadonlySet<Node> {
  const found = new Set<Node>(wrt);
  for (const n of order) if (n.inputs.some((x) => found.has(x))) found.add(n);
  return found;
}

function inputGrads(n: Node, dy: Node, wanted: readonly boolean[]): readonly (Node | null)[] {
  const { op, inputs, attrs } = n;
  if (op.grad === 'zero') return inputs.map(() => null);
  if (typeof op.grad === 'function') return op.grad({ inputs, output: n, attrs, dy, wanted, pullback });
  throw new NotDifferentiableError(`${op.name} has no gradient rule`, {
    received: `a request for the gradient through ${op.name}`,
    expected: 'ops whose gradient rules are themselves differentiable, on the whole way from the loss to the input',
    fix:
      ('gradAdvice' in op ? op.gradAdvice : undefined) ??
      `compute without ${op.name} what the loss depends on, or give the op a gradient rule (grad) where it is defined`,
  });
}
