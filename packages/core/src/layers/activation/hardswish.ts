import { hardswish as hardswishOf } from '../../ops/composite/hardswish.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x · hardsigmoid(x)`, elementwise (Howard et al. 2019). */
export function hardswish(): Layer {
  return activation('hardswish', hardswishOf);
}
