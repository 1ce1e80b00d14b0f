import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Along, BoardRow, RunCurves } from '../src/board/protocol.ts';
import { type ChosenCurves, chartsOf, TONE_COUNT } from '../src/board/view/charts.ts';
import { leave, MOST_SMOOTHING, PARTS, type View } from '../src/board/view/view.ts';
import { CurveChart } from './curve-chart.tsx';
import { useAsked } from './use-asked.ts';
import type { Change } from './use-view.ts';

interface CurvesProps {
  /** Rows of the chosen runs. */
  readonly picked: readonly BoardRow[];
  readonly chosen: ReadonlyMap<string, number>;
  readonly view: View;
  readonly change: Change;
}

/** Points of all curves of one chart together, about; and of one of them, at most and at least. */
const ALL_POINTS = 16_000;
const MOST_POINTS = 1200;
const LEAST_POINTS = 80;

/** The curves of the chosen runs over each other, one chart a metric. */
export function Curves({ picked, chosen, view, change }: CurvesProps): JSX.Element {
  const most = Math.round(Math.min(MOST_POINTS, Math.max(LEAST_POINTS, ALL_POINTS / Math.max(1, picked.length))));
  const keys = picked.map(({ key }) => key).join(',');
  const answer = useAsked<readonly RunCurves[]>(
    keys === '' ? null : `/curves?runs=${keys}&points=${most}`,
    picked.map(({ revision }) => revision).join(','),
  );
  const charts = useMemo(() => {
    const rows = new Map(picked.map((row) => [row.key, row]));
    const runs = (answer ?? []).flatMap((curves): readonly ChosenCurves[] => {
      const name = rows.get(curves.key)?.name;
      const tone = name === undefined ? undefined : chosen.get(name);
      return name === undefined || tone === undefined ? [] : [{ ...curves, name, tone }];
    });
    return chartsOf(runs, view);
  }, [answer, chosen, view.along, view.smoothing, view.hidden, view.hasOutliers]);
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">Curves</h2>
      <CurveTools view={view} change={change} />
      <ul class="chosen-runs" aria-label="Chosen runs">
        {picked.map((row) => (
          <Chip key={row.key} row={row} chosen={chosen} change={change} />
        ))}
      </ul>
      {charts.length === 0 ? (
        <div class="card empty">
          <p>
            {picked.length === 0 ? 'Choose runs in the table to see their curves.' : 'There is nothing to draw yet.'}
          </p>
        </div>
      ) : (
        <div class="charts">
          {charts.map((chart) => (
            <CurveChart key={chart.metric} chart={chart} isLogarithmic={view.isLogarithmic} />
          ))}
        </div>
      )}
    </section>
  );
}

const ALONG: Readonly<Record<Along, string>> = { epoch: 'epoch', step: 'update', seconds: 'time' };

function CurveTools({ view, change }: Pick<CurvesProps, 'view' | 'change'>): JSX.Element {
  return (
    <div class="tools">
      <fieldset class="segments">
        <legend class="visually-hidden">To the right</legend>
        {Object.entries(ALONG).map(([along, label]) => (
          <label key={along}>
            <input
              type="radio"
              name="along"
              checked={view.along === along}
              onChange={() => change({ along: along as Along })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <label>
        <input
          type="checkbox"
          checked={view.isLogarithmic}
          onChange={() => change({ isLogarithmic: !view.isLogarithmic })}
        />
        log scale
      </label>
      <label>
        <input type="checkbox" checked={view.hasOutliers} onChange={() => change({ hasOutliers: !view.hasOutliers })} />
        outliers
      </label>
      <label>
        smoothing
        <input
          type="range"
          min={0}
          max={MOST_SMOOTHING}
          step={0.01}
          value={view.smoothing}
          onInput={({ currentTarget }) => change({ smoothing: Number(currentTarget.value) })}
        />
        <span class="soft">{view.smoothing.toFixed(2)}</span>
      </label>
      <fieldset class="group lines-key">
        <legend class="visually-hidden">Parts of the data</legend>
        {PARTS.map((part) => (
          <label key={part}>
            <input
              type="checkbox"
              checked={!view.hidden.includes(part)}
              onChange={() => change({ hidden: PARTS.filter((one) => view.hidden.includes(one) !== (one === part)) })}
            />
            <span>
              <svg viewBox="0 0 26 8" aria-hidden="true">
                <line class={`of-${part}`} x1="1" x2="25" y1="4" y2="4" />
              </svg>
              {part === 'train' ? 'training' : part}
            </span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

interface ChipProps extends Pick<CurvesProps, 'chosen' | 'change'> {
  readonly row: BoardRow;
}

function Chip({ row, chosen, change }: ChipProps): JSX.Element {
  return (
    <li>
      <i class={`t${(chosen.get(row.name) ?? 0) % TONE_COUNT}`} aria-hidden="true" />
      <span title={row.name}>{row.name}</span>
      {row.hasReport && (
        <a href={`/runs/${row.key}/report.html`} target="_blank" rel="noreferrer" aria-label={`Report of ${row.name}`}>
          report
        </a>
      )}
      <button
        type="button"
        aria-label={`Leave ${row.name} out`}
        onClick={() => change({ chosen: leave(chosen, [row.name]) })}
      >
        ✕
      </button>
    </li>
  );
}
