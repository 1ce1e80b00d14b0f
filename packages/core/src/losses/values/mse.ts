import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

/** Mean squared error over all elements; output and target have one shape. */
export function mse(options: ReductionOptions = {}): Loss {
  expectOptions('mse', options, ['reduction']);
  const { reduction } = options;
  return ofElements({
    label: 'mse',
    output: 'values',
    rule: { kind: 'numbers' },
    reduction,
    of(x, y) {
      const error = sub(x, y);
      return mul(error, error);
    },
  });
}
