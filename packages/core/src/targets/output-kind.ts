/**
 * What the numbers of a network's output are: `logits` of classes of which one is right, the logarithms of their probabilities,
 * `probabilities`, the `logit` of a yes in each column by itself, or `values` that stand for themselves.
 */
export type OutputKind = 'logits' | 'log-probabilities' | 'probabilities' | 'logit' | 'values';
