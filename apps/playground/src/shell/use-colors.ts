import { useEffect, useState } from 'preact/hooks';
import { theme } from './theme.ts';

/** Changes when the page becomes dark or light, whoever asks for it: what is drawn in colours of the page is then drawn again. */
export function useColors(): string {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const take = (): void => setDark(query.matches);
    query.addEventListener('change', take);
    return () => query.removeEventListener('change', take);
  }, []);
  return `${theme.value} ${isDark}`;
}
