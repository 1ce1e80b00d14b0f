import { ShapeError, ValueError } from '../../errors.ts';
import { expectGivenTensors } from '../../ir/given.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { leafName, leavesOf, mapTree, type Tensors } from '../../ir/tree.ts';
import { describeValue, expectFlag, expectKind, expectOptions } from '../../options.ts';
import { input } from '../leaf/input.ts';
import { closedLoop } from './_close.ts';
import { entryOf, expectCarried, formatted, sameType, timeOf } from './scan.ts';

/** What a step of `scan` gives. */
export interface ScanStep<C extends Tensors, Y extends Tensors | undefined> {
  /** The state after the step, of the type that it had before. */
  readonly carry: C;
  /** What is kept of the step. Default nothing. */
  readonly y?: Y;
}

/** What `scan` gives. */
export interface Scanned<C extends Tensors, Y extends Tensors | undefined> {
  /** The state after the last step. */
  readonly carry: C;
  /** What was kept of each step, one behind the other along a new first axis. */
  readonly ys: Y;
}

export interface ScanOptions {
  /** From the last entry to the first; what is kept of a step stands where its entry stood. Default false. */
  readonly reverse?: boolean;
}

/**
 * A loop over the first axis of `xs`: `step` is called once, when the graph is built, with the state and one entry of `xs`, and gives the state after
 * that entry and what is kept of it. It may use any other tensors; what does not depend on the step is computed once, and random draws are the
 * same at each step, as in variational dropout: draw outside of it, with an axis for the steps, what shall differ. Unlike a loop of JavaScript,
 * the program does not grow with the number of steps.
 * @throws ShapeError when tensors of `xs` have other first axes, or when the step changes the type of the state; DTypeError for a state, or what is kept,
 * that is neither float32 nor int32; ValueError when the step gives no such thing.
 */
export function scan<C extends Tensors, X extends Tensors, Y extends Tensors | undefined = undefined>(
  init: C,
  xs: X,
  step: (carry: C, x: X) => ScanStep<C, Y>,
  options: ScanOptions = {},
): Scanned<C, Y> {
  expectOptions('scan', options, ['reverse']);
  const { reverse = false } = options;
  expectFlag('scan.reverse', reverse);
  expectKind('the step of scan', step, 'function', '(carry, x) => ({ carry, y })');
  const [first, scanned] = [nodesOf('the state', init), nodesOf('what is scanned', xs)];
  for (const [name, { type }] of first) expectCarried(leafName('init', name), type);
  timeOf(scanned.map(([, { type }]) => type));
  if (scanned.length === 0) {
    throw new ValueError('scan has nothing to scan', {
      received: 'no tensor in xs',
      expected: 'at least one tensor with an axis of steps',
      fix: 'iota(n) scans the numbers of n steps',
    });
  }
  const before = mapTree<Node, Node>(init, ({ type }, name) => standIn(leafName('scan/carry', name), type));
  const entries = mapTree<Node, Node>(xs, ({ type }, name) => standIn(leafName('scan/x', name), entryOf(type)));
  const given: unknown = step(before as C, entries as X);
  const { carry, y } = stepOf<C, Y>(given);
  expectGivenTensors('the carry of scan', carry);
  if (y !== undefined) expectGivenTensors('the y of scan', y);
  const kept = y === undefined ? [] : leavesOf<Node>(y);
  const loop = closedLoop({
    init: first.map(([, n]) => n),
    scanned: scanned.map(([, n]) => n),
    before: leavesOf(before).map(([, n]) => n),
    entries: leavesOf(entries).map(([, n]) => n),
    after: statesAfter(first, carry),
    kept: kept.map(([, n]) => n),
    reverse,
  });
  const named = (tree: Tensors, found: readonly Node[]): Tensors => {
    const names = leavesOf<Node>(tree).map(([name]) => name);
    return mapTree<Node, Node>(tree, (_, name) => found[names.indexOf(name)] as Node);
  };
  return { carry: named(init, loop.last) as C, ys: (y === undefined ? undefined : named(y, loop.each)) as Y };
}

function nodesOf(what: string, tree: Tensors): readonly (readonly [string, Node])[] {
  expectKind(`${what} of scan`, tree, 'record', 'a tensor, or { h, c }');
  const leaves = leavesOf<Node>(tree);
  expectNodes(
    'scan',
    leaves.map(([, n]) => n),
  );
  return leaves;
}

function standIn(name: string, { dtype, shape }: TensorType): Node {
  return input(name, shape, dtype);
}

function stepOf<C extends Tensors, Y extends Tensors | undefined>(given: unknown): ScanStep<C, Y> {
  if (typeof given === 'object' && given !== null && 'carry' in given) {
    expectOptions('what the step of scan gives', given, ['carry', 'y']);
    return given as ScanStep<C, Y>;
  }
  throw new ValueError('the step of scan gave no state', {
    received: describeValue(given),
    expected: 'an object with the state after the step, and what is kept of it: { carry, y }',
    fix: given instanceof Promise ? 'a function that builds a graph cannot be asynchronous' : 'return { carry, y }',
  });
}

/** The states after a step, in the order of the first ones. */
function statesAfter(first: readonly (readonly [string, Node])[], carry: Tensors): readonly Node[] {
  const after = new Map(leavesOf<Node>(carry));
  const wrong = first.find(([name, { type }]) => {
    const found = after.get(name);
    return found === undefined || !sameType(found.type, type);
  });
  if (wrong === undefined && after.size === first.length) return first.map(([name]) => after.get(name) as Node);
  const shown = (leaves: Iterable<readonly [string, Node]>): string =>
    [...leaves].map(([name, { type }]) => `${name} ${formatted(type)}`.trim()).join(', ') || 'nothing';
  throw new ShapeError('the step of scan changes the type of the state', {
    path: wrong === undefined ? 'carry' : leafName('carry', wrong[0]),
    received: shown(after),
    expected: shown(first),
    fix: 'give the first state the type that it has after a step: broadcastTo(…) and cast(…) change it',
  });
}
