import type { AttrsOf, TensorType } from '../ir/op.ts';
import type * as all from './index.ts';

// Derived from what the op files export, so nothing is listed by hand: an op without a lowering, a lowering without an op and a wrong
// attribute name do not compile.
type Exports = typeof all;
type OpsOfKind<K extends string> = {
  [E in keyof Exports as Exports[E] extends { readonly kind: K; readonly name: infer N extends string }
    ? N
    : never]: Exports[E];
};

type Primitives = OpsOfKind<'primitive'>;
type Composites = OpsOfKind<'composite'>;

/** Names of the ops that every backend lowers. */
export type PrimitiveName = keyof Primitives;
/** Names of the ops that a backend may lower; core decomposes the others. */
export type CompositeName = keyof Composites;
export type OpName = PrimitiveName | CompositeName;

/** The attributes of the op called `N`. */
export type AttrsByName<N extends OpName> = AttrsOf<(Primitives & Composites)[N]>;

/** What a lowering is told about the node besides its operands. */
export interface LoweringInfo<A> {
  readonly attrs: A;
  readonly inputs: readonly TensorType[];
  readonly output: TensorType;
}

/** Turns one op, applied to operands of a backend's own kind `V`, into such a value, with the help of the backend's context `C`. */
export type Lowering<N extends OpName, V, C> = (
  operands: readonly V[],
  info: LoweringInfo<AttrsByName<N>>,
  context: C,
) => V;

/** A backend's table: all primitives, and the composites it has something better for than core's decomposition. */
export type Lowerings<V, C> = { readonly [N in PrimitiveName]: Lowering<N, V, C> } & {
  readonly [N in CompositeName]?: Lowering<N, V, C>;
};

/** The primitives among what a module exports: `PrimitiveNamesOf<typeof family>` for `import type * as family from './index.ts'`. */
export type PrimitiveNamesOf<Module> = {
  [E in keyof Module]: Module[E] extends { readonly kind: 'primitive'; readonly name: infer N extends PrimitiveName }
    ? N
    : never;
}[keyof Module];

/** The part of a table that one file provides, such as the ops of one family. */
export type SomeLowerings<V, C, N extends OpName> = { readonly [K in N]: Lowering<K, V, C> };
