import type { Arrays, Backend, Executable } from '../backend/contract.ts';
import { executables } from '../backend/executables.ts';
import { expectBackend } from '../backend/expect.ts';
import { lifetime } from '../backend/lifetime.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { graph } from '../ir/graph.ts';
import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { type ArraysOf, leafName, leavesOf, mapTree, type NDArrays, type Tensors } from '../ir/tree.ts';
import { input } from '../ops/leaf/input.ts';
import { expectCount, expectOptions, notWhatWasWanted } from '../options.ts';

export interface JitOptions {
  readonly backend: Backend;
  /** Programs that stay compiled, one for each combination of shapes; the least recently used goes first. Default 16. */
  readonly maxPrograms?: number;
}

/** A function of tensors that takes and gives arrays. */
export interface Jitted<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>;
  /** Frees what is compiled once the calls that were made have ended. Calls after it throw a `BackendError`. */
  dispose(): void;
}

/** The arrays that belong to arguments `A`. */
export type ArraysOfAll<A extends readonly Tensors[]> = { readonly [K in keyof A]: ArraysOf<A[K]> };

/** The arrays that belong to the arguments at positions `N`. */
export type ArraysAt<A extends readonly Tensors[], N extends readonly number[]> = {
  readonly [K in keyof N]: N[K] extends number ? ArraysOf<A[N[K]]> : never;
};

/** As `ArraysAt`, and all of them where there are no positions. */
export type ArraysAtOrAll<A extends readonly Tensors[], N extends readonly number[]> = [N] extends [never]
  ? ArraysOfAll<A>
  : ArraysAt<A, N>;

/** Runs what `trace` builds of tensors. */
export interface Traced {
  /** The outputs of the graph for these arguments of the function, and for what else `trace` takes. */
  run(args: readonly NDArrays[], others?: readonly NDArrays[]): Promise<Arrays>;
  dispose(): void;
}

/** What `name` was given, checked: a function of tensors and its options. */
export function expectFunction(name: string, f: unknown, options: JitOptions, others: readonly string[] = []): void {
  if (typeof f !== 'function')
    throw notWhatWasWanted(name, f, { what: 'a function of tensors', example: '(x) => sum(mul(x, x))' });
  expectOptions(name, options, ['backend', 'maxPrograms', ...others]);
  expectBackend('backend', options.backend);
  expectCount(name, 'maxPrograms', options.maxPrograms ?? 16);
}

interface TracedProgram {
  readonly inputs: ReadonlySet<string>;
  readonly executable: Executable;
}

/** Compiles what `trace` gives for tensors of the types of the arguments, once for each combination of types. */
export function traced(
  name: string,
  { backend, maxPrograms = 16 }: JitOptions,
  trace: (args: readonly Tensors[], others: readonly Tensors[]) => Readonly<Record<string, Node>>,
): Traced {
  const programs = executables<TracedProgram>(maxPrograms);
  const alive = lifetime(`the function of ${name}`);
  const compile = async (args: readonly NDArrays[], others: readonly NDArrays[]): Promise<TracedProgram> => {
    const built = graph(trace(inputsOf('arg', args), inputsOf('other', others)));
    // An argument that the function does not use is no input of the graph.
    const inputs = new Set(programInputs({ graph: built }).keys());
    return { inputs, executable: await backend.compile({ graph: built, reads: [], writes: [] }) };
  };
  return {
    async run(args, others = []) {
      alive.check();
      const feeds = [...feedsOf('arg', args), ...feedsOf('other', others)];
      const id = JSON.stringify(feeds.map(([leaf, { dtype, shape }]) => [leaf, dtype, shape]));
      return programs.use(
        id,
        () => compile(args, others),
        ({ inputs, executable }) => executable.run(Object.fromEntries(feeds.filter(([leaf]) => inputs.has(leaf)))),
      );
    },
    dispose() {
      alive.end();
      programs.dispose();
    },
  };
}

function inputsOf(of: string, trees: readonly NDArrays[]): readonly Tensors[] {
  return trees.map((tree, i) =>
    mapTree(tree, ({ dtype, shape }, leaf) =>
      input(leafName(`${of}${i}`, leaf), shape, dtype === 'float64' ? 'float32' : dtype),
    ),
  );
}

function feedsOf(of: string, trees: readonly NDArrays[]): readonly (readonly [string, NDArray])[] {
  return trees.flatMap((tree, i) =>
    leavesOf(tree).map(([leaf, array]) => [leafName(`${of}${i}`, leaf), array] as const),
  );
}

/** The arguments of a call as arrays. Throws a `ValueError`, `DTypeError` or `ShapeError` that says which of them is none. */
export function argumentsOf(given: readonly unknown[]): readonly NDArrays[] {
  return given.map((x, i) => hostArrays(`argument ${i}`, x));
}

/** `tensors` as outputs of a graph: one called `of`, or several `of/name`. */
export function outputsOf(of: string, tensors: Tensors): readonly (readonly [string, Node])[] {
  return leavesOf(tensors).map(([name, node]) => [leafName(of, name), node]);
}

/** What `outputsOf` has named `of`, of the results of a graph. */
export function resultOf(of: string, arrays: Arrays): NDArrays {
  const one = arrays[of];
  if (one !== undefined) return one;
  const prefix = leafName(of, ' ').slice(0, -1);
  const found = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, array]) => [name.slice(prefix.length), array]));
}

/** A function with a way to free what it holds. */
export function disposable<Args extends readonly unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
  { dispose }: Pick<Traced, 'dispose'>,
): Jitted<Args, Result> {
  return Object.assign(call, { dispose });
}
