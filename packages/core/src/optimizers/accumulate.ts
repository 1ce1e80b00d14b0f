import type { Node } from '../ir/node.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { where } from '../ops/elementwise/where.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { expectCount, expectNoOptions } from '../options.ts';
import { distinct, ofStages } from './chain.ts';
import { expectOptimizer } from './expect.ts';
import { mapSchedules, type Optimizer } from './optimizer.ts';
import type { GradientTransform, NodeTree } from './transform.ts';

/**
 * Makes one update of `inner` out of `steps` steps of the trainer: batches `steps` times as large as what fits in memory. The gradient is that
 * of all their samples together, also where the batches differ in size or in the weights of their classes. Schedules and bias corrections
 * count updates, not steps.
 */
export function accumulate(steps: number, inner: Optimizer, ...more: []): Optimizer {
  expectNoOptions('accumulate', more);
  expectCount('accumulate', 'number of steps', steps);
  expectOptimizer('accumulate: the optimizer', inner);
  const updateOf = (step: number): number => Math.ceil(step / steps);
  return {
    label: `accumulate(${steps}, ${inner.label})`,
    ...(inner.sharpness !== undefined && { sharpness: inner.sharpness }),
    ...mapSchedules(inner, (lr) => (typeof lr === 'number' ? lr : (step) => lr(updateOf(step)))),
    transform: accumulating(steps, inner.transform, updateOf),
  };
}

const SUM = 'accumulated';
const WEIGHT = 'accumulatedWeight';

function accumulating(
  steps: number,
  transform: GradientTransform,
  updateOf: (step: number) => number,
): GradientTransform {
  const own: GradientTransform = {
    slots: [SUM],
    numbers: [WEIGHT],
    // 1 on the last step of each update, else 0, so that one graph serves for both.
    scalars: (step) => ({ isLast: step % steps === 0 ? 1 : 0 }),
    update: (directions) => ({ directions, slots: {} }),
  };
  const inner = distinct([own, transform])[1] as GradientTransform;
  const map = (tree: NodeTree, f: (n: Node, name: string) => Node): NodeTree =>
    new Map([...tree].map(([name, n]) => [name, f(n, name)]));
  return {
    slots: [...own.slots, ...inner.slots],
    slotShape: ofStages([own, inner]),
    numbers: [WEIGHT, ...(inner.numbers ?? [])],
    weighs: true,
    scalars: (step) => ({ ...inner.scalars(updateOf(step)), ...own.scalars(step) }),
    update(gradients, context) {
      const isLast = greater(context.scalar('isLast'), 0);
      const zero = scalar(0);
      const total = map(gradients, (g, name) => add(context.slot(SUM, name), mul(g, context.weight)));
      const weight = add(context.number(WEIGHT), context.weight);
      // Batches without anything that counts have weight 0 and gradient 0.
      const divisor = where(greater(weight, 0), weight, scalar(1));
      const mean = map(total, (t) => div(t, divisor));
      const { directions, slots, numbers = {} } = inner.update(mean, { ...context, weight });
      const keptSlots = Object.entries(slots).map(([slot, tree]) => [
        slot,
        map(tree, (next, name) => where(isLast, next, context.slot(slot, name))),
      ]);
      const keptNumbers = Object.entries(numbers).map(([name, next]) => [
        name,
        where(isLast, next, context.number(name)),
      ]);
      return {
        directions: map(directions, (d) => where(isLast, d, zero)),
        slots: { [SUM]: map(total, (t) => where(isLast, zero, t)), ...Object.fromEntries(keptSlots) },
        numbers: { [WEIGHT]: where(isLast, zero, weight), ...Object.fromEntries(keptNumbers) },
      };
    },
  };
}
