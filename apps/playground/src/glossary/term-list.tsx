import { Term } from './term.tsx';
import type { TermName } from './terms.ts';

/** The words of the glossary that a part of the page is about. */
export function TermList({ names }: { readonly names: readonly TermName[] }) {
  return (
    <div class="row term-list small">
      {names.map((name) => (
        <Term key={name} name={name} />
      ))}
    </div>
  );
}
