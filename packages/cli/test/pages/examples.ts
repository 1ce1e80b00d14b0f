import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCS = fileURLToPath(new URL('../../../../docs/commands/', import.meta.url));

/** Every example of the pages of the commands, each once. */
export function pageExamples(): readonly string[] {
  const lines = readdirSync(DOCS).flatMap((file) =>
    readFileSync(`${DOCS}${file}`, 'utf8')
      .split('\n')
      .flatMap((line) => /^ {2}\$ (.*)$/.exec(line)?.slice(1) ?? []),
  );
  return [...new Set(lines)];
}
