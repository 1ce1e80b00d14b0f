/** A column of numbers, and how it is standardised: `(value − mean) / std`. */
export interface NumberColumn {
  readonly name: string;
  /** Of the rows that it was fitted on, as far as they have a value. */
  readonly mean: number;
  /** The root of the mean squared distance from the mean (divided by n). 0 for a column of one value, which tells nothing: it becomes 0 for every row. */
  readonly std: number;
  /** Rows of the fit without a value. */
  readonly missing: number;
}
