import type { SampleType, Tree } from '@descent/core';
import type { Call } from '../../state/experiment.ts';
import { type Analysis, analyse } from './analysis.ts';
import { applyFix, type Fix } from './fixes.ts';

/** What is wrong about what a network gives, for data of so many classes, or of numbers to predict. */
export type OutputProblem =
  /** Another number of outputs than classes (or than the one number to predict). */
  | { readonly kind: 'count'; readonly received: number; readonly expected: number }
  | { readonly kind: 'shape'; readonly shape: readonly number[] }
  /** Probabilities, where the loss takes the softmax itself. */
  | { readonly kind: 'softmax'; readonly name: string };

export interface OutputAdvice {
  readonly problem: OutputProblem;
  readonly fixes: readonly Fix[];
}

/** `null` where the output is what the data and the loss take, and where it is not known. */
export function outputAdvice(
  model: readonly Call[],
  sample: Tree<SampleType>,
  { output, blocks }: Analysis,
  expected: number,
  usesCrossEntropy: boolean,
): OutputAdvice | null {
  if (output === null || output.named !== null) return null;
  const { shape } = output;
  const works = (fix: Fix): boolean => {
    const after = analyse(applyFix(model, fix), sample).output?.shape;
    return after?.length === 1 && after[0] === expected;
  };
  if (shape.length !== 1) {
    const count = shape.reduce((a, b) => a * b, 1);
    const end = model.length;
    const flatten: Fix = { kind: 'insert', at: end, call: 'flatten' };
    const both: Fix = {
      kind: 'both',
      fixes: [flatten, { kind: 'insert', at: end + 1, call: ['linear', count, expected] }],
    };
    return { problem: { kind: 'shape', shape }, fixes: [flatten, both].filter(works).slice(0, 1) };
  }
  const [received = 0] = shape;
  if (received !== expected) {
    const last = blocks.findLastIndex(({ name }) => name === 'linear');
    const set: Fix = { kind: 'set', at: last, argument: 'outFeatures', value: expected };
    const more: Fix = { kind: 'insert', at: model.length, call: ['linear', received, expected] };
    const fixes = [...(last < 0 ? [] : [set]), more].filter(works);
    return { problem: { kind: 'count', received, expected }, fixes };
  }
  const end = blocks.at(-1);
  if (usesCrossEntropy && (end?.name === 'softmax' || end?.name === 'logSoftmax')) {
    const remove: Fix = { kind: 'remove', at: blocks.length - 1, name: end.name };
    return { problem: { kind: 'softmax', name: end.name }, fixes: [remove].filter(works) };
  }
  return null;
}
