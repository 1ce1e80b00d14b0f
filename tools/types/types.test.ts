import { expect, test } from 'vitest';
import { differences, expectedFindings, findings, fixtures } from './compiled.ts';

// Both compilers see the packed types in tools/packaging; this one is quick enough to read the sources.
test('types find the mistakes that the fixtures name, and no others', () => {
  const expected = expectedFindings();
  expect(expected.length).toBeGreaterThan(25);
  expect(differences(findings('typescript', fixtures), expected)).toEqual([]);
});

test('a mistake that is not found, and one that is not named, are both seen', () => {
  const at = 'sizes.ts:1';
  expect(differences([], [{ at, text: 'takes 3' }])).toEqual(['sizes.ts:1 has no error: takes 3']);
  expect(differences([{ at, text: 'gives 4' }], [])).toEqual(['sizes.ts:1 has the error: gives 4']);
  expect(differences([{ at, text: 'it takes 3 here' }], [{ at, text: 'takes 3' }])).toEqual([]);
});
