import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The blocks of code under a heading of docs/bundlers.md that are in a language, in order. Throws when there is none. */
export function codeOf(heading: string, language: 'sh' | 'js' | 'html'): readonly string[] {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/bundlers.md', import.meta.url)), 'utf8');
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, named, code = '']) =>
    named === language ? [code] : [],
  );
  if (blocks.length === 0) throw new Error(`docs/bundlers.md has no ${language} under '${heading}'`);
  return blocks;
}
