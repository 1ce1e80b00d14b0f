import type { CallDescription } from '@descent/cli/config';
import type { Call } from '../../state/experiment.ts';
import { ArgumentField } from './argument-field.tsx';
import { argumentOf, nameOf, withArgument } from './arguments.ts';
import { texts } from './messages.ts';

export interface ArgumentsFormProps {
  readonly call: Call;
  readonly description: CallDescription;
  readonly onChange: (call: Call) => void;
}

/** The arguments of a call as fields, and its options behind a word: made from what core says it takes. */
export function ArgumentsForm({ call, description, onChange }: ArgumentsFormProps) {
  const { args, options, rest } = description;
  if (rest !== null) return <RestForm call={call} description={description} onChange={onChange} />;
  if (args.length === 0 && options.length === 0) return null;
  const field = (argument: (typeof args)[number]) => (
    <ArgumentField
      key={argument.name}
      argument={argument}
      value={argumentOf(call, description, argument.name)}
      onChange={(value) => onChange(withArgument(call, description, argument.name, value))}
    />
  );
  const isSet = options.some(({ name }) => argumentOf(call, description, name) !== undefined);
  return (
    <div class="arguments">
      {args.map(field)}
      {options.length === 0 ? null : (
        <details class="argument-options" open={isSet}>
          <summary>{texts().options}</summary>
          <div class="arguments">{options.map(field)}</div>
        </details>
      )}
    </div>
  );
}

/** Any number of layers, as a list of calls. */
function RestForm({ call, description, onChange }: ArgumentsFormProps) {
  const name = nameOf(call);
  const given = typeof call === 'string' ? [] : call.slice(1);
  return (
    <div class="arguments">
      <ArgumentField
        argument={{
          name: 'layers',
          kind: 'any',
          expected: description.rest?.expected ?? '',
          isOptional: false,
          default: undefined,
        }}
        value={given}
        onChange={(value) => onChange([name, ...(Array.isArray(value) ? (value as unknown[]) : [value])])}
      />
    </div>
  );
}
