import { useEffect, useRef } from 'preact/hooks';
import { DropTarget } from '../files/drop-target.tsx';
import { TermPopover } from '../glossary/popover.tsx';
import { LANGUAGE_NAMES, language } from '../i18n/language.ts';
import { UpdateNotice } from '../offline/update-notice.tsx';
import { view } from '../state/store.ts';
import { TransportBar } from '../transport/bar.tsx';
import { VIEWS } from '../views/all.ts';
import { AddressNotice } from './address-notice.tsx';
import { Header } from './header.tsx';
import { texts } from './messages.ts';
import { Navigation } from './navigation.tsx';
import './shell.css';

/** The whole page: what stands around the views, and the one that is shown. */
export function App() {
  const current = VIEWS.find(({ name }) => name === view.value);
  const { tag } = LANGUAGE_NAMES[language.value];
  const title = `${current?.title() ?? ''} · ${texts().brand}`;
  useEffect(() => {
    document.documentElement.lang = tag;
    document.title = title;
  }, [tag, title]);
  const shown = useRef(current);
  useEffect(() => {
    // Another view begins at its top, wherever one was in the last.
    if (shown.current !== current) scrollTo({ top: 0, behavior: 'instant' });
    shown.current = current;
  }, [current]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {texts().skip}
      </button>
      <Header />
      <TransportBar />
      <Navigation />
      <main id="content" tabIndex={-1} class="content">
        <AddressNotice />
        {current === undefined ? null : <current.Body key={current.name} />}
      </main>
      <TermPopover />
      <DropTarget />
      <UpdateNotice />
    </div>
  );
}
