import { NotDifferentiableError, ShapeError, ValueError } from '../errors.ts';
import { isFloat } from '../ir/dtype.ts';
import { expectGivenTensors } from '../ir/given.ts';
import { hostArrays } from '../ir/host-array.ts';
import type { Node } from '../ir/node.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import { leafName, leavesOf, type NDArrays, type Tensors } from '../ir/tree.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sum } from '../ops/reduce/sum.ts';
import { describeValue } from '../options.ts';
import { argumentsAt, expectArgnums } from './argnums.ts';
import { expectFunction, type JitOptions, outputsOf, type Traced, traced } from './traced.ts';

/** Options of `vjp` and `jvp`. */
export interface ProductOptions<N extends readonly number[] = readonly number[]> extends JitOptions {
  /** Positions of the arguments to differentiate with respect to. Default: all. */
  readonly argnums?: N;
}

/** Compiles `f` with what `outputs` makes of its value, of the arguments to differentiate with respect to, and of what else a call is given. */
export function product(
  name: string,
  f: (...args: never[]) => Tensors,
  options: ProductOptions,
  outputs: (value: Tensors, wrt: readonly Tensors[], others: readonly Tensors[]) => Readonly<Record<string, Node>>,
): Traced {
  expectFunction(name, f, options, ['argnums']);
  const { argnums } = options;
  if (argnums !== undefined) expectArgnums(argnums);
  return traced(name, options, (args, others) => {
    const wrt = argumentsAt(argnums ?? [...args.keys()], args);
    const value = f(...(args as readonly never[]));
    expectGivenTensors(`the function of ${name}`, value);
    for (const [leaf, { type }] of leavesOf(value)) {
      if (isFloat(type.dtype)) continue;
      throw new NotDifferentiableError(`${leafName('the value', leaf)} has no gradient: its numbers are no floats`, {
        received: `${type.dtype}${formatShape(type.shape)}`,
        expected: 'float32',
        fix: 'return what is computed in float32 alone',
      });
    }
    return { ...Object.fromEntries(outputsOf('value', value)), ...outputs(value, wrt, others) };
  });
}

/** `Σ y·dy` over all leaves of `value`. */
export function weighted(value: Tensors, dys: readonly Node[]): Node {
  return leavesOf(value)
    .map(([, y], i) => sum(mul(y, dys[i] as Node)))
    .reduce((a, b) => add(a, b));
}

/** The leaves of `given` in the order of those of `like`. Throws a `ShapeError` unless they have the same names and shapes. */
export function leavesLike(path: string, given: Tensors, what: string, like: Tensors): readonly Node[] {
  const [found, wanted] = [new Map(leavesOf(given)), leavesOf(like)];
  const fits =
    found.size === wanted.length &&
    wanted.every(([name, { type }]) => {
      const leaf = found.get(name);
      return leaf !== undefined && isFloat(leaf.type.dtype) && sameShape(leaf.type.shape, type.shape);
    });
  if (fits) return wanted.map(([name]) => found.get(name) as Node);
  throw new ShapeError(`${path} does not fit ${what}`, {
    path,
    received: typesOf([...found]),
    expected: typesOf(wanted),
  });
}

function typesOf(leaves: readonly (readonly [string, Node])[]): string {
  return leaves.map(([name, { type }]) => `${name} ${type.dtype}${formatShape(type.shape)}`.trim()).join(', ');
}

/** A list of arrays. Throws a `ValueError` for one array alone. */
export function listOfArrays(path: string, value: unknown): readonly NDArrays[] {
  if (Array.isArray(value)) return value.map((x, i) => hostArrays(`${path} ${i}`, x));
  throw new ValueError(`${path}s are a list`, {
    received: describeValue(value),
    expected: `one array for each: [x, w]`,
    fix: 'put it into a list',
  });
}
