import type { StepNumber } from '@descent/core/programs';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, compare, gather, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import { int } from './threefry.ts';

/** What a number is at steps 1, 2, …: `values` in order; behind them the last `repeats` again and again, or nothing where that is 0. */
export interface StepTable {
  readonly values: Float32Array;
  readonly repeats: number;
}

/** Periods that are looked for, such as the steps of `accumulate`. */
const LONGEST_PERIOD = 64;
/** Steps at which a repetition is tried beyond the table. */
const FAR = [2, 3, 10, 1001];

/** The table of a number for `steps` steps, cut where it only repeats. */
export function stepTable(number: StepNumber, steps: number): StepTable {
  const values = Float32Array.from({ length: steps }, (_, i) => number.at(i + 1));
  let best: StepTable = { values, repeats: 0 };
  for (let period = 1; period <= Math.min(LONGEST_PERIOD, steps >> 1); period++) {
    let start = steps - period;
    while (start > 0 && Object.is(values[start - 1], values[start - 1 + period])) start--;
    // Most of the table must repeat itself, so that the start of a slow change is no repetition.
    if (start + period > steps / 2 || start + period >= best.values.length) continue;
    const table = { values: values.slice(0, start + period), repeats: period };
    if (FAR.every((times) => isRight(table, number, steps * times + times))) best = table;
  }
  return best;
}

function isRight(table: StepTable, number: StepNumber, step: number): boolean {
  return Object.is(tableAt(table, step), Math.fround(number.at(step)));
}

/** The number of a step; `undefined` behind the end. */
export function tableAt({ values, repeats }: StepTable, step: number): number | undefined {
  const start = values.length - repeats;
  const i = step - 1;
  return values[repeats > 0 && i >= start ? start + ((i - start) % repeats) : i];
}

/**
 * The number of `step`, an int64 of rank 0. ONNX counts a negative position from the end, so that a step below 1 becomes one behind the end, which
 * a runtime refuses.
 */
export function numberOf(b: GraphBuilder, { values, repeats }: StepTable, step: Value): Value {
  const table = b.constant({ dtype: 'float32', shape: [values.length], data: values });
  const i = binary(b, 'Sub', step, int(b, 1));
  const start = int(b, values.length - repeats);
  const inTable =
    repeats === 0
      ? i
      : where(
          b,
          compare(b, 'Less', i, start),
          i,
          binary(b, 'Add', start, binary(b, 'Mod', binary(b, 'Sub', i, start), int(b, repeats))),
        );
  const isStep = compare(b, 'GreaterOrEqual', i, int(b, 0));
  return gather(b, table, where(b, isStep, inTable, int(b, values.length)), 0);
}
