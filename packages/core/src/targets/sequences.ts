/** Labels of any number along the last axis, and behind them nothing but padding. */
export interface SequencesRule {
  readonly kind: 'sequences';
  /** Labels are from 0 to `classes − 1`, other than padding. */
  readonly classes: number;
  /** What stands behind the labels. */
  readonly padding: readonly number[];
  /** How many steps of time there are: each label needs one, and one more between two equal ones. */
  readonly frames?: number | undefined;
}
