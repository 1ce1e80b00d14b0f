import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** Code of a document that stands in a file, too, where it is tested. */
const copies = [
  ...readFileSync(new URL('docs/models.md', ROOT), 'utf8').matchAll(/<!-- (\S+) -->\n```ts\n([\s\S]*?)```/g),
];

test('docs/models.md shows five networks', () => {
  expect(copies).toHaveLength(5);
});

test.each(copies.map(([, file = '', code = '']) => [file, code] as const))(
  'docs/models.md shows %s as it is',
  (file, code) => {
    expect(code).toBe(readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8'));
  },
);

test.each(copies.map(([, file = '', code = '']) => [file, code] as const))(
  '%s has under 25 lines of code',
  (_, code) => {
    const lines = code.split('\n').filter((line) => !/^\s*(?:$|\/\/|\/\*\*.*\*\/$)/.test(line));
    expect(lines.length).toBeLessThan(25);
  },
);
