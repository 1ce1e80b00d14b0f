import { formatFinding } from '@descent/core';
import { type Io, print } from '../io.ts';
import type { RunLog } from '../run/train-run.ts';
import { epochTable } from './epoch-table.ts';

/** Shows a run of so many epochs as a table that grows by a line an epoch, and findings between its lines. */
export function runLog(epochs: number, { out }: Io): RunLog {
  const lines = epochTable(epochs, out);
  return {
    epoch(record) {
      for (const line of lines(record)) print(out, line);
    },
    finding(finding) {
      print(out, formatFinding(finding));
    },
  };
}
