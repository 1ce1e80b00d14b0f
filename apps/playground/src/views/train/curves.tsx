import { LineChart } from '../../charts/line-chart.tsx';
import { run } from '../../session/run.ts';
import { ENGINE_LABELS } from '../../transport/engine-names.ts';
import { curveSeries, MEAN_OF } from './curve-series.ts';
import { texts } from './messages.ts';

const HEIGHT = 300;

/** Loss and accuracy of all steps so far. */
export function Curves() {
  const t = texts();
  const { curve, epochs, opened, engineChanges } = run;
  const perEpoch = opened.value?.stepsAnEpoch ?? 1;
  const names = { batches: t.batches, mean: t.meanOf(MEAN_OF), validation: t.validation, test: t.test };
  const marks = engineChanges.value.map(({ step, info }) => ({ x: step, label: ENGINE_LABELS[info.engine] }));
  const series = (kind: 'loss' | 'accuracy') => curveSeries(kind, curve.value, epochs.value, perEpoch, names);
  return (
    <div class="train-curves">
      <div class="card">
        <LineChart
          title={t.loss}
          x={{ title: t.step, whole: true }}
          y={{ title: t.loss, choice: true }}
          series={series('loss')}
          marks={marks}
          height={HEIGHT}
          empty={t.noCurve}
        />
      </div>
      {opened.value?.task === 'regression' ? null : (
        <div class="card">
          <LineChart
            title={t.accuracy}
            x={{ title: t.step, whole: true }}
            y={{ title: t.accuracy, style: 'percent' }}
            series={series('accuracy')}
            marks={marks}
            height={HEIGHT}
            empty={t.noCurve}
          />
        </div>
      )}
    </div>
  );
}
