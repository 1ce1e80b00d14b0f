import { formatValue } from '../../../charts/numbers.ts';
import { LANGUAGE_NAMES, language } from '../../../i18n/language.ts';
import { fixed } from '../number-text.ts';
import { useAsked } from '../use-asked.ts';
import { texts } from './messages.ts';
import { type Bounds, pointsArray } from './plane.ts';
import { classColor } from './plane-canvas.tsx';

interface PointReadingProps {
  readonly bounds: Bounds;
  readonly classes: readonly string[];
  readonly at: readonly [number, number];
  readonly onMove: (at: readonly [number, number]) => void;
}

/** The probabilities of the classes at one point. */
export function PointReading({ bounds, classes, at, onMove }: PointReadingProps) {
  const t = texts();
  const { tag } = LANGUAGE_NAMES[language.value];
  const { value } = useAsked(
    async (session) => ({ at, output: (await session.predict(pointsArray(Float32Array.from(at)))).output }),
    [at],
  );
  const slider = (axis: 0 | 1, [least, most]: Bounds['x'], label: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={(most - least) / 200}
        value={at[axis]}
        onInput={({ currentTarget }) => {
          const moved = Number(currentTarget.value);
          onMove(axis === 0 ? [moved, at[1]] : [at[0], moved]);
        }}
      />
    </label>
  );
  return (
    <div class="card stack point-reading">
      <h3>{t.point}</h3>
      <p>{t.at(fixed(at[0], 3), fixed(at[1], 3))}</p>
      {slider(0, bounds.x, 'x₁')}
      {slider(1, bounds.y, 'x₂')}
      <ul>
        {classes.map((name, c) => (
          <li key={name} class={classColor(c)}>
            {t.probability(name, value?.at === at ? formatValue(value.output.data[c] as number, tag, 'percent') : '…')}
          </li>
        ))}
      </ul>
      <p class="soft small">{t.move}</p>
    </div>
  );
}
