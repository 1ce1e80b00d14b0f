import { ShapeError, ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import { isLeaf, type Tensors } from '../ir/tree.ts';
import { describeValue } from '../options.ts';
import { partOf } from '../targets/on-parts.ts';

/** Throws a `ValueError` unless each part has a name of its own. */
export function expectNames(loss: string, names: Readonly<Record<string, unknown>>): void {
  for (const [part, name] of Object.entries(names)) {
    if (typeof name === 'string' && name !== '') continue;
    throw new ValueError(`${loss} was given an invalid name`, {
      path: `${loss}.${part}`,
      received: describeValue(name),
      expected: 'the name of an output or target of the network',
    });
  }
  const all = Object.values(names);
  if (new Set(all).size === all.length) return;
  throw new ValueError(`${loss} was given one name for two things`, {
    path: loss,
    received: all.join(', '),
    expected: `different names for ${Object.keys(names).join(', ')}`,
  });
}

/** The outputs that a loss takes, by what they are to it. Throws a `ValueError` that says how to name them. */
export function outputsOf<Part extends string>(
  loss: string,
  outputs: Tensors,
  names: Readonly<Record<Part, string>>,
): Readonly<Record<Part, Node>> {
  const entries = Object.entries(names) as [Part, string][];
  if (isLeaf(outputs)) {
    const wanted = entries.map(([, name]) => name).join(', ');
    throw new ValueError(`${loss} takes several outputs by name`, {
      path: loss,
      received: 'one output without a name',
      expected: `outputs ${wanted}`,
      fix: `let the network give { ${wanted} }, or say what they are called: ${loss}({ ${entries[0]?.[0]}: '…' })`,
    });
  }
  return Object.fromEntries(entries.map(([part, name]) => [part, partOf<Node>('output', outputs, name)])) as Record<
    Part,
    Node
  >;
}

/** Throws a `ShapeError` unless all have one shape, `[batch, …]`. */
export function expectAlike(loss: string, outputs: Readonly<Record<string, Node>>, rank?: number): void {
  const all = Object.values(outputs);
  const shape = all[0]?.type.shape ?? [];
  if (
    all.every(({ type }) => sameShape(type.shape, shape)) &&
    shape.length >= 1 &&
    (rank ?? shape.length) === shape.length
  )
    return;
  throw new ShapeError(`${loss} compares outputs of one shape`, {
    path: loss,
    received: Object.entries(outputs)
      .map(([name, { type }]) => `${name} ${formatShape(type.shape)}`)
      .join(', '),
    expected: rank === 2 ? '[batch, width] for each' : 'one shape for all',
  });
}
