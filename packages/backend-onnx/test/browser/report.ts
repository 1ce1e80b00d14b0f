export interface BrowserReport {
  readonly backend: string;
  readonly count: number;
  readonly failures: readonly string[];
  /** Losses of a network trained from one seed. */
  readonly losses: readonly number[];
  /** The first lines of `describe()`: what the device says about itself. */
  readonly notes: string;
}
