import { hardswish as hardswishOf } from '../../ops/composite/hardswish.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x · hardsigmoid(x)`, elementwise (Howard et al. 2019). */
export function hardswish(...more: []): SizedLayer<Same> {
  expectNoOptions('hardswish', more);
  return activation('hardswish', hardswishOf);
}
