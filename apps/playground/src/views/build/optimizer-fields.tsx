import type { ArgumentDescription } from '@descent/cli/config';
import { buildOptimizer } from '@descent/cli/config';
import { problemOf } from '../../session/problem.ts';
import type { Call } from '../../state/experiment.ts';
import { change, experiment } from '../../state/store.ts';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { ArgumentField } from './argument-field.tsx';
import { nameOf } from './arguments.ts';
import {
  describedOptimizer,
  OPTIMIZERS,
  optionOf,
  rateName,
  rateOf,
  SCHEDULES,
  withOptimizer,
  withOption,
  withRate,
  withSchedule,
} from './optimizer-call.ts';
import { recipeTexts } from './recipe-messages.ts';

/** The optimizer with its rate, its schedule and its other options, made from what core says that they are. */
export function OptimizerFields({ steps }: { readonly steps: number }) {
  const t = recipeTexts();
  const { optimizer } = experiment.value;
  const description = describedOptimizer(optimizer);
  const set = (next: Call): void => change({ optimizer: next });
  const problem = problemIn(optimizer);
  if (description === undefined) return <WholeOptimizer problem={problem} />;
  const { schedule, lr } = rateOf(optimizer);
  const chosen = SCHEDULES.find(({ name }) => schedule !== null && name === nameOf(schedule));
  const option = (argument: ArgumentDescription) => (
    <ArgumentField
      key={argument.name}
      argument={argument}
      value={optionOf(optimizer, argument.name)}
      onChange={(value) => set(withOption(optimizer, argument.name, value))}
    />
  );
  const others = description.options.filter(({ name }) => name !== 'lr');
  return (
    <>
      <Field label={t.optimizer} term="optimizer" problem={problem}>
        {(attributes) => (
          <select
            {...attributes}
            value={description.name}
            onChange={({ currentTarget: { value } }) => {
              const next = OPTIMIZERS.find(({ name }) => name === value);
              if (next !== undefined) set(withOptimizer(optimizer, next));
            }}
          >
            {OPTIMIZERS.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <NumberField
        label={t.lr}
        term="learningRate"
        value={lr}
        least={0}
        steps="decades"
        onChange={(value) => set(withRate(optimizer, value))}
      />
      <Field label={t.schedule} term="schedule">
        {(attributes) => (
          <select
            {...attributes}
            value={chosen?.name ?? ''}
            onChange={({ currentTarget: { value } }) =>
              set(withSchedule(optimizer, value === '' ? null : value, steps))
            }
          >
            <option value="">{t.constant}</option>
            {SCHEDULES.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {chosen === undefined || schedule === null
        ? null
        : chosen.options
            .filter(({ name }) => name !== rateName(chosen))
            .map((argument) => (
              <ArgumentField
                key={argument.name}
                argument={argument}
                value={optionOf(schedule, argument.name)}
                onChange={(value) => set(withOption(optimizer, 'lr', withOption(schedule, argument.name, value)))}
              />
            ))}
      {others.filter(({ kind, name }) => kind === 'share' || name === 'weightDecay').map(option)}
      <details class="argument-options whole-row">
        <summary>{t.more}</summary>
        <div class="arguments">
          {others.filter(({ kind, name }) => kind !== 'share' && name !== 'weightDecay').map(option)}
        </div>
      </details>
    </>
  );
}

/** An optimizer around another has no fields of its own. */
function WholeOptimizer({ problem }: { readonly problem: string | null }) {
  const argument: ArgumentDescription = {
    name: recipeTexts().whole,
    kind: 'optimizer',
    expected: '["clipped", 1, ["adam", { "lr": 0.001 }]]',
    isOptional: false,
    default: undefined,
  };
  return (
    <div class="whole-row">
      <ArgumentField
        argument={argument}
        value={experiment.value.optimizer}
        onChange={(value) => {
          if (typeof value === 'string' || Array.isArray(value)) change({ optimizer: value as unknown as Call });
        }}
      />
      {problem === null ? null : (
        <p class="field-note wrong" lang="en">
          {problem}
        </p>
      )}
    </div>
  );
}

function problemIn(optimizer: Call): string | null {
  try {
    buildOptimizer(optimizer);
    return null;
  } catch (error) {
    const { message, received, expected } = problemOf(error);
    return [message, received, expected].filter((part) => part !== undefined).join(' · ');
  }
}
