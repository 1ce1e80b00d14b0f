import type { NDArray } from '@descent/core';
import { useState } from 'preact/hooks';
import { problemOf } from '../../session/problem.ts';
import type { LabelledArrays, SetName } from '../../session/protocol.ts';
import { run, session } from '../../session/run.ts';
import { Icon } from '../../ui/icon.tsx';
import { texts } from './messages.ts';
import { isPicture, Pixels } from './pixels.tsx';
import { ask, problem, source } from './state.ts';

const SHOWN = 10;
const SHOWN_LETTERS = 40;

/** Samples to choose from, with the keyboard as well as with a pointer. */
export function SamplePicker({ textOf }: { readonly textOf?: (x: NDArray) => string }) {
  const t = texts();
  const [shown, setShown] = useState<{
    readonly set: SetName;
    readonly from: number;
    readonly arrays: LabelledArrays;
  } | null>(null);
  const more = async (): Promise<void> => {
    try {
      const asked = await session();
      const opened = run.opened.peek();
      const set: SetName = (opened?.testSamples ?? 0) > 0 ? 'test' : 'train';
      const length = (set === 'test' ? opened?.testSamples : opened?.trainSamples) ?? 0;
      const from = shown === null || shown.from + SHOWN >= length ? 0 : shown.from + SHOWN;
      setShown({ set, from, arrays: await asked.samples(set, from, SHOWN) });
    } catch (error) {
      problem.value = problemOf(error);
    }
  };
  return (
    <div class="stack-small">
      <button type="button" class="button" onClick={more}>
        <Icon name="search" />
        {shown === null ? t.samples : t.moreSamples}
      </button>
      <div class="use-samples">
        {shown === null
          ? null
          : Array.from({ length: shown.arrays.x.shape[0] ?? 0 }, (_, i) => {
              const x = rowOf(shown.arrays.x, i);
              const label = Number(shown.arrays.y.data[i]);
              const { set, from } = shown;
              const chosen = source.value;
              return (
                <button
                  type="button"
                  key={from + i}
                  aria-pressed={chosen.kind === 'sample' && chosen.index === from + i && chosen.set === set}
                  onClick={() => ask({ kind: 'sample', set, index: from + i, label, x })}
                >
                  <span class="visually-hidden">
                    {t.sample(from + i + 1, shown.arrays.classes[label] ?? String(label))}
                  </span>
                  {isPicture(x.shape) ? (
                    <Pixels x={x} />
                  ) : textOf === undefined ? (
                    <SampleText x={x} />
                  ) : (
                    <span class="small">{inShort(textOf(x))}</span>
                  )}
                </button>
              );
            })}
      </div>
    </div>
  );
}

/** The beginning of a text. */
function inShort(text: string): string {
  return text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS)}…` : text;
}

/** Numbers of a sample that is no picture. */
export function SampleText({ x }: { readonly x: NDArray }) {
  const values = Array.from(x.data.slice(0, 4) as ArrayLike<number>, (value) => Number(value).toPrecision(3));
  return <span class="small">{values.join(', ') + (x.data.length > 4 ? ', …' : '')}</span>;
}

/** Row `i` of `[n, …]` as a batch of one. */
export function rowOf(x: NDArray, i: number): NDArray {
  const shape = [1, ...x.shape.slice(1)];
  const size = shape.reduce((a, b) => a * b, 1);
  return { dtype: x.dtype, shape, data: x.data.slice(i * size, (i + 1) * size) } as NDArray;
}
