import { LineChart } from '../../charts/line-chart.tsx';
import type { HeldOutSet } from '../../diagnosis/gap.ts';
import type { Opened } from '../../session/protocol.ts';
import { run } from '../../session/run.ts';
import type { Experiment } from '../../state/experiment.ts';
import { experiment } from '../../state/store.ts';
import { ENGINE_LABELS } from '../../transport/engine-names.ts';
import { curveSeries, MEAN_OF } from './curve-series.ts';
import { texts } from './messages.ts';

const HEIGHT = 300;

/** The sets that the network is judged by: as its data have it, and before they are loaded, as the experiment says. */
function heldOutSets({ data, validation }: Experiment, opened: Opened | null): readonly HeldOutSet[] {
  const hasValidation = opened === null ? validation !== undefined : opened.validationSamples > 0;
  const hasTest =
    opened === null ? 'name' in data || 'test' in ('files' in data ? data.files : data) : opened.testSamples > 0;
  return [...(hasValidation ? (['validation'] as const) : []), ...(hasTest ? (['test'] as const) : [])];
}

/** Loss and accuracy of all steps so far. */
export function Curves() {
  const t = texts();
  const { curve, epochs, opened, engineChanges } = run;
  const perEpoch = opened.value?.stepsAnEpoch ?? 1;
  const names = { batches: t.batches, mean: t.meanOf(MEAN_OF), validation: t.validation, test: t.test };
  const marks = engineChanges.value.map(({ step, info }) => ({ x: step, label: ENGINE_LABELS[info.engine] }));
  const expected = heldOutSets(run.trained.value ?? experiment.value, opened.value);
  const series = (kind: 'loss' | 'accuracy') => curveSeries(kind, curve.value, epochs.value, perEpoch, names, expected);
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
