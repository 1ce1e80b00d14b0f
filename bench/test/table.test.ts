import { expect, test } from 'vitest';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';

test('a table lines its columns up, and leaves notes as they are', () => {
  const table = formatTable(
    ['engine', 'ms', 'note'],
    [
      ['descent', '1.20', ''],
      ['x', '100', 'a longer note than its title'],
    ],
  );
  expect(table.split('\n')).toEqual([
    'engine     ms  note',
    '-------  ----  ----------------------------',
    'descent  1.20',
    'x         100  a longer note than its title',
  ]);
});

test('times have three digits, ratios two decimals, and what was not measured a dash', () => {
  expect([0.12345, 9.876, 98.76, 987.6, Number.NaN].map(formatMs)).toEqual(['0.123', '9.88', '98.8', '988', '–']);
  expect([0.5, 12.345, Number.NaN].map(formatRatio)).toEqual(['0.50x', '12.35x', '–']);
});
