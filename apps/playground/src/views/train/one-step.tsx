import { useState } from 'preact/hooks';
import { Term } from '../../glossary/term.tsx';
import type { ParameterInfo, StepView, WeightView } from '../../session/protocol.ts';
import { run, stepOnce } from '../../session/run.ts';
import type { Call, Experiment } from '../../state/experiment.ts';
import { formatLoss, formatShare } from '../../transport/format.ts';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { texts } from './messages.ts';
import { readOptimizer } from './optimizer-call.ts';
import { formatNumber, formatWeight } from './weight-numbers.ts';

/** A step, and what the network was made of that made it. */
interface Made {
  readonly view: StepView;
  readonly of: Experiment;
}

/** One update on one batch in numbers: how a weight stood, what the batch said of it, and what the optimizer made of that. */
export function OneStep() {
  const t = texts();
  const [made, setMade] = useState<Made | null>(null);
  const [name, setName] = useState<string | null>(null);
  /** `null`: the weight with the largest gradient, whichever that is. */
  const [index, setIndex] = useState<readonly number[] | null>(null);
  const parameters = (run.opened.value?.parameters ?? []).filter(({ isTrained }) => isTrained);
  const parameter = parameters.find((one) => one.name === name) ?? parameters[0] ?? null;
  const isBusy = run.status.value === 'opening';
  const step = async (): Promise<void> => {
    const view = await stepOnce(parameter === null || index === null ? [] : [{ name: parameter.name, index }]);
    const of = run.trained.peek();
    if (view !== null && of !== null) setMade({ view, of });
  };
  // What was seen of a network that is gone says nothing of the one that is there.
  const view = made !== null && made.of === run.trained.value ? made.view : null;
  const weight = view?.weights.find((one) => one.name === parameter?.name) ?? null;
  return (
    <section class="card stack" aria-label={t.oneStep}>
      <div class="stack-small">
        <h2>{t.oneStep}</h2>
        <p class="soft">
          {t.oneStepSays} <Term name="step" /> · <Term name="gradient" /> · <Term name="backpropagation" />
        </p>
      </div>
      {parameter === null ? null : (
        <PlaceFields
          parameters={parameters}
          parameter={parameter}
          index={index}
          shown={weight?.index ?? null}
          onParameter={(chosen) => {
            setName(chosen);
            setIndex(null);
          }}
          onIndex={setIndex}
        />
      )}
      <div class="row">
        <button type="button" class="button" disabled={isBusy} onClick={() => void step()}>
          {t.makeStep}
        </button>
        {view === null ? null : (
          <span class="soft">
            {t.stepWas(view.step, view.samples, formatLoss(view.loss))}
            {view.accuracy === null ? '' : ` ${t.accuracyWas(formatShare(view.accuracy))}`}
          </span>
        )}
      </div>
      {weight === null ? (
        <p class="train-no-step soft">{t.noStep}</p>
      ) : (
        <Arithmetic weight={weight} optimizer={(made as Made).of.optimizer} />
      )}
    </section>
  );
}

function Arithmetic({ weight, optimizer }: { readonly weight: WeightView; readonly optimizer: Call }) {
  const t = texts();
  const { before, gradient, lr, after } = weight;
  const plain = readOptimizer(optimizer);
  const isPlain = plain?.name === 'sgd' && plain.momentum === 0;
  const direction = lr === 0 ? 0 : (before - after) / lr;
  const used = isPlain ? gradient : direction;
  return (
    <div class="stack-small">
      <dl class="train-step">
        <div>
          <dt>{t.weightBefore}</dt>
          <dd>{formatNumber(before)}</dd>
        </div>
        <div>
          <dt>{t.gradient}</dt>
          <dd>{formatNumber(gradient)}</dd>
        </div>
        <div>
          <dt>{t.learningRate}</dt>
          <dd>{formatNumber(lr)}</dd>
        </div>
        <div>
          <dt>{t.weightAfter}</dt>
          <dd>{formatNumber(after)}</dd>
        </div>
      </dl>
      <p class="train-formula">
        <code>{isPlain ? 'w ← w − lr · g' : 'w ← w − lr · d'}</code>
        <code>
          {formatNumber(before)} − {formatNumber(lr)} · {formatWeight(used)} = {formatNumber(after)}
        </code>
      </p>
      <p class="soft small">{isPlain ? t.plainUpdate : explanation(plain?.name ?? null)}</p>
      {gradient === 0 ? <p class="small">{t.zeroGradient}</p> : null}
    </div>
  );
}

function explanation(name: 'sgd' | 'adam' | 'adamW' | null): string {
  const t = texts();
  if (name === null) return t.ownUpdate;
  return name === 'sgd' ? t.momentumUpdate : name === 'adam' ? t.adamUpdate : t.adamWUpdate;
}

function PlaceFields(props: {
  readonly parameters: readonly ParameterInfo[];
  readonly parameter: ParameterInfo;
  readonly index: readonly number[] | null;
  /** Of the weight that was looked at. */
  readonly shown: readonly number[] | null;
  readonly onParameter: (name: string) => void;
  readonly onIndex: (index: readonly number[] | null) => void;
}) {
  const { parameters, parameter, index, shown, onParameter, onIndex } = props;
  const t = texts();
  const { name, shape } = parameter;
  const at = index ?? shown ?? shape.map(() => 0);
  return (
    <div class="train-fields">
      <Field label={t.parameter} term="parameter">
        {(attributes) => (
          <select {...attributes} value={name} onChange={({ currentTarget }) => onParameter(currentTarget.value)}>
            {parameters.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name} [{one.shape.join(', ')}]
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.whichWeight}>
        {(attributes) => (
          <select
            {...attributes}
            value={index === null ? 'largest' : 'index'}
            onChange={({ currentTarget }) => onIndex(currentTarget.value === 'index' ? at : null)}
          >
            <option value="largest">{t.largestGradient}</option>
            <option value="index">{t.byIndex}</option>
          </select>
        )}
      </Field>
      {shape.map((size, axis) => (
        <NumberField
          key={`${name} ${axis}`}
          label={t.axis(axis, size)}
          value={at[axis] ?? 0}
          disabled={index === null}
          integer
          least={0}
          most={size - 1}
          onChange={(value) => onIndex(at.map((i, a) => (a === axis ? value : i)))}
        />
      ))}
    </div>
  );
}
