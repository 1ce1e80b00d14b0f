import { pixelUnshuffle as shuffle } from '../../ops/shape/pixel-unshuffle.ts';
import { expectCount, expectNoOptions } from '../../options.ts';
import type { Layer } from '../layer.ts';

/** Puts the pixels of each square into channels, what `pixelShuffle` undoes: `[batch, c, h·r, w·r] → [batch, c·r², h, w]`. */
export function pixelUnshuffle(downscaleFactor: number, ...more: []): Layer {
  expectNoOptions('pixelUnshuffle', more);
  expectCount('pixelUnshuffle', 'downscaleFactor', downscaleFactor);
  return { label: `pixelUnshuffle(${downscaleFactor})`, parameters: [], apply: (x) => shuffle(x, downscaleFactor) };
}
