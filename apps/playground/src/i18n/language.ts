import { type Signal, signal } from '@preact/signals';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How each language calls itself, and its tag in HTML. */
export const LANGUAGE_NAMES: Readonly<Record<Language, { readonly name: string; readonly tag: string }>> = {
  en: { name: 'English', tag: 'en' },
  zh: { name: '中文', tag: 'zh-Hans' },
};

const KEY = 'descent-playground-language';

/** None where there is no browser, as in tests of what imports texts. */
const LANGUAGES_OF_BROWSER: readonly string[] = globalThis.navigator?.languages ?? [];

/** The language of the page: what was chosen here before, else the first of the browser's languages that we have. */
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  const isOurs = (name: string): name is Language => (LANGUAGES as readonly string[]).includes(name);
  if (stored !== null && isOurs(stored)) return stored;
  return browser.map((tag) => tag.toLowerCase().split('-')[0] as string).find(isOurs) ?? 'en';
}

export const language: Signal<Language> = signal(preferredLanguage(read(), LANGUAGES_OF_BROWSER));

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A page without storage forgets the choice, and works.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
