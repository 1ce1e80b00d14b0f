import type { NDArray } from '@descent/core';
import { useEffect, useState } from 'preact/hooks';
import { NumberField } from '../../ui/number-field.tsx';
import { texts } from './messages.ts';
import { usePoints } from './plane-input.tsx';
import { SamplePicker } from './sample-picker.tsx';
import { ask, source } from './state.ts';

export interface NumbersInputProps {
  readonly shape: readonly number[];
  readonly dtype: NDArray['dtype'];
  readonly names: readonly string[];
  readonly hasSamples: boolean;
}

/** More fields than this help nobody. */
const MOST_FIELDS = 100;
/** Rows that the first values are the means of. */
const ROWS = 500;

/** A form with a field for each number that the network takes, such as the columns of a table. */
export function NumbersInput({ shape, dtype, names, hasSamples }: NumbersInputProps) {
  const t = texts();
  const count = shape.reduce((a, b) => a * Math.max(1, b), 1);
  const rows = usePoints(ROWS);
  const [values, setValues] = useState<readonly number[]>(() => new Array<number>(count).fill(0));
  const isTouched = source.value.kind !== 'none';

  useEffect(() => {
    if (rows !== null && !isTouched && hasSamples) setValues(meansOf(rows.x, count));
  }, [rows, count]);
  useEffect(() => {
    const now = source.value;
    if (now.kind === 'sample' && now.x.data.length === count) setValues([...(now.x.data as Float32Array)]);
  }, [source.value]);

  if (count > MOST_FIELDS) return <p class="card">{t.tooManyNumbers(count)}</p>;
  const change = (i: number, value: number): void => {
    const changed = values.map((old, k) => (k === i ? value : old));
    setValues(changed);
    ask({ kind: 'numbers', x: arrayOf(changed, shape, dtype) });
  };
  return (
    <section class="card stack use-input" aria-label={t.input}>
      <h2>{t.features}</h2>
      <div class="use-fields">
        {values.map((value, i) => (
          <NumberField
            key={i}
            label={(names.length === count ? names[i] : undefined) ?? t.feature(i + 1)}
            value={value}
            onChange={(changed) => change(i, changed)}
          />
        ))}
      </div>
      <button
        type="button"
        class="button primary"
        onClick={() => ask({ kind: 'numbers', x: arrayOf(values, shape, dtype) })}
      >
        {t.askThese}
      </button>
      {hasSamples ? <SamplePicker /> : null}
    </section>
  );
}

function arrayOf(values: readonly number[], shape: readonly number[], dtype: NDArray['dtype']): NDArray {
  const full = [1, ...shape.map((side) => Math.max(1, side))];
  if (dtype === 'int32') return { dtype, shape: full, data: Int32Array.from(values) } as NDArray;
  if (dtype === 'uint8' || dtype === 'bool') return { dtype, shape: full, data: Uint8Array.from(values) } as NDArray;
  return { dtype: 'float32', shape: full, data: Float32Array.from(values) } as NDArray;
}

/** The mean of each column, to three digits. */
function meansOf(x: NDArray, columns: number): readonly number[] {
  const rows = Math.max(1, x.data.length / columns);
  const sums = new Array<number>(columns).fill(0);
  for (let i = 0; i < x.data.length; i++) sums[i % columns] = (sums[i % columns] as number) + (x.data[i] as number);
  return sums.map((sum) => Number((sum / rows).toPrecision(3)));
}
