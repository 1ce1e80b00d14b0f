import type { NDArray } from '../ir/ndarray.ts';
import type { Key } from '../random/key.ts';
import { normal } from '../random/normal.ts';
import { type DrawInput, drawStep as drawStepWith } from './draws.ts';

/** The feed of `draw` for `step`, whatever it is drawn from: `[…shape]`. */
export function drawStep(root: Key, draw: DrawInput, step: number): NDArray {
  return drawStepWith(root, { ...draw, normal }, step);
}
