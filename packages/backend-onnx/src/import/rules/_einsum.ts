import { DYNAMIC, type Node, numel } from '@descent/core';
import { gather, iota, matmul, mul, reshape, sum, transpose } from '@descent/core/ops';
import type { RuleContext } from '../rule.ts';

/** A tensor whose axes have letters, each once. */
interface Lettered {
  readonly x: Node;
  readonly axes: readonly string[];
}

/** Einstein's summation (NumPy's `einsum`): products of two tensors after another, each as a product of matrices. */
export function einsum(equation: string, c: RuleContext): Node {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const xs = c.nodes();
  if (terms.length !== xs.length) throw c.unsupported(`'${equation}' for ${xs.length} tensors`, 'one term for each');
  const named = terms.map((term, i) => lettersOf(term, (xs[i] as Node).type.shape.length, c, equation));
  const result = right === undefined ? implied(named) : lettersOfResult(right, named);
  const operands = named.map((axes, i) => withoutRepeats({ x: xs[i] as Node, axes }, c));
  const [first, ...rest] = operands;
  if (first === undefined) throw c.unsupported('no tensors', 'one at least');
  const joined = rest.reduce((a, b, i) => {
    const later = new Set([...result, ...rest.slice(i + 1).flatMap(({ axes }) => axes)]);
    return contracted(a, b, later);
  }, first);
  const summed = summedTo(joined, new Set(result));
  return transpose(
    summed.x,
    result.map((axis) => summed.axes.indexOf(axis)),
  );
}

/** `...` stands for axes counted from the right: `.0` is the last of them. */
function lettersOf(term: string, rank: number, c: RuleContext, equation: string): readonly string[] {
  const [before = '', behind] = term.split('...');
  const named = [...before, ...(behind ?? '')];
  const others = rank - named.length;
  if (others < 0 || (behind === undefined && others > 0))
    throw c.unsupported(`'${equation}' for a tensor of ${rank} axes`, 'a letter for each');
  return [...before, ...ellipsis(others), ...(behind ?? '')];
}

function ellipsis(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);
}

function lettersOfResult(right: string, named: readonly (readonly string[])[]): readonly string[] {
  const [before = '', behind] = right.split('...');
  const most = Math.max(...named.map((axes) => axes.filter((a) => a.startsWith('.')).length));
  return behind === undefined ? [...before] : [...before, ...ellipsis(most), ...behind];
}

/** Without an arrow: the letters that occur once, in the order of the alphabet. */
function implied(named: readonly (readonly string[])[]): readonly string[] {
  const all = named.flat();
  const dots = [...new Set(all.filter((a) => a.startsWith('.')))].sort().reverse();
  const once = all.filter((a) => !a.startsWith('.') && all.filter((b) => b === a).length === 1);
  return [...dots, ...once.sort()];
}

/** The diagonal where a letter occurs twice. */
function withoutRepeats({ x, axes }: Lettered, c: RuleContext): Lettered {
  const twice = axes.find((a, i) => axes.indexOf(a) !== i);
  if (twice === undefined) return { x, axes };
  const [i, j] = [axes.indexOf(twice), axes.lastIndexOf(twice)];
  const size = x.type.shape[i] as number;
  if (size === DYNAMIC) throw c.unsupported('the diagonal of the open axis', 'another axis');
  const others = axes.flatMap((_, k) => (k === i || k === j ? [] : [k]));
  const last = transpose(x, [...others, i, j]);
  const flat = reshape(last, [...others.map((k) => x.type.shape[k] as number), size * size]);
  const diagonal = gather(flat, mul(iota(size), size + 1), others.length);
  return withoutRepeats({ x: diagonal, axes: [...others.map((k) => axes[k] as string), twice] }, c);
}

function summedTo({ x, axes }: Lettered, kept: ReadonlySet<string>): Lettered {
  const over = axes.flatMap((a, i) => (kept.has(a) ? [] : [i]));
  return over.length === 0 ? { x, axes } : { x: sum(x, { axes: over }), axes: axes.filter((a) => kept.has(a)) };
}

/** The product of two tensors, summed over letters of both that are not needed later. */
function contracted(a: Lettered, b: Lettered, later: ReadonlySet<string>): Lettered {
  const left = summedTo(a, new Set([...later, ...b.axes]));
  const right = summedTo(b, new Set([...later, ...a.axes]));
  const both = left.axes.filter((axis) => right.axes.includes(axis));
  const batch = both.filter((axis) => later.has(axis));
  const inner = both.filter((axis) => !later.has(axis));
  const rows = left.axes.filter((axis) => !both.includes(axis));
  const columns = right.axes.filter((axis) => !both.includes(axis));
  const sizeOf = ({ x, axes }: Lettered, letters: readonly string[]): readonly number[] =>
    letters.map((axis) => x.type.shape[axes.indexOf(axis)] as number);
  const as = (t: Lettered, front: readonly string[], behind: readonly string[]): Node => {
    const order = [...batch, ...front, ...behind].map((axis) => t.axes.indexOf(axis));
    const sizes = [...sizeOf(t, batch), numel(sizeOf(t, front)), numel(sizeOf(t, behind))];
    return reshape(transpose(t.x, order), sizes);
  };
  const y = matmul(as(left, rows, inner), as(right, inner, columns));
  // An axis of size 1 may meet a longer one.
  const shape = [...y.type.shape.slice(0, batch.length), ...sizeOf(left, rows), ...sizeOf(right, columns)];
  return { x: reshape(y, shape), axes: [...batch, ...rows, ...columns] };
}
