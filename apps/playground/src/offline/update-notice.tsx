import { texts } from './messages.ts';
import { update } from './register.ts';

/** Offers a later version of the page, which nobody has to take now. */
export function UpdateNotice() {
  const take = update.value;
  const t = texts();
  return (
    <div role="status">
      {take === null ? null : (
        <p class="update-notice small">
          <span>
            {t.ready} <span class="soft">{t.loses}</span>
          </span>
          <button type="button" class="button" onClick={take}>
            {t.reload}
          </button>
        </p>
      )}
    </div>
  );
}
