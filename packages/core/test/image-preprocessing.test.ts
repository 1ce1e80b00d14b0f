import { describe, expect, test } from 'vitest';
import { type ImagePreprocessing, parseImagePreprocessing } from '../src/public/index.ts';

const whole: ImagePreprocessing = {
  width: 28,
  height: 14,
  channels: 3,
  fit: 'fill',
  invert: 'auto',
  dtype: 'float32',
  range: [-1, 1],
  transforms: [{ transform: 'toFloat', options: { scale: 0.5 } }],
  assumed: true,
};

describe('parseImagePreprocessing', () => {
  test('gives back what was written as JSON, and leaves unknown entries out', () => {
    expect(parseImagePreprocessing(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    const least = { width: 1, height: 1, channels: 1 };
    expect(parseImagePreprocessing({ ...least, more: 1 })).toEqual(least);
    expect(parseImagePreprocessing({ ...least, range: 'unknown' })).toEqual({ ...least, range: 'unknown' });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [whole]],
    ['no width', { ...whole, width: undefined }],
    ['a size of text', { ...whole, height: '28' }],
    ['a huge size', { ...whole, width: 1e9 }],
    ['two channels', { ...whole, channels: 2 }],
    ['an unknown fit', { ...whole, fit: 'cover' }],
    ['an unknown word for invert', { ...whole, invert: 'maybe' }],
    ['a range of nothing', { ...whole, range: [1, 1] }],
    ['a range of NaN', { ...whole, range: [0, Number.NaN] }],
    ['a range of three', { ...whole, range: [0, 1, 2] }],
    ['transforms that are none', { ...whole, transforms: ['toFloat'] }],
    ['too many transforms', { ...whole, transforms: Array(101).fill(whole.transforms?.[0]) }],
    ['assumed by a word', { ...whole, assumed: 'yes' }],
  ])('refuses %s', (_, value) => {
    expect(parseImagePreprocessing(value)).toBeUndefined();
  });
});
