import { useState } from 'preact/hooks';
import { LineChart } from '../../charts/line-chart.tsx';
import { Term } from '../../glossary/term.tsx';
import { problemOf } from '../../session/problem.ts';
import type { Problem, RangePoint } from '../../session/protocol.ts';
import { session } from '../../session/run.ts';
import { change, experiment } from '../../state/store.ts';
import { ProblemNotice } from '../../ui/notice.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { texts } from './messages.ts';
import { withRate } from './optimizer-call.ts';
import { smoothed, suggestedRate } from './suggested-rate.ts';

const FROM = 1e-4;
const TO = 10;
const STEPS = 120;

/** Tries learning rates on a copy of the network, and offers the one at which the loss falls fastest. */
export function RangeTest() {
  const t = texts();
  const [range, setRange] = useState({ from: FROM, to: TO, steps: STEPS });
  const [points, setPoints] = useState<readonly RangePoint[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const suggested = suggestedRate(points);
  const taken = suggested === null ? null : withRate(experiment.value.optimizer, suggested);
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const api = await session();
      setPoints(await api.rangeTest(range));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const x = points.map(({ lr }) => lr);
  return (
    <section class="card stack" aria-label={t.rangeTest}>
      <div class="stack-small">
        <h2>
          <Term name="rangeTest">{t.rangeTest}</Term>
        </h2>
        <p class="soft">{t.rangeTestSays}</p>
      </div>
      <div class="train-fields">
        <NumberField
          label={t.from}
          value={range.from}
          above={0}
          below={range.to}
          steps="decades"
          onChange={(from) => setRange({ ...range, from })}
        />
        <NumberField
          label={t.to}
          value={range.to}
          above={range.from}
          steps="decades"
          onChange={(to) => setRange({ ...range, to })}
        />
        <NumberField
          label={t.steps}
          value={range.steps}
          integer
          least={10}
          most={2000}
          steps={{ by: 10 }}
          onChange={(steps) => setRange({ ...range, steps })}
        />
      </div>
      <div class="row">
        <button type="button" class="button" disabled={isBusy} onClick={() => void start()}>
          {isBusy ? t.testing : t.startRangeTest}
        </button>
        {suggested === null || taken === null ? null : (
          <>
            <button type="button" class="button primary" onClick={() => change({ optimizer: taken })}>
              {t.takeRate(String(suggested))}
            </button>
            <span class="small soft">{t.takeRateSays}</span>
          </>
        )}
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      <LineChart
        title={t.rangeChart}
        x={{ title: t.learningRate, scale: 'log' }}
        y={{ title: t.loss }}
        series={[
          { name: t.batches, tone: 'train', x, y: points.map(({ loss }) => loss), faint: true },
          { name: t.smoothed, tone: 'train', x, y: smoothed(points) },
        ]}
        marks={suggested === null ? [] : [{ x: suggested, label: String(suggested) }]}
        height={240}
        empty={t.noRange}
      />
    </section>
  );
}
