import { describe, expect, test } from 'vitest';
import { placeBeside } from '../src/glossary/place.ts';
import { accepts } from '../src/ui/accept.ts';
import { readNumber, stepNumber, writeNumber } from '../src/ui/number-text.ts';
import { rovingTarget } from '../src/ui/roving.ts';

describe('the text of a number field', () => {
  test.each([
    ['0.1', 0.1],
    ['.5', 0.5],
    ['3.', 3],
    ['1e-3', 0.001],
    ['-2.5E2', -250],
    [' 64 ', 64],
    ['0,15', 0.15],
    ['０．１', 0.1],
    ['1。5', 1.5],
    ['−3', -3],
  ])('%s is %d', (text, value) => {
    expect(readNumber(text)).toEqual({ value });
  });

  test.each([
    ['', { reason: 'empty' }],
    ['  ', { reason: 'empty' }],
    ['abc', { reason: 'not-a-number' }],
    ['0x10', { reason: 'not-a-number' }],
    ['1e999', { reason: 'not-a-number' }],
    ['NaN', { reason: 'not-a-number' }],
    ['1,000.5', { reason: 'several-points' }],
  ])('%s is none', (text, problem) => {
    expect(readNumber(text)).toEqual({ problem });
  });

  test('says which limit a number breaks', () => {
    expect(readNumber('0', { above: 0 })).toEqual({ problem: { reason: 'above', limit: 0 } });
    expect(readNumber('0', { least: 1, integer: true })).toEqual({ problem: { reason: 'least', limit: 1 } });
    expect(readNumber('1.5', { integer: true })).toEqual({ problem: { reason: 'not-an-integer' } });
    expect(readNumber('1', { below: 1 })).toEqual({ problem: { reason: 'below', limit: 1 } });
    expect(readNumber('2', { most: 1 })).toEqual({ problem: { reason: 'most', limit: 1 } });
    expect(readNumber('1', { least: 1, most: 1, integer: true })).toEqual({ value: 1 });
  });

  test('is read again as the number that was written', () => {
    for (const value of [0.1, 1e-7, 0.165, 64, -3, 1e21]) expect(readNumber(writeNumber(value))).toEqual({ value });
  });
});

describe('arrow keys on numbers', () => {
  test('go along decades', () => {
    const up = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
    for (const [index, value] of up.slice(0, -1).entries()) {
      expect(stepNumber(value, 1, 'decades')).toBe(up[index + 1]);
      expect(stepNumber(up[index + 1] as number, -1, 'decades')).toBe(value);
    }
    expect(stepNumber(0.1, 3, 'decades')).toBe(1);
    expect(stepNumber(0.1, -3, 'decades')).toBe(0.01);
  });

  test('go from between to the nearest in their direction', () => {
    expect(stepNumber(0.165, 1, 'decades')).toBe(0.2);
    expect(stepNumber(0.165, -1, 'decades')).toBe(0.1);
    expect(stepNumber(0.7, 1, 'decades')).toBe(1);
    expect(stepNumber(0.7, -1, 'decades')).toBe(0.5);
  });

  test('go by equal steps without binary dust, and end at the limits', () => {
    expect(stepNumber(0.1, 2, { by: 0.1 })).toBe(0.3);
    expect(stepNumber(9, 10, { by: 1 }, { most: 12 })).toBe(12);
    expect(stepNumber(1, -1, { by: 1 }, { least: 1 })).toBe(1);
    expect(stepNumber(0.1, -1, { by: 0.1 }, { above: 0 })).toBe(0.1);
  });
});

test('arrow keys go round among tabs', () => {
  expect(rovingTarget('ArrowRight', 2, 3)).toBe(0);
  expect(rovingTarget('ArrowLeft', 0, 3)).toBe(2);
  expect(rovingTarget('Home', 2, 3)).toBe(0);
  expect(rovingTarget('End', 0, 3)).toBe(2);
  expect(rovingTarget('a', 0, 3)).toBeNull();
  expect(rovingTarget('ArrowRight', 0, 0)).toBeNull();
});

test('files are taken by ending, by type, and by group of types', () => {
  const png = { name: 'One.PNG', type: 'image/png' };
  expect(accepts('.csv,image/*', png)).toBe(true);
  expect(accepts('.png', png)).toBe(true);
  expect(accepts('.csv', png)).toBe(false);
  expect(accepts('image/jpeg', png)).toBe(false);
  expect(accepts('', png)).toBe(true);
  expect(accepts('.safetensors', { name: 'a.safetensors', type: '' })).toBe(true);
});

test('a popover stands below its word, above where there is no room, and inside the window', () => {
  const size = { width: 300, height: 200 };
  const space = { width: 390, height: 800 };
  expect(placeBeside({ left: 20, top: 100, width: 60, height: 20 }, size, space)).toEqual({ left: 20, top: 126 });
  expect(placeBeside({ left: 350, top: 700, width: 30, height: 20 }, size, space)).toEqual({ left: 78, top: 494 });
  expect(placeBeside({ left: 0, top: 60, width: 30, height: 20 }, size, { width: 390, height: 150 }).top).toBe(12);
});
