import { abs } from '../../ops/elementwise/abs.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

/** Mean absolute error over all elements, as PyTorch's `L1Loss`; output and target have one shape. */
export function l1(options: ReductionOptions = {}): Loss {
  expectOptions('l1', options, ['reduction']);
  const { reduction } = options;
  return ofElements({
    label: 'l1',
    output: 'values',
    rule: { kind: 'numbers' },
    reduction,
    of: (x, y) => abs(sub(x, y)),
  });
}
