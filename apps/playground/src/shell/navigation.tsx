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
          onClick={(event) => {
            // The address follows. Read from it, the view would come a moment later, and undo what is typed until then.
            if (isElsewhere(event)) return;
            event.preventDefault();
            view.value = name;
          }}
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

/** Whether a click opens a tab or a window of its own, or saves the link. */
function isElsewhere({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button !== 0 || ctrlKey || metaKey || shiftKey || altKey;
}
