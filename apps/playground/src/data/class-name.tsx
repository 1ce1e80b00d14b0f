import { useState } from 'preact/hooks';
import { Field } from '../ui/field.tsx';
import { changeKept, kept } from './kept.ts';
import { type KeptSet, NOTHING_KEPT, renaming } from './kept-values.ts';
import { texts } from './messages.ts';
import { type NameProblem, nameProblem } from './names.ts';

/** The name of a class, which can be changed. What is typed is taken when the field is left, or on Enter. */
export function ClassName({ set, name }: { readonly set: KeptSet; readonly name: string }) {
  const t = texts();
  const [draft, setDraft] = useState<string | null>(null);
  const others = set.classes.filter((one) => one !== name);
  const problem = draft === null ? null : nameProblem(draft.trim(), others);
  const explained: Readonly<Record<NameProblem, string>> = {
    empty: t.nameEmpty,
    long: t.nameLong,
    characters: t.nameCharacters,
    taken: t.nameTaken,
  };
  const commit = (): void => {
    if (draft === null || problem !== null) return;
    setDraft(null);
    if (draft.trim() !== name) void changeKept(renaming(kept.peek() ?? NOTHING_KEPT, set, name, draft.trim()));
  };
  return (
    <Field label={t.className} problem={problem === null ? null : explained[problem]}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          autoComplete="off"
          value={draft ?? name}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.isComposing) commit();
            if (event.key === 'Escape') setDraft(null);
          }}
        />
      )}
    </Field>
  );
}
