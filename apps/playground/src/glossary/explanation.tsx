import { LANGUAGE_NAMES, LANGUAGES, language } from '../i18n/language.ts';
import { experiment } from '../state/store.ts';
import { encodePlace } from '../state/url.ts';
import { viewTitle } from '../views/titles.ts';
import type { ViewName } from '../views/view.ts';
import { texts } from './messages.ts';
import { TERMS, type TermName } from './terms.ts';

export interface ExplanationProps {
  readonly name: TermName;
  readonly onRelated: (name: TermName) => void;
  /** Called where a link leads to another view. */
  readonly onLeave: () => void;
}

/** What a term means, in the page's language, under its names in both. */
export function Explanation({ name, onRelated, onLeave }: ExplanationProps) {
  const { name: names, says, formula, related, view } = TERMS[name];
  const others = LANGUAGES.filter((one) => one !== language.value);
  const t = texts();
  return (
    <div class="stack-small">
      <p>
        <strong>{names[language.value]}</strong>{' '}
        {others.map((one) => (
          <span key={one} lang={LANGUAGE_NAMES[one].tag} class="soft">
            {names[one]}
          </span>
        ))}
      </p>
      <p>{says[language.value]}</p>
      {formula === undefined ? null : <p class="term-formula">{formula}</p>}
      {related.length === 0 ? null : (
        <p class="small">
          <span class="soft">{t.related}</span>{' '}
          {related.map((one) => (
            <button key={one} type="button" class="related" onClick={() => onRelated(one)}>
              {TERMS[one].name[language.value]}
            </button>
          ))}
        </p>
      )}
      <p class="small row">
        {view === undefined ? null : (
          <a href={address(view)} onClick={onLeave}>
            {t.see(viewTitle(view))}
          </a>
        )}
        <a href={address('glossary')} onClick={onLeave}>
          {t.inGlossary}
        </a>
      </p>
    </div>
  );
}

function address(view: ViewName): string {
  return `#${encodePlace({ view, experiment: experiment.value })}`;
}
