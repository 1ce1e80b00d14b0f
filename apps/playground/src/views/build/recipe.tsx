import { describeCalls } from '@descent/cli/config';
import { run } from '../../session/run.ts';
import { change, experiment } from '../../state/store.ts';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { nameOf } from './arguments.ts';
import { dataShape } from './editing.ts';
import { OptimizerFields } from './optimizer-fields.tsx';
import { recipeTexts } from './recipe-messages.ts';

/** Losses of one output; those that take several by name are none for a network of the page. */
const LOSSES = describeCalls('loss').filter(
  ({ args, rest, options }) =>
    args.length === 0 && rest === null && options.every(({ isOptional, kind }) => isOptional && kind !== 'name'),
);

/** Samples of the sample set, while it is not known how many there are. */
const USUAL_SAMPLES = 10_000;

/** How many updates the training of the page makes: exactly when the data were opened, else nearly. */
function stepsOfTraining(): number {
  const { batchSize, epochs, validation = 0 } = experiment.value;
  const opened = run.opened.value;
  const samples = opened === null ? USUAL_SAMPLES * (1 - validation) : opened.trainSamples;
  return Math.max(1, epochs * Math.ceil(samples / batchSize));
}

/** How the network is trained. */
export function Recipe() {
  return (
    <section class="card recipe stack" aria-labelledby="recipe-title">
      <h2 id="recipe-title">{recipeTexts().title}</h2>
      <div class="recipe-fields">
        <RecipeFields />
      </div>
    </section>
  );
}

/** Fields for optimizer, loss, batches, epochs and seed. */
export function RecipeFields() {
  const t = recipeTexts();
  const { loss, batchSize, epochs, seed } = experiment.value;
  const automatic = dataShape.value?.task === 'regression' ? 'mse' : 'crossEntropy';
  const chosen = loss === undefined ? '' : nameOf(loss);
  const isListed = chosen === '' || LOSSES.some(({ name }) => name === chosen);
  return (
    <>
      <OptimizerFields steps={stepsOfTraining()} />
      <Field label={t.loss} term="loss">
        {(attributes) => (
          <select
            {...attributes}
            value={chosen}
            onChange={({ currentTarget: { value } }) => {
              const { loss: _, ...others } = experiment.peek();
              experiment.value = value === '' ? others : { ...others, loss: value };
            }}
          >
            <option value="">{t.automatic(automatic)}</option>
            {LOSSES.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            {isListed ? null : <option value={chosen}>{chosen}</option>}
          </select>
        )}
      </Field>
      <NumberField
        label={t.batchSize}
        term="batch"
        value={batchSize}
        integer
        least={1}
        steps={{ by: 8 }}
        onChange={(value) => change({ batchSize: value })}
      />
      <NumberField
        label={t.epochs}
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
    </>
  );
}
