import { ndarray } from '@descent/core';
import { useState } from 'preact/hooks';
import { useAsync } from '../../../ui/use-async.ts';
import { fixed } from '../number-text.ts';
import { compute } from '../reference.ts';
import { type Activation, functionOf } from './find.ts';
import { texts } from './messages.ts';

const FIRST = [2, 0.5, -1];
const MOST = 5;

/** Layers whose outputs each depend on all inputs, for logits that can be moved. */
export function TogetherCard({ activations }: { readonly activations: readonly Activation[] }) {
  const t = texts();
  const [logits, setLogits] = useState<readonly number[]>(FIRST);
  const { value, error } = useAsync(async () => {
    const x = ndarray('float32', [1, logits.length], Float32Array.from(logits));
    return Promise.all(
      activations.map(async ({ name, layer }) => ({
        name,
        outputs: [...((await compute(functionOf(layer), [x])).data as Float32Array)],
      })),
    );
  }, [activations, logits]);
  return (
    <div class="card together">
      <div class="stack">
        {logits.map((logit, i) => (
          <label key={i} class="field">
            <span>
              {t.logit(i + 1)} = {fixed(logit, 1)}
            </span>
            <input
              type="range"
              min={-MOST}
              max={MOST}
              step={0.1}
              value={logit}
              onInput={({ currentTarget }) => setLogits(logits.with(i, Number(currentTarget.value)))}
            />
          </label>
        ))}
      </div>
      {error !== null ? <p class="notice wrong">{error.message}</p> : null}
      {value?.map(({ name, outputs }) => (
        <Outputs key={name} name={name} outputs={outputs} />
      ))}
    </div>
  );
}

function Outputs({ name, outputs }: { readonly name: string; readonly outputs: readonly number[] }) {
  const t = texts();
  const most = Math.max(1, ...outputs.map(Math.abs));
  return (
    <div class="stack together-outputs" data-activation={name}>
      <h4>
        <code>{name}</code>
      </h4>
      {outputs.map((output, i) => (
        <div key={i} class="together-output">
          <span class="small soft">{t.output(i + 1)}</span>
          <span class={`together-bar ${output < 0 ? 'negative' : ''}`} style={{ '--share': Math.abs(output) / most }} />
          <span>{fixed(output, 4)}</span>
        </div>
      ))}
      {outputs.every((output) => output >= 0) ? <p class="small soft">{t.sum(fixed(total(outputs), 4))}</p> : null}
    </div>
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
