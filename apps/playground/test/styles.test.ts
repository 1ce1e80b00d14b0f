import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), '../src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));

/** Classes that a file gives their looks: those with which a rule begins and ends. */
function ownClasses(file: string): readonly string[] {
  const text = readFileSync(join(SOURCES, file), 'utf8');
  return [...new Set([...text.matchAll(/^\.([a-z][\w-]*)(?: \{|,)/gm)].map(([, name]) => name as string))];
}

test('two files of styles do not mean different things by one class, as all of them hold for the whole page', () => {
  const owners = new Map<string, string[]>();
  for (const file of files) for (const name of ownClasses(file)) owners.set(name, [...(owners.get(name) ?? []), file]);
  expect(owners.size).toBeGreaterThan(50);
  expect([...owners].filter(([, where]) => where.length > 1)).toEqual([]);
});
