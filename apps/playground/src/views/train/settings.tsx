import { Term } from '../../glossary/term.tsx';
import { change, experiment } from '../../state/store.ts';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { texts } from './messages.ts';
import { chosenOptimizer, OPTIMIZER_NAMES, readOptimizer, writeOptimizer } from './optimizer-call.ts';

/** The numbers that training follows. A change is for the next network: what is trained keeps those it began with. */
export function Settings() {
  const t = texts();
  const { optimizer, batchSize, epochs, seed, validation = 0 } = experiment.value;
  return (
    <section class="card stack-small" aria-label={t.settings}>
      <h2>{t.settings}</h2>
      <div class="train-fields">
        <OptimizerFields />
        <NumberField
          label={t.batchSize}
          term="batch"
          value={batchSize}
          integer
          least={1}
          onChange={(value) => change({ batchSize: value })}
        />
        <NumberField
          label={t.epochCount}
          term="epoch"
          value={epochs}
          integer
          least={1}
          onChange={(value) => change({ epochs: value })}
        />
        <NumberField
          label={t.seed}
          term="seed"
          value={seed}
          integer
          least={0}
          onChange={(value) => change({ seed: value })}
        />
        <NumberField
          label={t.validationShare}
          term="validationSet"
          value={Math.round(validation * 100)}
          integer
          least={0}
          most={90}
          steps={{ by: 5 }}
          onChange={(value) => setValidation(value)}
        />
      </div>
      {readOptimizer(optimizer) === null ? (
        <p class="small soft">
          {t.ownOptimizer} <code>{JSON.stringify(optimizer)}</code>
        </p>
      ) : null}
      <p class="small soft">
        {t.settingsNote} <Term name="hyperparameter">{t.hyperparameters}</Term>.
      </p>
    </section>
  );
}

function OptimizerFields() {
  const t = texts();
  const fields = readOptimizer(experiment.value.optimizer);
  const set = (part: Partial<typeof fields>): void => {
    if (fields !== null) change({ optimizer: writeOptimizer({ ...fields, ...part }) });
  };
  return (
    <>
      <Field label={t.optimizer} term="optimizer">
        {(attributes) => (
          <select
            {...attributes}
            value={fields?.name ?? ''}
            onChange={({ currentTarget }) => {
              const name = OPTIMIZER_NAMES.find((known) => known === currentTarget.value);
              if (name !== undefined) change({ optimizer: chosenOptimizer(name) });
            }}
          >
            {fields === null ? <option value="">{t.another}</option> : null}
            <option value="sgd">SGD</option>
            <option value="adam">Adam</option>
            <option value="adamW">AdamW</option>
          </select>
        )}
      </Field>
      {fields === null ? null : (
        <NumberField
          label={t.learningRate}
          term="learningRate"
          value={fields.lr}
          least={0}
          steps="decades"
          onChange={(lr) => set({ lr })}
        />
      )}
      {fields?.name === 'sgd' ? (
        <NumberField
          label={t.momentum}
          term="momentum"
          value={fields.momentum}
          least={0}
          below={1}
          steps={{ by: 0.1 }}
          onChange={(momentum) => set({ momentum })}
        />
      ) : null}
    </>
  );
}

function setValidation(percent: number): void {
  const { validation: _, ...rest } = experiment.peek();
  experiment.value = percent === 0 ? rest : { ...rest, validation: percent / 100 };
}
