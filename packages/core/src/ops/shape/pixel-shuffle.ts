import type { Node } from '../../ir/node.ts';
import { knownAs } from '../composite/known-as.ts';
import { expectImages } from './_pixels.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/** Puts channels beside each other as pixels (Shi et al. 2016): `[batch, c·r², h, w] → [batch, c, h·r, w·r]`. */
export function pixelShuffle(x: Node, upscaleFactor: number): Node {
  const r = upscaleFactor;
  const [batch, channels, height, width] = expectImages('pixelShuffle', x, r, ['channels'], r * r);
  const out = channels / (r * r);
  const apart = transpose(reshape(x, [batch, out, r, r, height, width]), [0, 1, 4, 2, 5, 3]);
  const y = reshape(apart, [batch, out, height * r, width * r]);
  return knownAs(y, { call: 'pixelShuffle', factor: r }, { x });
}
