import { problemOf } from '../../../session/problem.ts';
import { run, session } from '../../../session/run.ts';
import type { Experiment } from '../../../state/experiment.ts';
import { change, experiment } from '../../../state/store.ts';
import { Notice } from '../../../ui/notice.tsx';
import { useAsync } from '../../../ui/use-async.ts';
import { NetworkNotices } from '../network-notices.tsx';
import './boundary.css';
import { texts } from './messages.ts';
import { PlaneView } from './plane-view.tsx';

/** A network that learns two moons in a few seconds. */
const MOONS: Partial<Experiment> = {
  model: [['linear', 2, 8], 'tanh', ['linear', 8, 8], 'tanh', ['linear', 8, 2]],
  data: { name: 'moons', samples: 400, noise: 0.15 },
  optimizer: ['adam', { lr: 0.02 }],
  batchSize: 16,
  epochs: 40,
};

export function Body() {
  const t = texts();
  const opened = run.opened.value;
  const { data } = experiment.value;
  const hasNoPlane = 'images' in data || 'texts' in data || ('name' in data && data.name === 'mnist-sample');
  const isPlane = opened?.task === 'classification' && opened.text === undefined && String(opened.sampleShape) === '2';
  if (hasNoPlane ? !isPlane : opened !== null && !isPlane) {
    return (
      <Notice
        actions={
          <button type="button" class="button" onClick={() => change(withoutLoss(MOONS))}>
            {t.take}
          </button>
        }
      >
        {t.notPlane}
      </Notice>
    );
  }
  return <Opened />;
}

/** A loss that was chosen for other data does not fit. */
function withoutLoss(part: Partial<Experiment>): Partial<Experiment> {
  const { loss: _, ...rest } = { ...experiment.peek(), ...part };
  return rest;
}

/** How many points of each set are drawn. */
const POINTS = 1000;

function Opened() {
  const opened = run.opened.value;
  // These stay as they are while the network trains.
  const { value: points, error } = useAsync(async () => {
    const there = await session();
    const [train, test] = await Promise.all([
      there.samples('train', 0, POINTS),
      run.opened.peek()?.testSamples ? there.samples('test', 0, POINTS) : null,
    ]);
    return { train, test };
  }, [opened, run.isStale.value]);
  return (
    <>
      <NetworkNotices problem={error === null ? null : problemOf(error)} />
      {points === null || opened === null ? null : <PlaneView points={points} classes={opened.classes} />}
    </>
  );
}
