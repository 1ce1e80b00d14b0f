import { useEffect } from 'preact/hooks';
import { chooseEngine, run } from '../session/run.ts';
import { ENGINES } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { findEngines, missingEngines } from './availability.ts';
import { ENGINE_LABELS } from './engine-names.ts';
import { texts } from './messages.ts';

/** The engine that trains; another one goes on where this one is. */
export function EnginePicker() {
  const t = texts();
  useEffect(() => void findEngines(), []);
  return (
    <label class="transport-engine">
      <span class="visually-hidden">{t.engine}</span>
      <select
        value={experiment.value.backend}
        title={t.engine}
        disabled={run.status.value === 'opening'}
        onChange={({ currentTarget }) => {
          const engine = ENGINES.find((name) => name === currentTarget.value);
          if (engine !== undefined) void chooseEngine(engine);
        }}
      >
        {ENGINES.map((name) => {
          const missing = missingEngines.value.get(name);
          return (
            <option key={name} value={name} disabled={missing !== undefined}>
              {ENGINE_LABELS[name]}
              {missing === undefined ? '' : ` (${t[missing]})`}
            </option>
          );
        })}
      </select>
    </label>
  );
}
