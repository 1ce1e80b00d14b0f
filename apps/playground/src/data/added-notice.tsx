import { Notice } from '../ui/notice.tsx';
import { MOST_PICTURES } from './limits.ts';
import { counted, texts } from './messages.ts';
import type { Added } from './pictures.ts';

/** What was left out, by name; nothing where all was taken. */
export function AddedNotice({ added: { added, broken, tooMany } }: { readonly added: Added }) {
  const t = texts();
  if (broken.length === 0 && tooMany === 0 && added > 0) return null;
  return (
    <Notice kind="warn" {...(broken.length > 0 && { title: t.broken })}>
      {broken.length === 0 ? null : (
        <ul class="broken small">
          {broken.map(({ name, reason }, i) => (
            <li key={i}>
              <strong>{name}</strong>: {reason}
            </li>
          ))}
        </ul>
      )}
      {tooMany === 0 ? null : <p class="small">{t.tooMany(counted(tooMany), counted(MOST_PICTURES))}</p>}
      {added === 0 && broken.length === 0 && tooMany === 0 ? <p class="small">{t.nothingFound}</p> : null}
    </Notice>
  );
}
