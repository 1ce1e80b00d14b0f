import { type Signal, signal } from '@preact/signals';
import { TermList } from '../../glossary/term-list.tsx';
import type { View } from '../view.ts';
import { SECTIONS } from './all-sections.ts';
import './inside.css';
import { useAsync } from '../../ui/use-async.ts';
import { texts } from './messages.ts';
import type { Section, SectionName } from './section.ts';

/** The section that is open; it stays open when another view is looked at in between. */
const open: Signal<SectionName> = signal(SECTIONS[0]?.name as SectionName);

function Body() {
  const t = texts();
  const current = SECTIONS.find(({ name }) => name === open.value);
  return (
    <div class="inside">
      <h1>{t.title}</h1>
      <nav class="inside-index" aria-label={t.sections}>
        {SECTIONS.map(({ name, title }) => (
          <button
            key={name}
            type="button"
            aria-current={name === open.value ? 'true' : undefined}
            onClick={() => {
              open.value = name;
            }}
          >
            {title()}
          </button>
        ))}
      </nav>
      {current === undefined ? null : <Opened key={current.name} section={current} />}
    </div>
  );
}

function Opened({ section }: { readonly section: Section }) {
  const { value, error } = useAsync(section.load, [section]);
  const t = texts();
  return (
    <section class="inside-section stack" aria-labelledby="inside-section-title">
      <div class="stack inside-lead">
        <h2 id="inside-section-title">{section.title()}</h2>
        <p class="soft">{section.lead()}</p>
        <TermList names={section.terms} />
      </div>
      {value !== null ? <value.Body /> : <p class="soft">{error === null ? t.loading : t.failed(error.message)}</p>}
    </section>
  );
}

export const view: View = {
  name: 'inside',
  title: () => texts().title,
  icon: <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20M8 10.5h5M10.5 8v5" />,
  Body,
};
