import { describeValue, type NDArray, ValueError } from '@descent/core';

/** Throws a `ValueError` unless an argument of `what` is a list, or another thing with a length and numbered elements. */
export function expectList(what: string, value: unknown, expected: string): asserts value is ArrayLike<unknown> {
  const isList =
    Array.isArray(value) || (ArrayBuffer.isView(value) && Number.isInteger((value as Partial<Uint8Array>).length));
  expectArgument(what, isList, value, expected);
}

/** Throws a `ValueError` unless an argument of `what` passes `holds`. */
export function expectArgument(what: string, holds: boolean, value: unknown, expected: string, fix?: string): void {
  if (holds) return;
  throw new ValueError(`${what}: this argument is of another kind`, { received: describeValue(value), expected, fix });
}

/** Throws a `ValueError` unless an argument of `what` is an array of the host as far as its form goes. */
export function expectHostArray(what: string, value: unknown): asserts value is NDArray {
  const { shape, data, dtype } = (value ?? {}) as Partial<NDArray>;
  const isArray = typeof dtype === 'string' && Array.isArray(shape) && ArrayBuffer.isView(data);
  expectArgument(what, isArray, value, '{ dtype, shape, data }', 'tensor([[1, 2], [3, 4]]) of @descent/core makes one');
}

/** Throws a `ValueError` unless an argument of `what` is a list of transforms as the functions of `@descent/datasets` make them. */
export function expectTransforms(what: string, value: unknown, key: 'transform' | 'batchTransform'): void {
  const isMade = (one: unknown): boolean => {
    const { [key]: name, options } = (one ?? {}) as Readonly<Record<string, unknown>>;
    return typeof name === 'string' && typeof options === 'object' && options !== null;
  };
  const example = key === 'transform' ? 'randomCrop(28)' : 'mixup({ classes: 10 })';
  expectArgument(what, Array.isArray(value), value, `a list of what functions such as ${example} give`);
  const wrong = (value as readonly unknown[]).findIndex((one) => !isMade(one));
  if (wrong < 0) return;
  const one = (value as readonly unknown[])[wrong];
  throw new ValueError(`${what}: this is no ${key}`, {
    path: `${key}s[${wrong}]`,
    received: describeValue(one),
    expected: `what a function such as ${example} gives`,
    ...(typeof one === 'function' && { fix: `call it: ${one.name || 'the function'}(…)` }),
  });
}
