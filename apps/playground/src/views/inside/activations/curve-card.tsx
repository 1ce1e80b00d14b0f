import { fixed, significant } from '../number-text.ts';
import { type Curve, factsOf, MOST, XS } from './curve.ts';
import { FunctionPlot } from './function-plot.tsx';
import { texts } from './messages.ts';

interface CurveCardProps {
  readonly name: string;
  readonly curve: Curve;
  /** Index of the point in `XS`. */
  readonly at: number;
  readonly onMove: (at: number) => void;
}

/** One activation with its derivative, its numbers at the point, and what its slopes mean for training. */
export function CurveCard({ name, curve, at, onMove }: CurveCardProps) {
  const t = texts();
  const { steepest, flatShare } = factsOf(curve);
  const [value, slope] = [curve.values[at] as number, curve.slopes[at] as number];
  return (
    <div class="card stack activation-card" data-activation={name}>
      <h3>
        <code>{name}</code>
      </h3>
      <FunctionPlot
        label={t.plot(name)}
        curve={curve}
        at={at}
        onMove={(x) => onMove(Math.round(((Math.min(Math.max(x, -MOST), MOST) + MOST) / (2 * MOST)) * (XS.length - 1)))}
      />
      <dl class="activation-numbers">
        <div class="is-value">
          <dt>{t.value}</dt>
          <dd>{fixed(value, 5)}</dd>
        </div>
        <div class="is-slope">
          <dt>{t.slope}</dt>
          <dd>{fixed(slope, 5)}</dd>
        </div>
      </dl>
      <p class="small">
        {t.steepest(significant(steepest, 3), significant(steepest ** 5, 3))}{' '}
        {flatShare > 0 ? t.flat(`${Math.round(100 * flatShare)} %`) : null}
      </p>
    </div>
  );
}
