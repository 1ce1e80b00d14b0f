/** Something that the numbers of a run show, in words and with the numbers. */
export interface Finding {
  readonly rule:
    | 'overfitting'
    | 'underfitting'
    | 'learning rate too high'
    | 'learning rate too low'
    | 'data leak'
    | 'class imbalance'
    | 'dead units';
  /** What was seen, with the numbers. */
  readonly seen: string;
  /** What usually helps. */
  readonly advice: string;
}

export function formatFinding({ rule, seen, advice }: Finding): string {
  return `${rule}: ${seen}; ${advice}`;
}
