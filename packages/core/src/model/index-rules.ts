// What a network looks up by its input. A graph cannot refuse what it is fed, and engines clamp an index, count it from the end or take zeros
// for it, so that data are looked at on the host before they are fed.
import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import { topologicalOrder } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { DYNAMIC, numel, type Shape, strides } from '../ir/shape.ts';
import { castOp } from '../ops/elementwise/cast.ts';
import { reshapeOp } from '../ops/shape/reshape.ts';
import { sliceOp } from '../ops/shape/slice.ts';
import { transposeOp } from '../ops/shape/transpose.ts';

/** An input whose numbers name entries of a table. */
export interface IndexRule {
  /** Which input, as it is called. */
  readonly input: string;
  /** They are from 0 to this number − 1. */
  readonly size: number;
  /** Which numbers of a sample are indices, by position; `null` for all. */
  readonly positions: readonly number[] | null;
  /** They say how long sequences are. */
  readonly of?: 'lengths';
}

/**
 * What the indices in `outputs` must be that are numbers of the `inputs`, or parts of them. Indices that the network computes itself are not among
 * them.
 */
export function indexRules(outputs: Iterable<Node>, inputs: Iterable<readonly [string, Node]>): readonly IndexRule[] {
  const names = new Map([...inputs].map(([name, node]) => [node, name]));
  const rules = topologicalOrder([...outputs]).flatMap((n): readonly IndexRule[] => {
    const lookup = lookupOf(n);
    const from = lookup && source(lookup.indices, names);
    return lookup && lookup.size !== DYNAMIC && from
      ? [
          {
            input: names.get(from) as string,
            size: lookup.size,
            positions: positionsIn(lookup.indices, from),
            ...(lookup.of !== undefined && { of: lookup.of }),
          },
        ]
      : [];
  });
  const key = (rule: IndexRule): string => JSON.stringify(rule);
  return [...new Map(rules.map((rule) => [key(rule), rule])).values()];
}

interface Lookup extends Pick<IndexRule, 'size' | 'of'> {
  readonly indices: Node;
}

function lookupOf({ op, inputs, attrs }: Node): Lookup | null {
  const found = op.looksUp?.(
    inputs.map((x) => x.type),
    attrs,
  );
  return found === undefined ? null : { ...found, indices: inputs[found.indices] as Node };
}

/** The input that `n` has all its numbers from, unchanged. */
function source(n: Node, names: ReadonlyMap<Node, string>): Node | null {
  if (names.has(n)) return n;
  if (n.op.kind === 'composite') return source(n.op.decompose(n.inputs, n.attrs), names);
  const moves = [castOp, reshapeOp, sliceOp, transposeOp].some((op) => isOp(n, op));
  return moves ? source(n.inputs[0] as Node, names) : null;
}

/** The positions in a sample of `from` that `n` takes; `null` for all. */
function positionsIn(n: Node, from: Node): readonly number[] | null {
  const [batch = 1, ...sample] = known(from.type.shape);
  const perSample = numel(sample);
  if (numel(known(n.type.shape)) === batch * perSample) return null;
  return [...new Set(positions(n, from).map((at) => at % perSample))].sort((a, b) => a - b);
}

/** For each element of `n`, the number of the element of `from` that it is. */
function positions(n: Node, from: Node): readonly number[] {
  if (n !== from && n.op.kind === 'composite') return positions(n.op.decompose(n.inputs, n.attrs), from);
  const shape = known(n.type.shape);
  if (n === from) return Array.from({ length: numel(shape) }, (_, i) => i);
  const x = n.inputs[0] as Node;
  const given = positions(x, from);
  const steps = strides(known(x.type.shape));
  const walk = (start: number, by: readonly number[]): readonly number[] =>
    elements(shape, by).map((offset) => given[start + offset] as number);
  if (isOp(n, transposeOp))
    return walk(
      0,
      n.attrs.perm.map((axis) => steps[axis] as number),
    );
  if (!isOp(n, sliceOp)) return given;
  const { starts, steps: every } = n.attrs;
  const start = starts.reduce((sum, first, i) => sum + first * (steps[i] as number), 0);
  return walk(
    start,
    steps.map((step, i) => step * (every[i] as number)),
  );
}

/** The offset of each element of `shape`, whose axes have the strides `by`. */
function elements(shape: Shape, by: readonly number[]): readonly number[] {
  return shape.reduce<readonly number[]>(
    (offsets, size, axis) =>
      offsets.flatMap((offset) => Array.from({ length: size }, (_, i) => offset + i * (by[axis] as number))),
    [0],
  );
}

/** A batch of any size, seen as one sample. */
function known(shape: Shape): Shape {
  return shape.map((size) => (size === DYNAMIC ? 1 : size));
}

/** Throws a `ValueError` that names the first number of `arrays` that breaks a rule, and its row. */
export function expectIndexed(rules: readonly IndexRule[], arrays: Arrays): void {
  for (const rule of rules) {
    const { input, size, positions } = rule;
    const array = arrays[input];
    if (array === undefined) continue;
    const { data, shape } = array;
    const perSample = data.length / Math.max(1, shape[0] ?? 1);
    const count = positions?.length ?? perSample;
    // A plain loop: this runs for every batch that is fed.
    for (let row = 0; row < (shape[0] ?? 0); row++) {
      for (let i = 0; i < count; i++) {
        const index = data[row * perSample + (positions === null ? i : (positions[i] as number))] as number;
        if (index < 0 || index >= size) throw noRow(rule, index, row);
      }
    }
  }
}

function noRow({ input, size, of }: IndexRule, index: number, row: number): ValueError {
  const path = input === '' || input === 'input' ? 'x' : `x.${input}`;
  if (of === 'lengths')
    return new ValueError('a sequence cannot be as long as its length says', {
      path,
      received: `length ${index} in row ${row}`,
      expected: `whole numbers from 0 to ${size - 1}, of sequences with ${size - 1} entries`,
      fix: 'count the entries of each sequence before it was cut or padded to this size, and no more than fit',
    });
  return new ValueError('an index is not one of the table that it is looked up in', {
    path,
    received: `index ${index} in row ${row}`,
    expected: `whole numbers from 0 to ${size - 1}, for a table of ${size}`,
    fix:
      index < 0
        ? 'correct the data: negative indices do not count from the end, and padding needs an index of its own, paddingIdx'
        : `give the table at least ${index + 1} rows, as the first argument of embedding(…), or correct the data`,
  });
}
