import { useState } from 'preact/hooks';
import { percent } from './answer-card.tsx';
import { cellSamples } from './cell-samples.ts';
import { texts } from './messages.ts';
import { isPicture, Pixels } from './pixels.tsx';
import { rowOf, SampleText } from './sample-picker.tsx';
import { ask } from './state.ts';
import type { Judged } from './test-set.tsx';

/** A cell of the confusion matrix. */
export interface Cell {
  readonly label: number;
  readonly predicted: number;
}

const PAGE = 48;

/** The samples of a cell of the confusion matrix, else all mistakes; a click on one asks about it above. */
export function SampleGrid({
  judged,
  cell,
  onAll,
}: {
  readonly judged: Judged;
  readonly cell: Cell | null;
  readonly onAll: () => void;
}) {
  const t = texts();
  const [count, setCount] = useState(PAGE);
  const { samples, set } = judged;
  const found = cellSamples(judged, cell);
  const name = (c: number): string => samples.classes[c] ?? String(c);
  return (
    <section class="stack-small" aria-label={t.behind}>
      <div class="row">
        <h3>
          {cell === null ? t.mistakes(found.length) : t.ofCell(name(cell.label), name(cell.predicted), found.length)}
        </h3>
        {cell === null ? null : (
          <button type="button" class="button quiet" onClick={onAll}>
            {t.allMistakes}
          </button>
        )}
      </div>
      <ul class="use-grid">
        {found.slice(0, count).map(({ index, label, predicted, probability }) => {
          const x = rowOf(samples.x, index);
          const isWrong = label !== predicted;
          return (
            <li key={index}>
              <button
                type="button"
                onClick={() => {
                  ask({ kind: 'sample', set, index, label, x });
                  document.getElementById('use-top')?.scrollIntoView({ block: 'start' });
                }}
              >
                <span class="visually-hidden">{t.gridSample(index + 1, name(label), name(predicted))}</span>
                {isPicture(x.shape) ? <Pixels x={x} /> : <SampleText x={x} />}
                <span class="small" aria-hidden="true">
                  {isWrong ? (
                    <>
                      {name(label)} → <span class="wrong">{name(predicted)}</span>
                    </>
                  ) : (
                    name(label)
                  )}
                </span>
                {probability === null ? null : <span class="small soft">{percent(probability)}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {found.length > count ? (
        <button type="button" class="button" onClick={() => setCount(count + PAGE)}>
          {t.more(found.length - count)}
        </button>
      ) : null}
    </section>
  );
}
