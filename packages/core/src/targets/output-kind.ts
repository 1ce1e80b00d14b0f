import { ValueError } from '../errors.ts';

/**
 * What the numbers of a network's output are: `logits` of classes of which one is right, the logarithms of their probabilities,
 * `probabilities`, the `logit` of a yes in each column by itself, or `values` that stand for themselves.
 */
export type OutputKind = 'logits' | 'log-probabilities' | 'probabilities' | 'logit' | 'values';

const KINDS: readonly unknown[] = ['logits', 'log-probabilities', 'probabilities', 'logit', 'values'];

export function isOutputKind(value: unknown): value is OutputKind {
  return KINDS.includes(value);
}

/** Throws a `ValueError` unless `value` is a kind of output, or left out. */
export function expectOutputKind(value: unknown): void {
  if (value === undefined || isOutputKind(value)) return;
  throw new ValueError('there is no such output', {
    path: 'output',
    received: String(value),
    expected: "logits or probabilities; also 'log-probabilities', 'logit' or 'values'",
  });
}
