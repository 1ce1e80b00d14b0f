import { fromFloat16, toFloat16 } from '@descent/core/backend';
import { expect, test } from 'vitest';

const all = Uint16Array.from({ length: 65536 }, (_, i) => i);

test('every float16 comes back from float32 as it was', () => {
  const values = fromFloat16(all);
  const back = toFloat16(values);
  for (const [i, bits] of all.entries()) {
    if (Number.isNaN(values[i])) expect(back[i]).toBe(0x7e00);
    else expect(back[i]).toBe(bits);
  }
  expect([0, 1, 0x3ff, 0x400, 0x3c00, 0x3555, 0x7bff, 0x7c00, 0xc000].map((b) => values[b])).toEqual([
    0,
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    1,
    0.333251953125,
    65504,
    Number.POSITIVE_INFINITY,
    -2,
  ]);
});

test('what lies between goes to the nearest, halfway to the even one', () => {
  const values = fromFloat16(all);
  for (let bits = 0; bits < 0x7bff; bits++) {
    const [a, b] = [values[bits] as number, values[bits + 1] as number];
    const middle = (a + b) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    const near = [middle, middle - (b - a) / 256, middle + (b - a) / 256];
    expect([...toFloat16([...near, ...near.map((v) => -v)])]).toEqual(
      [even, bits, bits + 1, even, bits, bits + 1].map((v, i) => (i < 3 ? v : v | 0x8000)),
    );
  }
  expect([...toFloat16([65519.99, 65520, 1e30, 2 ** -25, 2 ** -25 * 1.01, 1e-30])]).toEqual([
    0x7bff, 0x7c00, 0x7c00, 0, 1, 0,
  ]);
});
