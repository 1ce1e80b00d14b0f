import type { Backend } from '@descent/core';

/** What an example is told by the command line, or by its test. */
export interface Run {
  readonly backend: Backend;
  readonly seed: number;
  /** Trains for a few steps on a few samples, to see that everything works: the numbers say little. */
  readonly small: boolean;
  /** Where files go; the folder is there. */
  readonly out: string;
  /** Takes each line of the report. */
  readonly log: (line: string) => void;
}

/** What an example found, by name, such as `test_accuracy`; `curve` is the loss of each step or epoch, by which two engines are compared. */
export interface Outcome {
  readonly curve: readonly number[];
  readonly numbers: Readonly<Record<string, number>>;
}

/** One folder of this directory. */
export interface Example {
  /** One line for `--help`. */
  readonly summary: string;
  readonly run: (run: Run) => Promise<Outcome>;
}
