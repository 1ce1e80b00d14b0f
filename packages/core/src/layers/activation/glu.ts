import { glu as gluOf } from '../../ops/composite/glu.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';
import { axisOf } from './_axis.ts';

/**
 * Gated linear unit: `a · sigmoid(b)` with the halves `a` and `b` of the input along `axis`, the last by default: `[…, 2n] → […, n]`
 * (Dauphin et al. 2016).
 * @throws ShapeError where that axis has no halves.
 */
export function glu(options: { axis?: number } = {}): Layer {
  const axis = axisOf('glu', options);
  return activation('glu', (x) => gluOf(x, { axis }));
}
