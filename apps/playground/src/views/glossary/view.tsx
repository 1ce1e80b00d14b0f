import { useState } from 'preact/hooks';
import { findTerms } from '../../glossary/find.ts';
import type { TermName } from '../../glossary/terms.ts';
import type { View } from '../view.ts';
import { Entry } from './entry.tsx';
import { texts } from './messages.ts';
import './glossary-view.css';

function Body() {
  const [text, setText] = useState('');
  const [wanted, setWanted] = useState<TermName | null>(null);
  const t = texts();
  const found = findTerms(text);
  const count = found.reduce((sum, { names }) => sum + names.length, 0);
  const show = (name: TermName): void => {
    setText('');
    setWanted(name);
  };
  return (
    <div class="stack">
      <div class="glossary-head">
        <h1>{t.title}</h1>
        <search class="field">
          <label for="glossary-search">{t.search}</label>
          <input
            id="glossary-search"
            type="search"
            value={text}
            onInput={({ currentTarget }) => {
              setWanted(null);
              setText(currentTarget.value);
            }}
          />
        </search>
        <p class="soft small" role="status">
          {count === 0 ? t.none(text) : t.count(count)}
        </p>
      </div>
      {found.map(({ group, names }) => (
        <section key={group} class="glossary-group" aria-labelledby={`group-${group}`}>
          <h2 id={`group-${group}`}>{t[group]}</h2>
          <div class="card entries">
            {names.map((name) => (
              <Entry key={name} name={name} onRelated={show} isWanted={name === wanted} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

export const view: View = {
  name: 'glossary',
  title: () => texts().title,
  icon: <path d="M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6" />,
  Body,
};
