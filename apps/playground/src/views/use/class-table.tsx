import { averageScores, classScores } from '@descent/runs/scores';
import { percent } from './answer-card.tsx';
import { texts } from './messages.ts';

/** Precision, recall and F1 of each class, and their means over the classes. */
export function ClassTable({
  confusion,
  classes,
}: {
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly string[];
}) {
  const t = texts();
  const scores = classScores(confusion);
  const { macro } = averageScores(confusion);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="use-table-scroll" tabIndex={0} aria-label={t.perClass}>
      <table class="use-scores">
        <caption>{t.perClass}</caption>
        <thead>
          <tr>
            <th scope="col">{t.class}</th>
            <th scope="col">{t.precision}</th>
            <th scope="col">{t.recall}</th>
            <th scope="col">F1</th>
            <th scope="col">{t.support}</th>
          </tr>
        </thead>
        <tbody>
          {scores.map(({ precision, recall, f1, support }, c) => (
            <tr key={classes[c]}>
              <th scope="row">{classes[c]}</th>
              <td>{percent(precision)}</td>
              <td>{percent(recall)}</td>
              <td>{percent(f1)}</td>
              <td>{support}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t.mean}</th>
            <td>{percent(macro.precision)}</td>
            <td>{percent(macro.recall)}</td>
            <td>{percent(macro.f1)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
