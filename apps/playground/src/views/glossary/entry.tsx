import { useEffect, useRef } from 'preact/hooks';
import { TERMS, type TermName } from '../../glossary/terms.ts';
import { LANGUAGE_NAMES, LANGUAGES, language } from '../../i18n/language.ts';
import { experiment } from '../../state/store.ts';
import { encodePlace } from '../../state/url.ts';
import { viewTitle } from '../titles.ts';
import { texts } from './messages.ts';

export interface EntryProps {
  readonly name: TermName;
  /** Whether a link leads here: the entry takes the focus. */
  readonly isWanted: boolean;
  readonly onRelated: (name: TermName) => void;
}

/** A term with its names and explanations, the language of the page first. */
export function Entry({ name, isWanted, onRelated }: EntryProps) {
  const id = `term-${name}`;
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isWanted) element.current?.focus();
  }, [isWanted]);
  const { name: names, says, formula, related, view } = TERMS[name];
  const order = [language.value, ...LANGUAGES.filter((one) => one !== language.value)];
  const t = texts();
  return (
    <article ref={element} class="entry" tabIndex={-1} aria-labelledby={id}>
      {order.map((one, index) => (
        <div key={one} lang={LANGUAGE_NAMES[one].tag}>
          <h3 id={index === 0 ? id : undefined}>{names[one]}</h3>
          <p>{says[one]}</p>
        </div>
      ))}
      <div class="entry-more">
        {formula === undefined ? null : <p class="term-formula">{formula}</p>}
        <p class="small">
          <span class="soft">{t.related}</span>{' '}
          {related.map((one) => (
            <button key={one} type="button" class="related" onClick={() => onRelated(one)}>
              {TERMS[one].name[language.value]}
            </button>
          ))}
          {view === undefined ? null : (
            <a class="entry-see" href={`#${encodePlace({ view, experiment: experiment.value })}`}>
              {t.see(viewTitle(view))}
            </a>
          )}
        </p>
      </div>
    </article>
  );
}
