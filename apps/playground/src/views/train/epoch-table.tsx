import { run } from '../../session/run.ts';
import { formatLoss, formatShare } from '../../transport/format.ts';
import { texts } from './messages.ts';

const SETS = ['train', 'validation', 'test'] as const;

/** What each epoch ended with, the newest first. */
export function EpochTable() {
  const t = texts();
  const epochs = run.epochs.value;
  const sets = SETS.filter((set) => epochs.some((scores) => scores[set] !== null));
  const hasAccuracy = epochs.some(({ train }) => train.accuracy !== null);
  return (
    <section class="card stack-small" aria-label={t.epochs}>
      <h2>{t.epochs}</h2>
      {epochs.length === 0 ? (
        <p class="soft">{t.noEpoch}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <div class="train-table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col" rowSpan={hasAccuracy ? 2 : 1}>
                  {t.epoch}
                </th>
                {sets.map((set) => (
                  <th key={set} scope={hasAccuracy ? 'colgroup' : 'col'} colSpan={hasAccuracy ? 2 : 1} data-set={set}>
                    {hasAccuracy ? t[set] : `${t[set]} ${t.loss}`}
                  </th>
                ))}
                <th scope="col" rowSpan={hasAccuracy ? 2 : 1}>
                  {t.seconds}
                </th>
              </tr>
              {hasAccuracy ? (
                <tr>
                  {sets.map((set) => [
                    <th key={`${set} loss`} scope="col" data-set={set}>
                      {t.loss}
                    </th>,
                    <th key={`${set} accuracy`} scope="col" data-set={set}>
                      {t.accuracy}
                    </th>,
                  ])}
                </tr>
              ) : null}
            </thead>
            <tbody>
              {epochs.toReversed().map((scores) => (
                <tr key={scores.epoch}>
                  <th scope="row">{scores.epoch}</th>
                  {sets.map((set) => [
                    <td key={`${set} loss`}>{formatLoss(scores[set]?.loss)}</td>,
                    hasAccuracy ? (
                      <td key={`${set} accuracy`}>{formatShare(scores[set]?.accuracy ?? undefined)}</td>
                    ) : null,
                  ])}
                  <td>{scores.seconds.toFixed(1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
