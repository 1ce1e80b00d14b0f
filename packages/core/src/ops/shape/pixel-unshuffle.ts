import type { Node } from '../../ir/node.ts';
import { expectImages } from './_pixels.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/** Puts the pixels of each square of `r × r` into channels, what `pixelShuffle` undoes: `[batch, c, h·r, w·r] → [batch, c·r², h, w]`. */
export function pixelUnshuffle(x: Node, downscaleFactor: number): Node {
  const r = downscaleFactor;
  const [batch, channels, height, width] = expectImages('pixelUnshuffle', x, r, ['height', 'width'], r);
  const apart = transpose(reshape(x, [batch, channels, height / r, r, width / r, r]), [0, 1, 3, 5, 2, 4]);
  return reshape(apart, [batch, channels * r * r, height / r, width / r]);
}
