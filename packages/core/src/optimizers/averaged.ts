import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { expectInRange, type Optimizer } from './optimizer.ts';
import { chain, perParameter, type Transform } from './transform.ts';

/**
 * Keeps an exponential moving average of the parameters beside `inner`: `a ← decay·a + (1 − decay)·p` after each update. Training is not
 * changed; `averagedParameters` reads the average from the trainer's state.
 */
export function averaged(decay: number, inner: Optimizer): Optimizer {
  expectInRange('averaged.decay', decay, 0, 1);
  return { ...inner, label: `averaged(${decay}, ${inner.label})`, transform: chain(inner.transform, average(decay)) };
}

/** The average of the parameters after `step` updates, without the bias towards the zeros it started from. */
export function averagedParameters(
  { step, slots }: { readonly step: number; readonly slots: Readonly<Record<string, NDArray>> },
  decay: number,
): Readonly<Record<string, NDArray<'float32'>>> {
  const correction = 1 / (1 - decay ** step);
  const averages = Object.entries(slots).filter(([name]) => name.startsWith('average/'));
  return Object.fromEntries(
    averages.map(([name, { shape, data }]) => [
      name.slice('average/'.length),
      ndarray(
        'float32',
        shape,
        Float32Array.from(data, (v) => v * correction),
      ),
    ]),
  );
}

function average(decay: number): Transform {
  return perParameter(
    (direction, { parameter, slot, scalar }) => {
      const next = sub(parameter, mul(direction, scalar('lr')));
      return { direction, slots: { average: add(mul(slot('average'), decay), mul(next, 1 - decay)) } };
    },
    { slots: ['average'] },
  );
}
