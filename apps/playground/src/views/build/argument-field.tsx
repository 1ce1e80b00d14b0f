import type { ArgumentDescription } from '@descent/cli/config';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Field } from '../../ui/field.tsx';
import { stepNumber } from '../../ui/number-text.ts';
import { readArgument, writeArgument } from './argument-text.ts';
import { argumentText } from './layer-texts.ts';
import { texts } from './messages.ts';

export interface ArgumentFieldProps {
  readonly argument: ArgumentDescription;
  /** `undefined` where it is left out. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Kinds that need room: calls, and whatever else is JSON. */
const WIDE: readonly string[] = [
  'layer',
  'layers',
  'loss',
  'metric',
  'term',
  'optimizer',
  'parts',
  'any',
  'list',
  'groups',
];
const COUNTED: readonly string[] = ['count', 'whole', 'size', 'padding'];
const PADDINGS: readonly unknown[] = ['valid', 'same', 1, 2, 3];

/** One argument of a call, as its kind asks for it. An empty field leaves it out, and shows what is then taken. */
export function ArgumentField({ argument, value, onChange }: ArgumentFieldProps) {
  if (argument.kind === 'flag') return <FlagField argument={argument} value={value} onChange={onChange} />;
  if (argument.kind === 'padding') return <PaddingField argument={argument} value={value} onChange={onChange} />;
  if (argument.kind === 'choice') return <ChoiceField argument={argument} value={value} onChange={onChange} />;
  return <TextField argument={argument} value={value} onChange={onChange} />;
}

function TextField({ argument, value, onChange }: ArgumentFieldProps) {
  const { kind, name } = argument;
  const [draft, setDraft] = useState<string | null>(null);
  const written = writeArgument(kind, value);
  // A value from outside, such as of a fix, replaces what was typed.
  useLayoutEffect(() => setDraft(null), [written]);
  const text = draft ?? written;
  const read = readArgument(kind, text);
  const commit = (): void => {
    if (draft === null || 'wrong' in read) return;
    setDraft(null);
    if (JSON.stringify(read.value) !== JSON.stringify(value)) onChange(read.value);
  };
  const step = (count: number): void => {
    const now = 'value' in read ? (read.value ?? argument.default) : value;
    if (typeof now !== 'number') return;
    setDraft(null);
    const steps = COUNTED.includes(kind) ? ({ by: 1 } as const) : 'decades';
    onChange(stepNumber(now, count, steps, kind === 'count' || kind === 'size' ? { least: 1 } : {}));
  };
  const problem = 'wrong' in read ? `${texts().notRead} ${argument.expected}` : null;
  const hint = argument.isOptional ? writeArgument(kind, argument.default) : '';
  return (
    <div class={WIDE.includes(kind) ? 'argument wide' : 'argument'}>
      <Field label={argumentText(name)} problem={problem}>
        {(attributes) => (
          <input
            {...attributes}
            type="text"
            autoComplete="off"
            spellcheck={false}
            inputMode={COUNTED.includes(kind) && kind !== 'size' ? 'numeric' : 'text'}
            placeholder={hint === '' && name === 'stride' ? texts().asKernel : hint}
            value={text}
            onInput={({ currentTarget }) => setDraft(currentTarget.value)}
            onBlur={commit}
            onKeyDown={(event) => {
              if (event.altKey || event.isComposing) return;
              if (event.key === 'Enter') commit();
              if (event.key === 'Escape') setDraft(null);
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              step(event.key === 'ArrowUp' ? 1 : -1);
            }}
          />
        )}
      </Field>
    </div>
  );
}

function FlagField({ argument, value, onChange }: ArgumentFieldProps) {
  const isOn = (value ?? argument.default) === true;
  return (
    <div class="argument">
      <Field label={argumentText(argument.name)}>
        {(attributes) => (
          <input
            {...attributes}
            type="checkbox"
            checked={isOn}
            onChange={({ currentTarget: { checked } }) => onChange(checked === argument.default ? undefined : checked)}
          />
        )}
      </Field>
    </div>
  );
}

function ChoiceField({ argument, value, onChange }: ArgumentFieldProps) {
  return (
    <div class="argument">
      <Field label={argumentText(argument.name)}>
        {(attributes) => (
          <select
            {...attributes}
            value={String(value ?? argument.default)}
            onChange={({ currentTarget: { value: chosen } }) =>
              onChange(chosen === argument.default ? undefined : chosen)
            }
          >
            {(argument.choices ?? []).map((word) => (
              <option key={word} value={word}>
                {word}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

function PaddingField({ argument, value, onChange }: ArgumentFieldProps) {
  const shown = value === 0 ? 'valid' : (value ?? 'valid');
  const known = PADDINGS.some((one) => one === shown) ? PADDINGS : [...PADDINGS, shown];
  return (
    <div class="argument">
      <Field label={argumentText(argument.name)}>
        {(attributes) => (
          <select
            {...attributes}
            value={JSON.stringify(shown)}
            onChange={({ currentTarget }) => {
              const chosen = JSON.parse(currentTarget.value) as unknown;
              onChange(chosen === 'valid' ? undefined : chosen);
            }}
          >
            {known.map((one) => (
              <option key={JSON.stringify(one)} value={JSON.stringify(one)}>
                {typeof one === 'string' ? one : writeArgument('padding', one)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
