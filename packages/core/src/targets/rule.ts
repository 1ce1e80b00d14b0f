import { ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { describeValue, expectKind } from '../options.ts';
import { firstWrong, RULE_KINDS } from './find-wrong.ts';
import type { OutputKind } from './output-kind.ts';
import type { SequencesRule } from './sequences.ts';
import { wrongTarget } from './wrong-target.ts';

/** What the numbers of a target must be; a trainer looks at them on the host, since a graph cannot refuse what it is fed. */
export type TargetRule = (
  | /** Whole numbers from 0 to `classes − 1`; `ignoreIndex` is allowed besides and counts as nothing. */
  { readonly kind: 'classes'; readonly classes: number; readonly ignoreIndex?: number | undefined }
  /** Numbers of at least 0 whose sum along `axis`, by default the last, is 1. */
  | { readonly kind: 'probabilities'; readonly axis?: number | undefined }
  /** Numbers from `low` to `high`, such as 0 and 1. */
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  /** Finite numbers. */
  | { readonly kind: 'numbers' }
  /** One of a few numbers, such as −1 and 1. */
  | { readonly kind: 'oneOf'; readonly values: readonly number[] }
  /** Logarithms of `probabilities`. */
  | { readonly kind: 'log-probabilities'; readonly axis?: number | undefined }
  /** Whole numbers from `low` to `high`, such as lengths. */
  | { readonly kind: 'whole'; readonly low: number; readonly high: number }
  | SequencesRule
) & {
  /** Which target, where there are several by name. */
  readonly part?: string;
};

/** What a loss tells the metrics beside it. */
export interface TargetContext {
  /** The label that the loss leaves out. */
  readonly ignoreIndex?: number | undefined;
  /** The axis of the classes in the output, where it is not the last. */
  readonly classAxis?: number | undefined;
  /** What the loss takes the network's output for. */
  readonly output?: OutputKind | undefined;
}

/**
 * Throws a `ValueError` that names the first number of `target` that breaks `rule`, and its row.
 * @param path Who asks, such as `crossEntropy`.
 */
export function expectTargets(rule: TargetRule, target: NDArray, path: string): void {
  expectKind('rule', rule, { kind: 'text' }, "{ kind: 'classes', classes: 10 }");
  hostArray(path, target);
  if (!RULE_KINDS.includes(rule.kind)) {
    throw new ValueError('there is no such rule for targets', {
      received: describeValue(rule.kind),
      expected: RULE_KINDS.join(', '),
    });
  }
  const at = firstWrong(rule, target);
  if (at !== -1) throw wrongTarget(rule, target, at, path);
}
