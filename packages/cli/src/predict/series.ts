import { lastWindow, readCsv, readJsonLines, type WindowPreparation } from '@descent/datasets';
import type { InputFormat, Readers } from './inputs.ts';

/** Reads a whole table: what comes next is predicted from its last rows. */
export function seriesReader(windows: WindowPreparation): NonNullable<Readers['series']> {
  return async (source, kind) => {
    const table =
      kind === 'jsonl'
        ? await readJsonLines(source)
        : await readCsv(source, delimited(kind, typeof source === 'string'));
    return { x: lastWindow(windows, table) };
  };
}

/** A file says by its name what stands between its fields; what comes from standard input does not. */
function delimited(kind: InputFormat, isFile: boolean): { readonly delimiter?: string } {
  return isFile ? {} : { delimiter: kind === 'tsv' ? '\t' : ',' };
}

/** The names of what is predicted, step by step: `load +1`, `load +2`; of several columns all of a step, then those of the next. */
export function namesOfSteps({ horizon, target }: WindowPreparation): readonly string[] {
  return Array.from({ length: horizon }, (_, step) => target.columns.map(({ name }) => `${name} +${step + 1}`)).flat();
}
