import type { ArrayDataset } from '@descent/datasets';
import { useEffect, useState } from 'preact/hooks';
import { TOY_SETS, type ToyData } from '../state/experiment.ts';
import { NumberField } from '../ui/number-field.tsx';
import { counted, texts } from './messages.ts';
import { TOY_CLASSES } from './own.ts';
import { Scatter } from './scatter.tsx';
import { Slider } from './slider.tsx';

export const FIRST_TOY: ToyData = { name: 'moons', samples: 300, noise: 0.1, seed: 0 };

/** A set of points with what it is drawn from, and a picture of it. */
export function ToyPanel({ data, onChange }: { readonly data: ToyData; readonly onChange: (data: ToyData) => void }) {
  const t = texts();
  const points = usePoints(data);
  const { samples = 300, noise = 0.1, seed = 0 } = data;
  return (
    <div class="data-columns">
      <div class="stack">
        <p class="soft">{t.toyAbout}</p>
        <fieldset class="segments wrap" aria-label={t.toySets}>
          {TOY_SETS.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === data.name}
              onClick={() => onChange({ ...data, name })}
            >
              {t[name]}
            </button>
          ))}
        </fieldset>
        <Slider
          label={t.samples}
          value={samples}
          from={50}
          to={1000}
          step={10}
          shown={counted(samples)}
          onChange={(value) => onChange({ ...data, samples: value })}
        />
        <Slider
          label={t.noise}
          value={noise}
          from={0}
          to={0.5}
          step={0.01}
          shown={noise.toFixed(2)}
          onChange={(value) => onChange({ ...data, noise: value })}
        />
        <NumberField
          label={t.seed}
          term="seed"
          value={seed}
          least={0}
          integer
          onChange={(value) => onChange({ ...data, seed: value })}
        />
      </div>
      <figure class="scatter-frame">
        {points === null ? null : (
          <>
            <Scatter label={t.scatter(t[data.name], points.train.length, points.test.length)} {...points} />
            <figcaption class="row small soft">
              {TOY_CLASSES[data.name].map((name, c) => (
                <span key={name} class={`class-key class-${c + 1}`}>
                  {t[name]}
                </span>
              ))}
              <span>
                {counted(points.train.length)} {t.toTrain} · {counted(points.test.length)} {t.toTest}
              </span>
            </figcaption>
          </>
        )}
      </figure>
    </div>
  );
}

interface Points {
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
}

/** The points of a choice; those of the one before until they are there. */
function usePoints(data: ToyData): Points | null {
  const [points, setPoints] = useState<Points | null>(null);
  const key = JSON.stringify(data);
  useEffect(() => {
    let isHere = true;
    void import('./points.ts')
      .then(({ loadPoints }) => loadPoints(data))
      .then((loaded) => {
        if (isHere) setPoints(loaded);
      });
    return () => {
      isHere = false;
    };
  }, [key]);
  return points;
}
