import type { Table } from '@descent/datasets';
import { runPython } from '../lib/python.ts';

interface Boosting {
  readonly train: Table;
  readonly test: Table;
  readonly target: string;
  readonly task: 'classification' | 'regression';
  readonly seed: number;
}

/** The score of scikit-learn's `HistGradientBoosting`, with its own options, on the same rows; null without a Python that has it. */
export function boosted({ train, test, ...rest }: Boosting): number | null {
  const printed = runPython('tabular/boosted.py', {
    input: JSON.stringify({ ...rest, train: columnsOf(train), test: columnsOf(test) }),
    // Threads of a few hundred rows wait for each other most of the time.
    environment: { OMP_NUM_THREADS: '1' },
  });
  return printed === null ? null : Number(JSON.parse(printed));
}

/** NaN becomes null, as JSON has it. */
function columnsOf({ columns }: Table): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(columns.map(({ name, data }) => [name, Array.from<unknown>(data)]));
}
