import type { Skip } from './skips.ts';

/** What graphics devices cannot do; docs/edge-semantics.md says so. A device that can do some of it is none the worse, so these are not for `runConformance`. */
export const GRAPHICS_LIMITS: readonly Skip[] = [
  {
    reason: 'shaders may assume that there is neither NaN nor infinity',
    tests: ['edge/*', 'accuracy/*', 'search/*', '*the ends*', '*of zero is minus infinity*', '*exactly 0 and 1*'],
  },
  {
    reason: 'shaders have sines and cosines to 1e-4',
    tests: ['op/sin/*', 'op/cos/*', 'layer/*rotary*', 'layer/cached attention*', 'layer/sequential of [2,5,4]/*'],
  },
  { reason: 'indices are not read back to look at them', tests: ['refusal/gather*', 'refusal/scatterAdd*'] },
];
