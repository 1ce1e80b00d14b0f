import { useLayoutEffect, useState } from 'preact/hooks';
import type { TermName } from '../glossary/terms.ts';
import { Field } from './field.tsx';
import { texts } from './messages.ts';
import {
  type NumberLimits,
  type NumberProblem,
  type NumberSteps,
  readNumber,
  stepNumber,
  writeNumber,
} from './number-text.ts';

export interface NumberFieldProps extends NumberLimits {
  readonly label: string;
  readonly value: number;
  /** Called with valid numbers only: when the field is left, on Enter, and at each step of the arrow keys. */
  readonly onChange: (value: number) => void;
  /** What the arrow keys do; Page Up and Page Down take ten steps (a decade along decades). Default `{ by: 1 }`. */
  readonly steps?: NumberSteps;
  readonly term?: TermName;
  readonly hint?: string;
  readonly disabled?: boolean;
}

const PAGE_STEPS = 10;
const DECADE_STEPS = 3;

/** A number as text: what is typed stays as it is typed, and a text that is no number of this field says why. */
export function NumberField({
  label,
  value,
  onChange,
  steps = { by: 1 },
  term,
  hint,
  disabled,
  ...limits
}: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  // A value from outside, such as of a preset, replaces what was typed. As a layout effect: one that runs after the first paint would undo what is typed at once.
  useLayoutEffect(() => setDraft(null), [value]);
  const text = draft ?? writeNumber(value);
  const read = readNumber(text, limits);
  const problem = 'problem' in read ? `${explain(read.problem)} ${texts().kept(writeNumber(value))}` : null;

  const commit = (): void => {
    if ('problem' in read) return;
    setDraft(null);
    if (read.value !== value) onChange(read.value);
  };
  const step = (count: number): void => {
    const next = stepNumber('value' in read ? read.value : value, count, steps, limits);
    setDraft(null);
    if (next !== value) onChange(next);
  };
  const page = steps === 'decades' ? DECADE_STEPS : PAGE_STEPS;
  const keys: Readonly<Record<string, () => void>> = {
    ArrowUp: () => step(1),
    ArrowDown: () => step(-1),
    PageUp: () => step(page),
    PageDown: () => step(-page),
    Enter: commit,
    Escape: () => setDraft(null),
  };
  return (
    <Field
      label={label}
      problem={problem}
      {...(term === undefined ? {} : { term })}
      {...(hint === undefined ? {} : { hint })}
    >
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          inputMode={limits.integer === true ? 'numeric' : 'decimal'}
          autoComplete="off"
          spellcheck={false}
          value={text}
          disabled={disabled ?? false}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            const act = keys[event.key];
            if (act === undefined || event.isComposing) return;
            // Enter still submits a form, and Escape still closes a dialog where there is nothing to undo.
            if (event.key !== 'Enter' && !(event.key === 'Escape' && draft === null)) event.preventDefault();
            act();
          }}
        />
      )}
    </Field>
  );
}

function explain(problem: NumberProblem): string {
  const t = texts();
  return 'limit' in problem ? t[problem.reason](writeNumber(problem.limit)) : t[problem.reason];
}
