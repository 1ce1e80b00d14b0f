import { relu6 as relu6Of } from '../../ops/composite/relu6.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `min(max(x, 0), 6)`, elementwise (Krizhevsky 2010). */
export function relu6(): Layer {
  return activation('relu6', relu6Of);
}
