import { ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { expectKind, expectNumber } from '../options.ts';
import { chain } from './chain.ts';
import { expectOptimizer } from './expect.ts';
import type { Optimizer } from './optimizer.ts';
import { type GradientTransform, perParameter } from './transform.ts';

/**
 * Keeps an exponential moving average of the parameters beside `inner`: `decay` times the average plus `1 − decay` times the parameters, after
 * each update, without a bias towards the start. Training is not changed; `averagedParameters` reads the average from the trainer's state.
 */
export function averaged(decay: number, inner: Optimizer): Optimizer {
  expectNumber('averaged.decay', decay, { least: 0, below: 1 });
  expectOptimizer('averaged: the optimizer', inner);
  return { ...inner, label: `averaged(${decay}, ${inner.label})`, transform: chain(inner.transform, average(decay)) };
}

/** The average of the parameters that `averaged`, `swa` or `asgd` has kept in the state of a trainer. Throws a `ValueError` when there is none. */
export function averagedParameters(state: {
  readonly slots: Readonly<Record<string, NDArray>>;
}): Readonly<Record<string, NDArray<'float32'>>> {
  expectKind('state', state, { slots: 'record' }, 'await trainer.state()');
  const { slots } = state;
  const averages = Object.entries(slots).filter(([name]) => name.startsWith(PREFIX));
  const isEmpty = averages.every(([, { data }]) => (data as Float32Array).every((v) => v === 0));
  if (isEmpty) {
    throw new ValueError('there is no average of the parameters yet', {
      received:
        averages.length === 0
          ? `slots ${Object.keys(slots).join(', ') || '(none)'}`
          : 'a state before its first update',
      expected: 'the state of a trainer with averaged(decay, optimizer) that has made an update',
    });
  }
  return Object.fromEntries(averages.map(([name, array]) => [name.slice(PREFIX.length), array as NDArray<'float32'>]));
}

const PREFIX = 'average/';

/** `a ← a + (p − a)·(1 − d)/(1 − dᵗ)` at update t, which is the bias-corrected average at each. */
function average(decay: number): GradientTransform {
  return perParameter(
    (direction, { parameter, rate, slot, scalar }) => {
      const next = sub(parameter, mul(direction, rate));
      const before = slot('average');
      return { direction, slots: { average: add(before, mul(sub(next, before), scalar('averageShare'))) } };
    },
    {
      slots: ['average'],
      propagates: true,
      scalars: (update) => ({ averageShare: (1 - decay) / (1 - decay ** update) }),
    },
  );
}
