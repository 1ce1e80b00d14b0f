import { useCallback, useEffect, useState } from 'preact/hooks';
import { formatView, parseView, type View } from '../src/board/view/view.ts';

/** Changes some of a view. */
export type Change = (part: Partial<View>) => void;

/** How people look at the board, kept in the address. */
export function useView(): readonly [View, Change] {
  const [view, setView] = useState(() => parseView(location.hash.slice(1)));
  useEffect(() => {
    const read = (): void => setView(parseView(location.hash.slice(1)));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  useEffect(() => {
    const words = formatView(view);
    history.replaceState(null, '', words === '' ? location.pathname : `#${words}`);
  }, [view]);
  const change = useCallback((part: Partial<View>) => setView((before) => ({ ...before, ...part })), []);
  return [view, change];
}
