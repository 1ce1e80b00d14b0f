import { isOp, type Node } from '../../ir/node.ts';
import type { Op } from '../../ir/op.ts';
import { DYNAMIC, sameShape } from '../../ir/shape.ts';
import { addOp } from '../elementwise/add.ts';
import { negOp } from '../elementwise/neg.ts';
import { subOp } from '../elementwise/sub.ts';
import { type MatmulAttrs, matmul, matmulOp } from '../linalg/matmul.ts';
import type { ReduceAttrs } from '../reduce/_types.ts';
import { sum, sumOp } from '../reduce/sum.ts';
import { reshape, reshapeOp } from '../shape/reshape.ts';
import { transpose, transposeOp } from '../shape/transpose.ts';

/** What a value in a step backward depends on: gradients, only values of the step forward, or neither. */
export type StepKind = 'backward' | 'forward' | 'invariant';

/** What sums are built with before the loop backward is. */
export interface StepPlan {
  kindOf(n: Node): StepKind;
  /** Keeps `n` of each step backward; gives its number. */
  emit(n: Node): number;
  /** Adds `n` up from step to step; gives its number. */
  accumulate(n: Node): number;
}

/** What they see when it is. */
export interface StepValues {
  emitted(at: number): Node;
  accumulated(at: number): Node;
  /** A value of the step forward at each step, with the steps on a new first axis. */
  stacked(n: Node): Node;
  readonly steps: number;
}

/** A sum over the steps, once the loop backward is built. */
export type StepSum = (values: StepValues) => Node;

/**
 * `Σ g` over all steps. A product of what is kept of each step is one product over steps and batch; a sum is one sum over both; what is linear is done
 * once, behind the sum. All else is added up from step to step.
 */
export function sumOverSteps(g: Node, plan: StepPlan): StepSum {
  const [x] = g.inputs as readonly [Node];
  if (SAME_ELEMENTS.has(g.op)) {
    const inner = sumOverSteps(x, plan);
    return (v) => ({ ...g, inputs: [inner(v)] });
  }
  if (TERMS.has(g.op) && g.inputs.every(({ type }) => sameShape(type.shape, g.type.shape))) {
    const terms = g.inputs.map((term) => sumOverSteps(term, plan));
    return (v) => ({ ...g, inputs: terms.map((term) => term(v)) });
  }
  const whole = isOp(g, matmulOp) ? productOverSteps(g, plan) : isOp(g, sumOp) ? sumOfAll(g, plan) : null;
  if (whole !== null) return whole;
  const at = plan.accumulate(g);
  return (v) => v.accumulated(at);
}

const SAME_ELEMENTS: ReadonlySet<Op> = new Set<Op>([negOp, reshapeOp, transposeOp]);
const TERMS: ReadonlySet<Op> = new Set<Op>([addOp, subOp]);

/** Products would be large when kept of each step, so they are added up. */
function sumOfAll({ inputs, attrs, type }: Node & { readonly attrs: ReduceAttrs }, plan: StepPlan): StepSum | null {
  const [x] = inputs as readonly [Node];
  if (isOp(x, matmulOp) || plan.kindOf(x) === 'invariant') return null;
  const each = atEachStep(x, plan);
  const axes = [0, ...attrs.axes.map((axis) => axis + 1)];
  return (v) => reshape(sum(each(v), { axes }), type.shape);
}

function productOverSteps(
  { inputs, attrs: { transposeA, transposeB } }: Node & { readonly attrs: MatmulAttrs },
  plan: StepPlan,
): StepSum | null {
  const [a, b] = inputs as readonly [Node, Node];
  if (![a, b].every((x) => x.type.shape.length === 2 && plan.kindOf(x) !== 'invariant')) return null;
  const [lefts, rights] = [atEachStep(a, plan), atEachStep(b, plan)];
  return (v) => {
    const [left, right] = [lefts(v), rights(v)];
    const inner = left.type.shape[transposeA ? 1 : 2] as number;
    // -1 is no number that steps could be counted with.
    if (inner === DYNAMIC || v.steps === DYNAMIC)
      return sum(matmul(left, right, { transposeA, transposeB }), { axes: [0] });
    const rows = (x: Node, inRows: boolean): Node => {
      const y = inRows ? x : transpose(x, [0, 2, 1]);
      return reshape(y, [v.steps * inner, y.type.shape[2] as number]);
    };
    return matmul(rows(left, transposeA), rows(right, !transposeB), { transposeA: true });
  };
}

/** `n`, which depends on the step, at each step, with the steps on a new first axis. */
function atEachStep(n: Node, plan: StepPlan): StepSum {
  if (plan.kindOf(n) === 'forward') return (v) => v.stacked(n);
  const at = plan.emit(n);
  return (v) => v.emitted(at);
}
