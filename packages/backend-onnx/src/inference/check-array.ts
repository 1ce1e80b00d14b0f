import { BackendError, type NDArray } from '@descent/core';
import type { HostDType } from '@descent/core/backend';

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} satisfies Readonly<Record<HostDType, unknown>>;

/** Throws a `BackendError` unless `x` is an array as core makes them: programs in plain JavaScript give other things. */
export function expectArray(x: unknown, input: string, path: string): asserts x is NDArray {
  const problem = problemOf(x);
  if (problem === undefined) return;
  throw new BackendError(`the model's input '${input}' needs an array`, {
    path,
    received: problem,
    expected: 'a value of ndarray() or tensor(), with dtype, shape and data',
    fix: "wrap the numbers: ndarray('float32', [1, 3], Float32Array.of(1, 2, 3)), or tensor([[1, 2, 3]])",
  });
}

function problemOf(x: unknown): string | undefined {
  if (typeof x !== 'object' || x === null) return String(x);
  if (Array.isArray(x) || ArrayBuffer.isView(x)) return `a plain ${x.constructor.name}`;
  const { dtype, shape, data } = x as { readonly [field: string]: unknown };
  if (typeof dtype !== 'string' || !Object.hasOwn(ARRAYS, dtype)) return `dtype ${String(dtype)}`;
  if (!Array.isArray(shape) || !shape.every((d) => Number.isSafeInteger(d) && d >= 0)) return `shape ${String(shape)}`;
  const Expected = ARRAYS[dtype as HostDType];
  if (data instanceof Expected) return undefined;
  return `${dtype} data in ${data instanceof Object ? `a ${data.constructor.name}` : String(data)}, not a ${Expected.name}`;
}
