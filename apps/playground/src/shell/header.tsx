import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, language } from '../i18n/language.ts';
import { texts } from './messages.ts';
import { THEMES, theme } from './theme.ts';

export function Header() {
  const t = texts();
  return (
    <header class="header">
      <div class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <g fill="none" stroke="currentColor" stroke-width="1.6">
            <ellipse cx="16" cy="16" rx="14" ry="12" opacity=".4" />
            <ellipse cx="17.3" cy="17.3" rx="9.3" ry="7.8" opacity=".7" />
            <ellipse cx="18.6" cy="18.6" rx="4.6" ry="3.7" />
          </g>
          <circle cx="18.6" cy="18.6" r="1.7" fill="currentColor" />
        </svg>
        <span>{t.brand}</span>
      </div>
      <div class="preferences">
        <label class="compact">
          <span class="visually-hidden">{t.theme}</span>
          <select
            value={theme.value}
            title={t.themes}
            onChange={({ currentTarget }) => {
              theme.value = THEMES.find((name) => name === currentTarget.value) ?? 'system';
            }}
          >
            {THEMES.map((name) => (
              <option key={name} value={name}>
                {t[name]}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="segments" aria-label={t.language}>
          {LANGUAGES.map((one) => (
            <button
              key={one}
              type="button"
              lang={LANGUAGE_NAMES[one].tag}
              aria-pressed={language.value === one}
              onClick={() => chooseLanguage(one)}
            >
              {LANGUAGE_NAMES[one].name}
            </button>
          ))}
        </fieldset>
      </div>
    </header>
  );
}
