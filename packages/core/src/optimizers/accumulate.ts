import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import type { Optimizer } from './optimizer.ts';
import type { NodeTree, Transform } from './transform.ts';

/**
 * Makes one update of `inner` out of `steps` steps of the trainer, with the mean of their gradients: batches `steps` times as large as what
 * fits in memory. Schedules and bias corrections count updates, not steps.
 */
export function accumulate(steps: number, inner: Optimizer): Optimizer {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ValueError('accumulate was given an invalid number of steps', {
      path: 'steps',
      received: String(steps),
      expected: 'an integer of at least 1',
    });
  }
  const updateOf = (step: number): number => Math.ceil(step / steps);
  const { lr } = inner;
  return {
    label: `accumulate(${steps}, ${inner.label})`,
    lr: typeof lr === 'number' ? lr : (step) => lr(updateOf(step)),
    transform: accumulating(steps, inner.transform, updateOf),
  };
}

function accumulating(steps: number, inner: Transform, updateOf: (step: number) => number): Transform {
  const map = (tree: NodeTree, f: (n: Node, name: string) => Node): NodeTree =>
    new Map([...tree].map(([name, n]) => [name, f(n, name)]));
  return {
    slots: ['accumulated', ...inner.slots],
    // 1 on the last step of each update, else 0: multiplying by it keeps one graph for both.
    scalars: (step) => ({ ...inner.scalars(updateOf(step)), isLast: step % steps === 0 ? 1 : 0 }),
    update(gradients, context) {
      const isLast = context.scalar('isLast');
      const total = map(gradients, (g, name) => add(context.slot('accumulated', name), mul(g, 1 / steps)));
      const { directions, slots } = inner.update(total, context);
      const choose = (next: Node, before: Node): Node => add(before, mul(sub(next, before), isLast));
      const kept = Object.entries(slots).map(([slot, tree]) => [
        slot,
        map(tree, (next, name) => choose(next, context.slot(slot, name))),
      ]);
      return {
        directions: map(directions, (d) => mul(d, isLast)),
        slots: { accumulated: map(total, (t) => mul(t, sub(1, isLast))), ...Object.fromEntries(kept) },
      };
    },
  };
}
