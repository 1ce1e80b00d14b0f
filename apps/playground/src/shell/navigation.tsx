import { experiment, view } from '../state/store.ts';
import { encodePlace } from '../state/url.ts';
import { VIEWS } from '../views/all.ts';
import { texts } from './messages.ts';

/** Links to the views, each with the whole state: one can be opened in a tab of its own. */
export function Navigation() {
  return (
    <nav class="navigation" aria-label={texts().places}>
      {VIEWS.map(({ name, title, icon }) => (
        <a
          key={name}
          href={`#${encodePlace({ view: name, experiment: experiment.value })}`}
          aria-current={view.value === name ? 'page' : undefined}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            {icon}
          </svg>
          <span>{title()}</span>
        </a>
      ))}
    </nav>
  );
}
