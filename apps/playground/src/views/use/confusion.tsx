import { texts } from './messages.ts';
import type { Cell } from './sample-grid.tsx';

export interface ConfusionProps {
  /** Rows are labels, columns predictions. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly string[];
  readonly chosen: Cell | null;
  readonly onChoose: (cell: Cell) => void;
}

/** The confusion matrix as a table of buttons: each shows the samples that it counts. */
export function Confusion({ confusion, classes, chosen, onChoose }: ConfusionProps) {
  const t = texts();
  const sums = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  return (
    <div class="use-table-scroll">
      <table class="use-confusion">
        <caption>{t.confusion}</caption>
        <thead>
          <tr>
            <td />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, label) => (
            <tr key={classes[label]}>
              <th scope="row">{classes[label]}</th>
              {row.map((count, predicted) => {
                const share = count / Math.max(1, sums[label] as number);
                const isRight = label === predicted;
                const isChosen = chosen?.label === label && chosen.predicted === predicted;
                return (
                  <td key={classes[predicted]}>
                    <button
                      type="button"
                      class={isRight ? 'right' : 'mistaken'}
                      style={{
                        '--share': `${count === 0 ? 0 : 12 + 78 * (isRight ? share : Math.min(1, 5 * share))}%`,
                      }}
                      aria-label={t.cell(classes[label] ?? '', classes[predicted] ?? '', count)}
                      aria-pressed={isChosen}
                      disabled={count === 0}
                      onClick={() => onChoose({ label, predicted })}
                    >
                      {count}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
