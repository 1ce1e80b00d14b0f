/** A text in English with `{}` where something stands in it, and the same in Chinese with `{1}`, `{2}` … for what stood there. */
export type Template = readonly [en: string, zh: string];

/** Puts texts that come ready-made, such as those of core, into Chinese, by templates; `null` for one that none of them fits. */
export function byTemplates(templates: readonly Template[]): (text: string) => string | null {
  const compiled = templates.map(
    ([en, zh]) => [new RegExp(`^${en.split('{}').map(escaped).join('(.+?)')}$`), zh] as const,
  );
  return (text) => {
    for (const [pattern, zh] of compiled) {
      const found = pattern.exec(text);
      if (found !== null) return zh.replace(/\{(\d)\}/g, (_, place: string) => found[Number(place)] ?? '');
    }
    return null;
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
