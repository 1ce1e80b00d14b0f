import { useState } from 'preact/hooks';
import { useAsync } from '../../../ui/use-async.ts';
import { fixed } from '../number-text.ts';
import './activations.css';
import { curveOf, MOST, STEP, XS } from './curve.ts';
import { CurveCard } from './curve-card.tsx';
import { findActivations } from './find.ts';
import { texts } from './messages.ts';
import { TogetherCard } from './together-card.tsx';

/** The point is first where the curves differ. */
const FIRST = 1;

export function Body() {
  const t = texts();
  const [at, setAt] = useState(XS.indexOf(FIRST));
  const { value, error } = useAsync(async () => {
    const found = await findActivations();
    const bends = found.filter(({ kind }) => kind === 'elementwise');
    return {
      curves: await Promise.all(bends.map(async ({ name, layer }) => ({ name, curve: await curveOf(layer) }))),
      together: found.filter(({ kind }) => kind === 'together'),
    };
  }, []);
  if (error !== null) return <p class="notice wrong">{error.message}</p>;
  if (value === null) return <p class="soft">{t.searching}</p>;
  const x = XS[at] as number;
  return (
    <>
      <label class="activation-point">
        <span>
          {t.point} = <output>{fixed(x, 4)}</output>
        </span>
        <input
          type="range"
          min={-MOST}
          max={MOST}
          step={STEP}
          value={x}
          onInput={({ currentTarget }) => setAt(XS.indexOf(Number(currentTarget.value)))}
        />
      </label>
      <div class="activation-cards">
        {value.curves.map(({ name, curve }) => (
          <CurveCard key={name} name={name} curve={curve} at={at} onMove={setAt} />
        ))}
      </div>
      <p class="soft small">{t.drag}</p>
      <h3>{t.togetherTitle}</h3>
      <p class="soft">{t.togetherLead}</p>
      <TogetherCard activations={value.together} />
      <p class="soft small">{t.core}</p>
    </>
  );
}
