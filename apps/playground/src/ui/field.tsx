import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { TermMark } from '../glossary/term.tsx';
import type { TermName } from '../glossary/terms.ts';

/** What a control inside a field must carry, so that its label and its notes are read out with it. */
export interface ControlAttributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': 'true' | undefined;
}

export interface FieldProps {
  readonly label: string;
  /** A mark beside the label explains this term. */
  readonly term?: TermName;
  readonly hint?: ComponentChildren;
  /** Why the value is not taken. */
  readonly problem?: string | null;
  readonly children: (attributes: ControlAttributes) => JSX.Element;
}

/** A labelled control with a hint, or with what is wrong about its value. */
export function Field({ label, term, hint, problem, children }: FieldProps) {
  const id = useId();
  const note = problem ?? hint;
  const attributes: ControlAttributes = {
    id,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    'aria-invalid': problem === undefined || problem === null ? undefined : 'true',
  };
  return (
    <div class="field">
      <div class="field-label">
        <label for={id}>{label}</label>
        {term === undefined ? null : <TermMark name={term} />}
      </div>
      {children(attributes)}
      {note === undefined ? null : (
        <p id={`${id}-note`} class={attributes['aria-invalid'] === undefined ? 'field-note' : 'field-note wrong'}>
          {note}
        </p>
      )}
    </div>
  );
}
