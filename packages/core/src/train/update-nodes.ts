import type { Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { input } from '../ops/leaf/input.ts';
import { rateGroup } from '../optimizers/groups.ts';
import { type NodeTree, slotShape } from '../optimizers/transform.ts';
import { names } from './names.ts';
import type { Recipe } from './step.ts';

/** The optimizer's part of a step. */
export interface UpdateNodes {
  /** New parameters, slots and numbers by state entry. */
  readonly written: Readonly<Record<string, Node>>;
  /** Those of `written` that can be NaN or infinite by themselves. */
  readonly suspects: readonly Node[];
}

/** What the optimizer makes of `gradients`. `weight` is what the loss is the mean of. */
export function updateNodes(
  { optimizer, owner }: Pick<Recipe, 'optimizer' | 'owner'>,
  parameters: NodeTree,
  gradients: NodeTree,
  weight: Node,
): UpdateNodes {
  const leaf = memoize((name: string, shape: Shape) => input(name, shape));
  const scalar = (name: string): Node => leaf(names.scalar(name), []);
  const rate = (name: string): Node => leaf(names.rate(rateGroup(optimizer, name)), []);
  const kept = names.slots(owner);
  const slot = (s: string, name: string): Node => {
    const { shape } = (parameters.get(name) as Node).type;
    return leaf(`${kept}${s}/${name}`, slotShape(optimizer.transform, s, { name, shape }) as Shape);
  };
  const number = (name: string): Node => leaf(`${kept}${name}`, []);
  const context = { parameters, weight, rate, scalar, slot, number };
  const { directions, slots, numbers = {} } = optimizer.transform.update(gradients, context);
  const written: Record<string, Node> = {};
  for (const [name, direction] of directions) {
    written[names.parameter(name)] = sub(parameters.get(name) as Node, mul(direction, rate(name)));
  }
  for (const [s, tree] of Object.entries(slots)) {
    for (const [name, value] of tree) written[`${kept}${s}/${name}`] = value;
  }
  for (const [name, value] of Object.entries(numbers)) written[`${kept}${name}`] = value;
  const shown = (optimizer.transform.shown ?? []).map((s) => `${kept}${s}/`);
  const suspects = Object.entries(written).filter(([name]) => !shown.some((slot) => name.startsWith(slot)));
  return { written, suspects: suspects.map(([, value]) => value) };
}

/** A graph has one input of each name. */
function memoize(create: (name: string, shape: Shape) => Node): (name: string, shape: Shape) => Node {
  const known = new Map<string, Node>();
  return (name, shape) => {
    const n = known.get(name) ?? create(name, shape);
    known.set(name, n);
    return n;
  };
}
