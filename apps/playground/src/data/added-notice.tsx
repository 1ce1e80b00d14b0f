import { Notice } from '../ui/notice.tsx';
import { MOST_PICTURES } from './limits.ts';
import { counted, texts } from './messages.ts';
import type { Added } from './pictures.ts';

/** So many files are named. */
const NAMED = 20;

/** What was left out, by name; nothing where all was taken. */
export function AddedNotice({ added: { added, broken, tooMany, others, isCut } }: { readonly added: Added }) {
  const t = texts();
  const isAll = broken.length === 0 && tooMany === 0 && others === 0 && !isCut;
  if (isAll && added > 0) return null;
  return (
    <Notice
      kind={added > 0 && broken.length === 0 && tooMany === 0 && !isCut ? 'info' : 'warn'}
      {...(broken.length > 0 && { title: t.broken })}
    >
      {broken.length === 0 ? null : (
        <ul class="broken small">
          {broken.slice(0, NAMED).map(({ name, reason }, i) => (
            <li key={i}>
              <strong>{name}</strong>: {reason}
            </li>
          ))}
          {broken.length > NAMED ? <li>{t.more(counted(broken.length - NAMED))}</li> : null}
        </ul>
      )}
      {tooMany === 0 ? null : <p class="small">{t.tooMany(counted(tooMany), counted(MOST_PICTURES))}</p>}
      {others === 0 ? null : <p class="small">{t.leftOut(counted(others))}</p>}
      {isCut ? <p class="small">{t.cut}</p> : null}
      {added === 0 && broken.length === 0 && tooMany === 0 ? <p class="small">{t.nothingFound}</p> : null}
    </Notice>
  );
}
