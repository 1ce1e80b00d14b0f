import { pixelShuffle as shuffle } from '../../ops/shape/pixel-shuffle.ts';
import { expectCount, expectNoOptions } from '../../options.ts';
import type { Layer } from '../layer.ts';

/** Puts channels beside each other as pixels (Shi et al. 2016): `[batch, c·r², h, w] → [batch, c, h·r, w·r]`. */
export function pixelShuffle(upscaleFactor: number, ...more: []): Layer {
  expectNoOptions('pixelShuffle', more);
  expectCount('pixelShuffle', 'upscaleFactor', upscaleFactor);
  return { label: `pixelShuffle(${upscaleFactor})`, parameters: [], apply: (x) => shuffle(x, upscaleFactor) };
}
