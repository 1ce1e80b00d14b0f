import { expect, test } from 'vitest';
import { TERM_GROUPS, TERMS, type TermName } from '../src/glossary/terms.ts';

const names = Object.keys(TERMS) as TermName[];

test('each term is in one group', () => {
  const grouped = TERM_GROUPS.flatMap(([, group]) => group);
  expect(grouped.toSorted()).toEqual(names.toSorted());
});

test.each(names)('%s is explained in both languages, in one to three sentences', (name) => {
  const { says, related } = TERMS[name];
  const english = says.en.split(/\.(?:\s|$)/).filter((sentence) => sentence !== '');
  expect(english.length).toBeLessThanOrEqual(3);
  expect(says.en).toMatch(/[.]$/);
  expect(says.zh).toMatch(/[。]$/);
  expect(says.zh).not.toMatch(/[,;!?] /);
  expect(related).not.toContain(name);
  expect(new Set(related).size).toBe(related.length);
});

test('each term is related to another, so that none is lost', () => {
  for (const name of names) expect(TERMS[name].related.length, name).toBeGreaterThan(0);
});
