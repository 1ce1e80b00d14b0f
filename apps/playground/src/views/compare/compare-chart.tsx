import { useRef, useState } from 'preact/hooks';
import { LineChart } from '../../charts/line-chart.tsx';
import { runDash, runTone, type Series } from '../../charts/series.ts';
import { texts } from './messages.ts';
import { meanCurve, trailingMeans } from './results.ts';
import type { Job } from './runner.ts';
import { type RunResult, results } from './state.ts';

const MEASURES = ['batchLoss', 'trainLoss', 'heldOutLoss', 'accuracy'] as const;
type Measure = (typeof MEASURES)[number];

/** Batches that a point of the curve of batches is the mean of. */
const WINDOW = 20;

/** All runs over each other. Of several seeds the mean is drawn, and each of them pale. */
export function CompareChart() {
  const t = texts();
  const [measure, choose] = useState<Measure>('batchLoss');
  const smooth = useSmooth();
  const isBatches = measure === 'batchLoss';
  const valuesOf = (job: Job): ArrayLike<number> =>
    isBatches ? smooth(job.curve.losses) : job.epochs.map((scores) => epochValue(scores, measure));
  return (
    <div class="card stack-small compare-chart">
      <fieldset class="segments compare-measures" aria-label={t.show}>
        {MEASURES.map((name) => (
          <button key={name} type="button" aria-pressed={name === measure} onClick={() => choose(name)}>
            {t[name]}
          </button>
        ))}
      </fieldset>
      <LineChart
        title={isBatches ? t.batchLossTitle(WINDOW) : t[measure]}
        x={{ title: isBatches ? t.step : t.epoch, whole: true }}
        y={
          measure === 'accuracy'
            ? { title: t.accuracyAxis, style: 'percent' }
            : { title: t.loss, choice: true, scale: 'log' }
        }
        series={results.value.flatMap((result, index) => seriesOf(result, index, valuesOf))}
        height={320}
        {...(results.value.length === 0 && { empty: t.none })}
      />
    </div>
  );
}

function seriesOf(
  { run, jobs }: RunResult,
  index: number,
  valuesOf: (job: Job) => ArrayLike<number>,
): readonly Series[] {
  const look = { tone: runTone(index), dash: runDash(index) };
  const curves = jobs.map(valuesOf).filter(({ length }) => length > 0);
  if (run.seeds === 1) return [{ ...look, name: run.name, y: curves[0] ?? [] }];
  const each = curves.map((y, i) => ({ ...look, name: `${run.name} · ${i + 1}`, y, faint: true, unlisted: true }));
  return [...each, { ...look, name: run.name, y: curves.length < run.seeds ? [] : meanCurve(curves) }];
}

function epochValue({ train, validation, test }: Job['epochs'][number], measure: Measure): number {
  const heldOut = validation ?? test;
  if (measure === 'trainLoss') return train.loss;
  return (measure === 'accuracy' ? heldOut?.accuracy : heldOut?.loss) ?? Number.NaN;
}

/** Means are computed once for each state of a curve, not whenever another run has a step. */
function useSmooth(): (losses: Float64Array) => Float64Array {
  const known = useRef(new WeakMap<Float64Array, Float64Array>());
  return (losses) => {
    const means = known.current.get(losses) ?? trailingMeans(losses, WINDOW);
    known.current.set(losses, means);
    return means;
  };
}
