import type { NDArray } from '@descent/core';
import { useEffect, useState } from 'preact/hooks';
import type { LabelledArrays } from '../../session/protocol.ts';
import { run, session } from '../../session/run.ts';
import { texts } from './messages.ts';
import { ask, source } from './state.ts';

const SIDE = 300;
/** Points of the data behind the one that is asked about. */
const SHOWN = 300;

/** A point in the plane of two-dimensional data: a click, or a slider for each coordinate. */
export function PlaneInput() {
  const t = texts();
  const points = usePoints();
  const bounds = boundsOf(points);
  const now = source.value;
  const [x, y] = now.kind === 'numbers' && now.x.data.length === 2 ? [...(now.x.data as Float32Array)] : [0, 0];
  const choose = (one: number, other: number): void =>
    ask({ kind: 'numbers', x: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(one, other) } as NDArray });
  const at = (value: number, [least, most]: Bounds[0]): number => ((value - least) / (most - least)) * SIDE;
  return (
    <section class="card stack use-input" aria-label={t.input}>
      <h2>{t.point}</h2>
      <svg
        class="use-plane"
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        aria-hidden="true"
        onClick={(event) => {
          const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
          const across = (event.clientX - left) / width;
          const up = 1 - (event.clientY - top) / height;
          choose(
            bounds[0][0] + across * (bounds[0][1] - bounds[0][0]),
            bounds[1][0] + up * (bounds[1][1] - bounds[1][0]),
          );
        }}
      >
        {points === null
          ? null
          : Array.from({ length: points.y.data.length }, (_, i) => (
              <circle
                key={i}
                class={`point-${Number(points.y.data[i]) % 4}`}
                cx={at(points.x.data[2 * i] as number, bounds[0])}
                cy={SIDE - at(points.x.data[2 * i + 1] as number, bounds[1])}
                r={3}
              />
            ))}
        {now.kind === 'numbers' ? (
          <circle class="point-asked" cx={at(x as number, bounds[0])} cy={SIDE - at(y as number, bounds[1])} r={8} />
        ) : null}
      </svg>
      {(['x₁', 'x₂'] as const).map((name, i) => {
        const [least, most] = bounds[i] as Bounds[0];
        const value = (i === 0 ? x : y) as number;
        return (
          <label key={name} class="field">
            <span>
              {name} = {value.toFixed(2)}
            </span>
            <input
              type="range"
              min={least}
              max={most}
              step={(most - least) / 200}
              value={value}
              onInput={({ currentTarget }) => {
                const chosen = Number(currentTarget.value);
                if (i === 0) choose(chosen, y as number);
                else choose(x as number, chosen);
              }}
            />
          </label>
        );
      })}
    </section>
  );
}

type Bounds = readonly [readonly [number, number], readonly [number, number]];

/** The training points, once the network is there. */
export function usePoints(count = SHOWN): LabelledArrays | null {
  const [points, setPoints] = useState<LabelledArrays | null>(null);
  const opened = run.opened.value;
  useEffect(() => {
    if (opened === null) return;
    let isOver = false;
    void session()
      .then((asked) => asked.samples('train', 0, count))
      .then((found) => {
        if (!isOver) setPoints(found);
      })
      .catch(() => {});
    return () => {
      isOver = true;
    };
  }, [opened, count]);
  return opened === null ? null : points;
}

/** What the plane shows: the points with a margin of a tenth. */
function boundsOf(points: LabelledArrays | null): Bounds {
  const bounds = [0, 1].map((axis) => {
    const values =
      points === null ? [-1, 1] : Array.from(points.x.data as Float32Array).filter((_, i) => i % 2 === axis);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const margin = (most - least || 1) / 10;
    return [least - margin, most + margin] as const;
  });
  return bounds as unknown as Bounds;
}
