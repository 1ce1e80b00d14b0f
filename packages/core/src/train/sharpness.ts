import { gradients as gradientsOf } from '../autodiff/gradients.ts';
import { graph, rewrite } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Tensors } from '../ir/tree.ts';
import { applyLayer } from '../layers/layer.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { input } from '../ops/leaf/input.ts';
import { sum } from '../ops/reduce/sum.ts';
import type { NodeTree } from '../optimizers/transform.ts';
import { simplify } from '../passes/simplify.ts';
import { judge } from './judge.ts';
import { names } from './names.ts';
import type { Recipe } from './step.ts';

/** The paper's code adds this to the norm. */
const EPS = 1e-12;

/**
 * Gradients on the same batch where the parameters have gone by `rho` along `gradients` (Foret et al. 2021). Random draws are the same, since
 * their streams are, and what layers set is that of the first pass.
 */
export function sharpGradients(
  { model, loss, optimizer }: Recipe,
  batch: { readonly x: Tensors; readonly y: Tensors },
  parameters: NodeTree,
  trained: NodeTree,
  gradients: NodeTree,
): NodeTree {
  const { rho = 0 } = optimizer.sharpness ?? {};
  const squares = [...gradients.values()].map((g) => sum(mul(g, g)));
  if (rho === 0 || squares.length === 0) return gradients;
  const scale = div(rho, add(sqrt(squares.reduce((a, b) => add(a, b))), EPS));
  // Fresh inputs, so that nothing is differentiated through the way to them.
  const there = new Map([...trained].map(([name, { type }]) => [name, input(`perturbed/${name}`, type.shape)]));
  const output = applyLayer(model, batch.x, new Map([...parameters, ...there]), { training: true });
  const judged = judge({ loss, metrics: [] }, output, batch.y);
  const value = simplify(graph({ loss: judged[names.result('loss')] as Node })).outputs.get('loss') as Node;
  const found = gradientsOf(value, [...there.values()]);
  const moved = new Map(
    [...there].map(([name, leaf]) => [leaf, add(trained.get(name) as Node, mul(gradients.get(name) as Node, scale))]),
  );
  const named = [...there.keys()].map((name, i) => [name, found[i] as Node] as const);
  return rewrite(graph(new Map(named)), (n) => moved.get(n) ?? null).outputs;
}
