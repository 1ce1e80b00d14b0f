import { expect, test } from 'vitest';
import { cellValue, rowsOf } from '../../page/rows.js';

test('rows of cells, with and without names', () => {
  expect(rowsOf('5.1, 3.5', undefined)).toEqual([[5.1, 3.5]]);
  expect(rowsOf('a,b\n1,x\n2,"y, z"\n', undefined)).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: 'y, z' },
  ]);
  expect(rowsOf('1;2,5\r\n', ['a', 'b'])).toEqual([{ a: 1, b: '2,5' }]);
  expect(rowsOf('b\ta\n1\t2', ['a', 'b'])).toEqual([{ b: 1, a: 2 }]);
  expect(rowsOf('"say ""hi""",3', ['a', 'b'])).toEqual([{ a: 'say "hi"', b: 3 }]);
  expect(rowsOf('red,', ['a', 'b'])).toEqual([{ a: 'red', b: '' }]);
});

test('rows of JSON, whole or one a line', () => {
  expect(rowsOf(' [1, 2] ', undefined)).toEqual([[1, 2]]);
  expect(rowsOf('{"a": 1}', ['a'])).toEqual([{ a: 1 }]);
  expect(rowsOf('[{"a": 1}, {"a": 2}]', ['a'])).toEqual([{ a: 1 }, { a: 2 }]);
  expect(rowsOf('[[1, 2], [3, 4]]', undefined)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(rowsOf('{"a": 1}\n\n{"a": 2}', ['a'])).toEqual([{ a: 1 }, { a: 2 }]);
});

test.each([
  ['', 'no row'],
  ['a,b', 'no row below'],
  ['1,2,3\n', 'has 3 cells, and there are 2 columns: x, y', ['x', 'y']],
  ['1,two', "has 'two', which is no number"],
  ['{"a": ', 'no JSON'],
  ['{"a": 1}\n{"a": ', 'Line 2'],
  ['{"a": 1}\n3', 'Line 2 is neither'],
] as const)('%j is refused', (text, message, columns = undefined) => {
  expect(() => rowsOf(text, columns)).toThrow(message);
});

test('cells are numbers only where nothing is lost', () => {
  expect(['1', '-.5', '1e3', '+2.', ' 1', '0x10', '', '1e999', 'NaN', '1_000'].map(cellValue)).toEqual([
    ...[1, -0.5, 1000, 2, ' 1', '0x10', '', '1e999', 'NaN', '1_000'],
  ]);
});
