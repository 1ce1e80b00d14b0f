import { DescentError, NotDifferentiableError } from '../errors.ts';
import { isFloat } from '../ir/dtype.ts';
import type { Node } from '../ir/node.ts';
import { leafName, leavesOf, type Tensors } from '../ir/tree.ts';
import { describeValue, notWhatWasWanted } from '../options.ts';

/** Throws unless `argnums` is a list; what is in it is looked at when the arguments are known. */
export function expectArgnums(argnums: unknown): void {
  if (Array.isArray(argnums)) return;
  throw notWhatWasWanted('argnums', argnums, { what: 'a list of positions', example: '[0, 1]' });
}

/**
 * The arguments at these positions.
 * @throws DescentError when there is no argument at one of them; NotDifferentiableError for one of integers or booleans.
 */
export function argumentsAt(argnums: readonly number[], args: readonly Tensors[]): readonly Tensors[] {
  return argnums.map((n) => {
    const x = typeof n === 'number' ? args[n] : undefined;
    if (x === undefined) {
      throw new DescentError('there is no argument to differentiate with respect to', {
        path: 'argnums',
        received: describeValue(n),
        expected: args.length === 0 ? 'at least one argument' : `positions from 0 to ${args.length - 1}`,
      });
    }
    for (const [name, { type }] of leavesOf(x)) expectFloat(leafName(`argument ${n}`, name), type.dtype);
    return x;
  });
}

function expectFloat(what: string, dtype: Node['type']['dtype']): void {
  if (isFloat(dtype)) return;
  throw new NotDifferentiableError(`${what} has no gradient: its numbers are no floats`, {
    path: 'argnums',
    received: dtype,
    expected: 'float32',
    fix: 'leave its position out of argnums, or give it in float32',
  });
}
