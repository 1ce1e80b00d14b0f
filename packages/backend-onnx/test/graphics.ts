/**
 * What graphics devices cannot do; docs/edge-semantics.md says so. Their shaders may assume that there is neither NaN nor infinity, have sines and
 * cosines to 1e-4, and cannot refuse an index: nothing is read back to look at it.
 */
export const GRAPHICS: readonly RegExp[] = [
  ...[/^edge\//, /^op\/(sin|cos)\//, /^refusal\/(gather|scatterAdd)/, /^accuracy\//, /^search\//],
  ...[/the ends/, /of zero is minus infinity/],
];
