import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { isLeaf, type PartNames, part, type Tensors, type Tree } from '../ir/tree.ts';
import type { TargetContext, TargetRule } from './rule.ts';

/** A mean over a batch, and what it is over: `undefined` for the number of samples. */
export interface WeightedMean {
  readonly value: Node;
  readonly weight: Node | undefined;
}

/** What losses and metrics have in common: a number of an output and a target. */
export interface Judgement {
  readonly apply: (output: Tensors, target: Tensors, context?: TargetContext) => Node;
  readonly weight?: ((output: Tensors, target: Tensors, context?: TargetContext) => Node | undefined) | undefined;
  readonly terms?: ((output: Tensors, target: Tensors) => readonly WeightedMean[]) | undefined;
  readonly targets?: ((output: Types, target: Types, context?: TargetContext) => readonly TargetRule[]) | undefined;
}

type Types = Tree<TensorType>;

/** `judgement` of one of several outputs against one of several targets. Its rules then name the target. */
export function onParts(
  { output, target }: PartNames,
  { apply, weight, terms, targets }: Judgement,
): Required<Judgement> {
  const on =
    <T, R>(f: (output: T, target: T, context?: TargetContext) => R) =>
    (outputs: T, given: T, context?: TargetContext): R =>
      f(partOf('output', outputs, output), partOf('target', given, target), context);
  const rules = targets && on(targets);
  return {
    apply: on(apply),
    weight: weight && on(weight),
    terms: terms && on(terms),
    targets:
      rules && ((...types) => rules(...types).map((rule) => (target === undefined ? rule : { ...rule, part: target }))),
  };
}

/** The output or target called `name`, or the only one without a name. Throws a `ValueError` when there is none of that name. */
export function partOf<T>(what: 'output' | 'target', given: Tree<T>, name: string | undefined): T {
  const tree = given as Tensors;
  if (name === undefined || (!isLeaf(tree) && Object.hasOwn(tree, name))) return part<T>(given, name);
  throw new ValueError(`there is no ${what} called '${name}'`, {
    received: isLeaf(tree) ? `one ${what} without a name` : Object.keys(tree).join(', '),
    expected: `'${name}' among the ${what}s`,
    fix: isLeaf(tree) ? `leave the name out: { ${what}: … } is for several` : 'give one of the names that there are',
  });
}
