import { expectKind } from '../options.ts';
import type { NDArray } from './ndarray.ts';
import type { Node } from './node.ts';
import type { TensorType } from './op.ts';

/** One value, or several by name: tensors of a graph, arrays, or their types. */
export type Tree<T> = T | { readonly [name: string]: T };

/** One tensor of a graph, or several by name. */
export type Tensors = Tree<Node>;

/** One array on the host, or several by name. */
export type NDArrays = Tree<NDArray>;

/** The arrays that belong to tensors `T`: one, or several of the same names. */
export type ArraysOf<T extends Tensors> = T extends Node ? NDArray : { readonly [K in keyof T]: NDArray };

/** The types of tensors `T`: one, or several of the same names. */
export type TypesOf<T extends Tensors> = T extends Node ? TensorType : { readonly [K in keyof T]: TensorType };

type Leaf = Node | NDArray | TensorType | { readonly shape: readonly (number | string)[] };

/** Whether `tree` is one value, not several by name. */
export function isLeaf<T extends Leaf>(tree: Tree<T>): tree is T {
  expectKind('the value', tree, 'record', '{ left, right }');
  return (
    ('shape' in tree && Array.isArray(tree.shape as unknown)) ||
    ('inputs' in tree && Array.isArray(tree.inputs as unknown))
  );
}

/** The values of `tree` with their names; one value alone has the empty name. */
export function leavesOf<T extends Leaf>(tree: Tree<T>): readonly (readonly [name: string, leaf: T])[] {
  return isLeaf(tree) ? [['', tree]] : Object.entries(tree as { readonly [name: string]: T });
}

/** A tree of the same names, with `f` of each value. */
export function mapTree<T extends Leaf, U>(tree: Tree<T>, f: (leaf: T, name: string) => U): Tree<U> {
  if (isLeaf(tree)) return f(tree, '');
  return Object.fromEntries(leavesOf(tree).map(([name, leaf]) => [name, f(leaf, name)]));
}

/** The types of `tensors`. */
export function typesOf(tensors: Tensors): Tree<TensorType> {
  return mapTree(tensors, ({ type }) => type);
}

/** The name of a leaf inside something called `of`: `x` for one value, `x/left` for one of several. */
export function leafName(of: string, name: string): string {
  return name === '' ? of : `${of}/${name}`;
}

/** One value when there is only one and it is called `single`, else a record of all. */
export function treeOf<T>(single: string, named: ReadonlyMap<string, T>): Tree<T> {
  const one = named.get(single);
  return one !== undefined && named.size === 1 ? one : Object.fromEntries(named);
}

/** Names of an output and a target; without one of them there is only one. */
export interface PartNames {
  readonly output?: string;
  readonly target?: string;
}

/** Several tensors, of which one is called `Name`. */
export type Named<Name extends string> = { readonly [K in Name]: Node };

/** What is each of the members of a union. */
export type All<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I extends Tensors) => void
  ? I
  : never;

/** The value called `name`, or the only one when there is no name. */
export function part<T>(tree: unknown, name: string | undefined): T {
  return (name === undefined ? tree : (tree as Readonly<Record<string, unknown>>)[name]) as T;
}
