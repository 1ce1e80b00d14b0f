import type { Skip } from '@descent/conformance';

/** What wasm cannot do, in Node and in browsers; docs/edge-semantics.md says so. */
export const WASM_SKIPS: readonly Skip[] = [
  {
    reason:
      'the gradient of the image is a convolution of a padded gradient, and padding times a weight of NaN or ∞ is NaN',
    tests: ['edge/conv2d/NaN in the weight/gradient'],
  },
];
