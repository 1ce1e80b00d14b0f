import { expectKind } from '../options.ts';
/** What a run can suffer from, by its cause. */
export type FindingRule =
  | 'activation before the loss'
  | 'class imbalance'
  | 'data leak'
  | 'data not shuffled'
  | 'dead units'
  | 'dropout too strong'
  | 'identical units'
  | 'input too large'
  | 'input too small'
  | 'labels do not fit the inputs'
  | 'learning rate too high'
  | 'learning rate too low'
  | 'held-out data differ'
  | 'nothing is trained'
  | 'one class only'
  | 'output cannot reach the targets'
  | 'output is not what the loss takes'
  | 'overfitting'
  | 'targets not scaled'
  | 'too few updates'
  | 'underfitting'
  | 'vanishing gradients'
  | 'weights decay too fast';

/** Something that a run shows, in words and with the numbers. */
export interface Finding {
  readonly rule: FindingRule;
  /** What was seen, with the numbers. */
  readonly seen: string;
  /** What usually helps. */
  readonly advice: string;
}

export function formatFinding(finding: Finding): string {
  expectKind('finding', finding, { rule: 'text', seen: 'text', advice: 'text' }, 'diagnoseRun(facts)[0]');
  const { rule, seen, advice } = finding;
  return `${rule}: ${seen}; ${advice}`;
}
