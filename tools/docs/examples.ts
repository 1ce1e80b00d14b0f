import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A program in a block of Markdown. */
export interface Example {
  readonly file: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly code: string;
  /** Whether it is marked as one that runs, and prints something. */
  readonly runs: boolean;
}

/**
 * The blocks that begin with three backticks and `ts`, which compile, or `ts run`, which run as well, in order; `ts excerpt` is not whole.
 * Throws when one is not closed.
 */
export function examplesIn(markdown: string, file: string): Example[] {
  const lines = markdown.split('\n');
  const examples: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    const mark = /^```ts( run)?\s*$/.exec(lines[i] as string);
    if (mark === null) continue;
    const end = lines.findIndex((text, at) => at > i && text.trimEnd() === '```');
    if (end < 0) throw new SyntaxError(`${file}:${i + 1}: the block has no end`);
    examples.push({ file, line: i + 2, code: `${lines.slice(i + 1, end).join('\n')}\n`, runs: mark[1] !== undefined });
    i = end;
  }
  return examples;
}

/** All examples of README, docs, and each package's README. */
export function documentedExamples(): Example[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const packages = readdirSync(join(ROOT, 'packages'));
  const readmes = packages.filter((name) => readdirSync(join(ROOT, 'packages', name)).includes('README.md'));
  const documents = [
    'README.md',
    ...docs.filter((file) => file.endsWith('.md')).map((file) => join('docs', file)),
    ...readmes.map((name) => join('packages', name, 'README.md')),
  ];
  return documents.flatMap((file) => examplesIn(readFileSync(join(ROOT, file), 'utf8'), file));
}
