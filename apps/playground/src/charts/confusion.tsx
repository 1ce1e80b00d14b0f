import { LANGUAGE_NAMES, language } from '../i18n/language.ts';
import './charts.css';
import { texts } from './messages.ts';

export interface ConfusionCell {
  readonly label: number;
  readonly predicted: number;
}

export interface ConfusionProps {
  /** Rows are labels, columns are predictions. */
  readonly matrix: readonly (readonly number[])[];
  readonly classes: readonly string[];
  readonly selected?: ConfusionCell | null;
  readonly onSelect: (cell: ConfusionCell) => void;
}

/** Which class was taken for which: a button for each pair, deeper where more samples of the row are. */
export function Confusion({ matrix, classes, selected = null, onSelect }: ConfusionProps) {
  const t = texts();
  const { tag } = LANGUAGE_NAMES[language.value];
  const whole = (count: number): string => count.toLocaleString(tag);
  const percent = (share: number): string =>
    share.toLocaleString(tag, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="confusion" tabIndex={0} aria-label={t.confusion}>
      <table>
        <caption>{t.confusion}</caption>
        <thead>
          <tr>
            <td />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">{t.right}</th>
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, label) => {
            const total = row.reduce((sum, count) => sum + count, 0);
            const name = classes[label] ?? String(label);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {row.map((count, predicted) => (
                  <td key={classes[predicted] ?? predicted}>
                    <button
                      type="button"
                      class={label === predicted ? 'right' : 'wrong'}
                      style={{ '--share': total === 0 ? 0 : count / total }}
                      disabled={count === 0}
                      aria-pressed={selected?.label === label && selected.predicted === predicted}
                      aria-label={t.cell(name, classes[predicted] ?? String(predicted), whole(count))}
                      onClick={() => onSelect({ label, predicted })}
                    >
                      {whole(count)}
                    </button>
                  </td>
                ))}
                <td class="recall">{total === 0 ? '–' : percent((row[label] as number) / total)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
