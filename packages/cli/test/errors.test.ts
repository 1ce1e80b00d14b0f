import { DescentError } from '@descent/core';
import { expect, test } from 'vitest';
import { elsewhere } from '../src/errors.ts';

test.each(['EROFS', 'EACCES', 'ENOSPC'])('%s is answered with the option that puts the file elsewhere', (code) => {
  const cause = Object.assign(new Error(code), { code });
  const error = new DescentError('the file cannot be written', { path: 'a', received: code, fix: 'another', cause });
  expect(elsewhere(error, 'use --output')).toMatchObject({
    message: `a: the file cannot be written\n  received: ${code}\n  fix: use --output`,
  });
});

test('other errors stay as they are', () => {
  const cause = Object.assign(new Error('x'), { code: 'ENOENT' });
  for (const error of [new DescentError('x', { cause }), new DescentError('x'), new Error('x'), 'x']) {
    expect(elsewhere(error, 'use --output')).toBe(error);
  }
});
