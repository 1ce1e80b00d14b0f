import { isOp, type Node } from '@descent/core/backend';
import { type Known, knownAsOp } from '@descent/core/ops';

/** The inputs of a function, by name. */
export type Inputs = Readonly<Record<string, Node>>;

/** The function that a node is known as, and what it is applied to; null where nothing is known. */
export function knownOf(n: Node): { readonly known: Known; readonly inputs: Inputs } | null {
  if (!isOp(n, knownAsOp)) return null;
  const { known, names } = n.attrs;
  return { known, inputs: Object.fromEntries(names.map((name, i) => [name, n.inputs[i + 1] as Node])) };
}
