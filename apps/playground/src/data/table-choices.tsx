import type { CsvData } from '../state/experiment.ts';
import { Field } from '../ui/field.tsx';
import { texts } from './messages.ts';
import { inputsOf, isLikelyInput, likelyTask, type TableFacts } from './table-facts.ts';

export interface TableChoicesProps {
  readonly data: CsvData;
  readonly facts: TableFacts;
  readonly onChange: (data: CsvData) => void;
}

/** Which column is to be predicted, and what it holds. */
export function TableChoices({ data, facts, onChange }: TableChoicesProps) {
  const t = texts();
  const column = facts.columns.find(({ name }) => name === data.target);
  const predict = (target: string): void => {
    const chosen = facts.columns.find(({ name }) => name === target);
    if (chosen === undefined) return;
    const { features: _, oneHot: __, missing: ___, ...rest } = data;
    const inputs = inputsOf(facts, target, (one) => isLikelyInput(one, facts));
    onChange({ ...rest, target, task: likelyTask(chosen), ...inputs });
  };
  const { task = 'classification' } = data;
  return (
    <>
      <Field label={t.target} term="label">
        {(attributes) => (
          <select {...attributes} value={data.target} onChange={({ currentTarget }) => predict(currentTarget.value)}>
            {facts.columns.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="field">
        <span>{t.task}</span>
        <fieldset class="segments" aria-label={t.task}>
          {(['classification', 'regression'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={task === one}
              // Texts are no numbers to predict.
              disabled={one === 'regression' && column?.type === 'string'}
              onClick={() => onChange({ ...data, task: one })}
            >
              {t[one]}
            </button>
          ))}
        </fieldset>
      </div>
    </>
  );
}
