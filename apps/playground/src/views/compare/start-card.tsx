import { useState } from 'preact/hooks';
import { comparison, MOST_RUNS } from '../../state/comparison.ts';
import { experiment } from '../../state/store.ts';
import { Icon } from '../../ui/icon.tsx';
import { texts } from './messages.ts';
import { PRESETS, type PresetName, presetRuns } from './presets.ts';
import { addCurrent, addRuns, trainRuns } from './state.ts';

/** What to compare: one click each, which adds the runs and trains them; or the experiment of the page. */
export function StartCard() {
  const t = texts();
  const [isFull, setFull] = useState(false);
  const current = experiment.value;
  const start = (name: PresetName): void => {
    setFull(!addRuns(presetRuns(name, current) ?? []));
    trainRuns(comparison.peek());
  };
  return (
    <section class="card stack" aria-label={t.start}>
      <h2>{t.start}</h2>
      <div class="row">
        {PRESETS.map((name) => (
          <button
            key={name}
            type="button"
            class={name === 'rates' ? 'button primary' : 'button'}
            disabled={presetRuns(name, current) === null}
            title={presetRuns(name, current) === null ? t.noStructure : undefined}
            onClick={() => start(name)}
          >
            {t[name]}
          </button>
        ))}
        <button type="button" class="button quiet" onClick={() => setFull(!addCurrent(current, t.current))}>
          <Icon name="plus" /> {t.addCurrent}
        </button>
      </div>
      <p class="small soft" role="status">
        {isFull && comparison.value.length === MOST_RUNS ? t.full(MOST_RUNS) : ''}
      </p>
    </section>
  );
}
