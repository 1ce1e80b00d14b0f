import type { JSX } from 'preact';
import type { BoardRow } from '../src/board/protocol.ts';
import { TONE_COUNT } from '../src/board/view/charts.ts';
import type { Difference } from '../src/runs/differences.ts';
import { useAsked } from './use-asked.ts';

interface DifferencesProps {
  readonly picked: readonly BoardRow[];
  readonly chosen: ReadonlyMap<string, number>;
}

interface Answer {
  readonly keys: readonly number[];
  readonly differences: readonly Difference[];
}

/** By which settings the chosen runs differ. */
export function Differences({ picked, chosen }: DifferencesProps): JSX.Element {
  const rows = new Map(picked.map((row) => [row.key, row]));
  const address = `/differences?runs=${picked.map(({ key }) => key).join(',')}`;
  // What they say of themselves is another only where they begin anew.
  const answer = useAsked<Answer>(address, picked.map(({ started }) => started).join(','));
  const keys = (answer?.keys ?? []).filter((key) => rows.has(key));
  return (
    <section aria-labelledby="differences">
      <h2 id="differences">
        Differences <span>of the chosen runs; what is the same in all is left out</span>
      </h2>
      {answer === null ? null : answer.differences.length === 0 ? (
        <div class="card empty">
          <p>{keys.length < 2 ? 'There are not two runs to compare.' : 'Their settings are the same.'}</p>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be moved by keyboard.
        <section class="card differences" aria-label="Table of differences" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">setting</th>
                {keys.map((key) => (
                  <Heading key={key} row={rows.get(key) as BoardRow} chosen={chosen} />
                ))}
              </tr>
            </thead>
            <tbody>
              {answer.differences.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {answer.keys.map((key, i) =>
                    rows.has(key) ? (
                      <td key={key} class={isOdd(values, i) ? 'odd' : ''}>
                        {values[i]}
                      </td>
                    ) : null,
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

interface HeadingProps extends Pick<DifferencesProps, 'chosen'> {
  readonly row: BoardRow;
}

function Heading({ row, chosen }: HeadingProps): JSX.Element {
  return (
    <th scope="col">
      <span title={row.name}>
        <i class={`t${(chosen.get(row.name) ?? 0) % TONE_COUNT}`} aria-hidden="true" />
        {row.name}
      </span>
    </th>
  );
}

/** Whether more than half of the others share a value, and this one is not it. */
function isOdd(values: readonly string[], i: number): boolean {
  const usual = values.find((value) => 2 * values.filter((one) => one === value).length > values.length);
  return usual !== undefined && values[i] !== usual;
}
