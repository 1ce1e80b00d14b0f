import type { Node } from '../ir/node.ts';

/** What a layer takes or gives: one tensor, or several by name. */
export type Tensors = Node | { readonly [name: string]: Node };

/** Whether `x` is one tensor, not several by name. */
export function isTensor(x: Tensors): x is Node {
  return 'op' in x && 'inputs' in x && 'type' in x;
}

/** The tensors of `x` with their names; one tensor alone has the empty name. */
export function namedTensors(x: Tensors): readonly (readonly [string, Node])[] {
  return isTensor(x) ? [['', x]] : Object.entries(x);
}

/** The same names with other tensors. */
export function mapTensors(x: Tensors, f: (tensor: Node, name: string) => Node): Tensors {
  return isTensor(x) ? f(x, '') : Object.fromEntries(Object.entries(x).map(([name, t]) => [name, f(t, name)]));
}
