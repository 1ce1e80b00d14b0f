import { formatShape, type Node, numel } from '@descent/core';
import { cast, logicalNot, reshape, where } from '@descent/core/ops';
import { graphOf } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import { isKnown, type Known } from '../known.ts';
import type { RuleContext } from '../rule.ts';
import { seenOnlyIf } from './only-if.ts';
import { isStepwise, type Local, once } from './stepwise.ts';

/** `If`: the branch that is taken, where that is known; otherwise both are computed, and their results selected. */
export function ifOperator(node: ImportedNode, c: RuleContext): readonly Local[] {
  const condition = c.known(0);
  if (condition !== undefined) {
    return c.run(graphOf(node, c.number(0) === 0 ? 'else_branch' : 'then_branch'), []);
  }
  const given = c.node(0);
  if (numel(given.type.shape) !== 1) {
    throw c.unsupported(`a condition ${formatShape(given.type.shape)}`, 'one truth value');
  }
  const isTaken = reshape(cast(given, 'bool'), []);
  const branch = (name: string, taken: Node): readonly Local[] =>
    c.run(graphOf(node, name), [], {
      see: seenOnlyIf(taken),
      guard: taken,
      keepsState: 'in a branch that depends on what is fed',
    });
  const [yes, no] = [branch('then_branch', isTaken), branch('else_branch', logicalNot(isTaken))];
  return node.outputs.map((name, i) => selected(c, isTaken, yes[i] as Local, no[i] as Local, name ?? `${i}`));
}

function selected(c: RuleContext, isTaken: Node, yes: Local, no: Local, name: string): Local {
  if (yes === no || isSameKnown(yes, no)) return yes;
  const build = once((): Node => {
    const [a, b] = [c.lift(yes), c.lift(no)];
    const [first, second] = [a, b].map(({ type: { dtype, shape } }) => `${dtype}${formatShape(shape)}`);
    if (first === second) return where(isTaken, a, b);
    throw c.unsupported(
      `a condition that depends on what is fed, with '${name}' ${first} in one branch and ${second} in the other`,
      'the same type and size in both: both are computed, and one is selected',
      'if the condition is an input of the model, fix it with the option fixed; or run the file as it is with loadOnnx',
    );
  });
  return bounded(yes, no, build) ?? bounded(no, yes, build) ?? build();
}

/** `x`, which turns false at a step, or false: it may be false before, and is then. */
function bounded(x: Local, other: Local, build: () => Node): Local | undefined {
  if (!isStepwise(x) || x.turn?.before !== true || !isFalse(other)) return undefined;
  return { ...x, turn: { ...x.turn, isExact: false }, node: build };
}

function isFalse(x: Local): boolean {
  return isNumbers(x) && x.elementType === 'bool' && x.data.length === 1 && x.data[0] === 0 && x.second === undefined;
}

function isSameKnown(a: Local, b: Local): boolean {
  if (!isNumbers(a) || !isNumbers(b) || a.elementType !== b.elementType) return false;
  const text = ({ shape, data, second }: Known): string =>
    JSON.stringify([shape, [...toList(data)], [...toList(second ?? data)]]);
  return a.data.length <= MOST_COMPARED && b.data.length <= MOST_COMPARED && text(a) === text(b);
}

const MOST_COMPARED = 1024;

function toList(data: ArrayLike<number>): readonly number[] {
  return Array.from(data, (v) => v);
}

function isNumbers(x: Local): x is Known {
  return !isStepwise(x) && isKnown(x);
}
