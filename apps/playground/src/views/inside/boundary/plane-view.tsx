import { useMemo, useState } from 'preact/hooks';
import type { Activation, LabelledArrays } from '../../../session/protocol.ts';
import { run } from '../../../session/run.ts';
import { useAsked } from '../use-asked.ts';
import { texts } from './messages.ts';
import { type Bounds, boundsOf, gridOf, pointsArray } from './plane.ts';
import { PlaneCanvas } from './plane-canvas.tsx';
import { PointReading } from './point-reading.tsx';
import { Units } from './units.tsx';

/** Coarse to fine; while training, the first ones only, so that the steps are not held up. */
const SIDES = [16, 40, 96];
const TRAINING_SIDES = [32];
const UNIT_SIDE = 28;

export interface Points {
  readonly train: LabelledArrays;
  readonly test: LabelledArrays | null;
}

interface Seen {
  readonly side: number;
  readonly probabilities: ArrayLike<number>;
}

/** The plane in the colours of the classes, what is said at one point, and the hidden units one by one. */
export function PlaneView({ points, classes }: { readonly points: Points; readonly classes: readonly string[] }) {
  const t = texts();
  const bounds = useMemo(
    () => boundsOf([points.train, points.test].flatMap((set) => (set === null ? [] : [set.x.data as Float32Array]))),
    [points],
  );
  const [seen, setSeen] = useState<Seen | null>(null);
  const [at, setAt] = useState<readonly [number, number]>([middle(bounds.x), middle(bounds.y)]);
  const { value: layers } = useAsked(
    async (session) => {
      for (const side of run.status.peek() === 'running' ? TRAINING_SIDES : SIDES) {
        const { output } = await session.predict(pointsArray(gridOf(bounds, side)));
        setSeen({ side, probabilities: output.data as Float32Array });
      }
      return hiddenLayers(await session.activations(pointsArray(gridOf(bounds, UNIT_SIDE))));
    },
    [bounds],
  );
  return (
    <>
      <div class="plane-and-point">
        <figure class="plane-figure">
          <PlaneCanvas
            bounds={bounds}
            side={seen?.side ?? 0}
            probabilities={seen?.probabilities ?? []}
            points={points}
            classes={classes}
            at={at}
            onPoint={setAt}
          />
          <figcaption class="small soft">
            {t.plane} {t.trained}, {t.held}.
          </figcaption>
        </figure>
        <PointReading bounds={bounds} classes={classes} at={at} onMove={setAt} />
      </div>
      {layers?.map((layer) => (
        <Units key={layer.path} layer={layer} side={UNIT_SIDE} />
      ))}
    </>
  );
}

/** Layers of single units in front of the output; those that only bend what the one in front gives are left out. */
function hiddenLayers(activations: readonly Activation[]): readonly Activation[] {
  return activations
    .slice(0, -1)
    .filter(({ label, output }) => output.shape.length === 2 && label.startsWith('linear'));
}

function middle([least, most]: Bounds['x']): number {
  return (least + most) / 2;
}
