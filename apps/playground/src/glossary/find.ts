import { hasWords, wordsOf } from '../ui/search-text.ts';
import type { TermEntry } from './entry.ts';
import { TERM_GROUPS, TERMS, type TermGroup, type TermName } from './terms.ts';

export interface FoundGroup {
  readonly group: TermGroup;
  readonly names: readonly TermName[];
}

/** The terms that have every word of `text` in a name or an explanation, in either language; terms with it in a name come first. */
export function findTerms(text: string): readonly FoundGroup[] {
  const words = wordsOf(text);
  const isIn = (texts: readonly string[]): boolean => hasWords(words, texts);
  return TERM_GROUPS.map(([group, names]) => {
    const named = names.filter((name) => isIn(namesOf(TERMS[name])));
    const told = names.filter((name) => !named.includes(name) && isIn(textsOf(TERMS[name])));
    return { group, names: [...named, ...told] };
  }).filter(({ names }) => names.length > 0);
}

function namesOf({ name }: TermEntry): readonly string[] {
  return [name.en, name.zh];
}

function textsOf(entry: TermEntry): readonly string[] {
  return [...namesOf(entry), entry.says.en, entry.says.zh, entry.formula ?? ''];
}
