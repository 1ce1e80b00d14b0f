import { expect, test } from 'vitest';
import { isByFormula } from '../../src/import/by-formula.ts';
import { known } from '../../src/import/known.ts';

test('vectors of any length are looked at, such as the bias of a vocabulary of 250,002 words', () => {
  const vector = (of: (i: number) => number): boolean =>
    isByFormula(
      known(
        'float32',
        [250_002],
        Float32Array.from({ length: 250_002 }, (_, i) => of(i)),
      ),
    );
  expect(vector((i) => i)).toBe(true);
  expect(vector((i) => Math.sin(i * i))).toBe(false);
});
