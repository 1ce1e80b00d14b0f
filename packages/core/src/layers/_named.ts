import { ValueError } from '../errors.ts';
import { expectNodes, type Node } from '../ir/node.ts';
import { isLeaf, type Tensors } from '../ir/tree.ts';
import { expectOptions } from '../options.ts';

/**
 * The tensors that came in, by name: what is one tensor alone is called `alone`. Throws a `ValueError` for a name that the layer does not know, and for
 * one of `needed` that is missing.
 */
export function namedInputs<Name extends string>(
  x: Tensors,
  known: readonly Name[],
  needed: readonly Name[],
  alone: Name | null,
): { readonly [K in Name]?: Node } {
  if (isLeaf(x) && alone !== null) return { [alone]: x } as { readonly [K in Name]?: Node };
  if (isLeaf(x))
    throw new ValueError('the layer takes several tensors by name', {
      received: 'one tensor',
      expected: `{ ${needed.join(', ')} }`,
    });
  expectOptions('the layer', x, known);
  const missing = needed.find((name) => !Object.hasOwn(x, name));
  if (missing !== undefined)
    throw new ValueError(`the layer is not given '${missing}'`, {
      received: Object.keys(x).join(', ') || 'nothing',
      expected: `{ ${needed.join(', ')} }`,
    });
  expectNodes('the layer', Object.values(x));
  return { ...x } as { readonly [K in Name]?: Node };
}
