import { describeValue, ValueError } from '@descent/core';

/** Throws unless `value` is a list of finite numbers, at least `least`. */
export function expectNumbers(path: string, value: ArrayLike<number>, least: number): void {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const odd = isList ? Array.from(value).findIndex((one) => !Number.isFinite(one)) : -1;
  if (isList && odd < 0 && value.length >= least) return;
  throw new ValueError('a test takes finite numbers', {
    path: odd < 0 ? path : `${path}[${odd}]`,
    received: odd >= 0 ? describeValue(value[odd]) : isList ? `${value.length} numbers` : describeValue(value),
    expected: `at least ${least}`,
  });
}

/** Throws unless `value` is a whole number of at least `least`. */
export function expectWhole(path: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ValueError('a test takes a whole number here', {
    path,
    received: describeValue(value),
    expected: `a whole number of at least ${least}`,
  });
}
