import { describeValue, type HostDType, type NDArray, numel, ShapeError, ValueError } from '@descent/core';
import { ARRAYS } from './arrays.ts';
import type { ArrayDataset, TargetType } from './dataset.ts';
import type { LazyDataset } from './lazy/lazy-dataset.ts';

/**
 * Throws unless `dataset`, which `what` was given, is one in memory with as many rows as it says.
 * @throws ValueError that names what is missing, ShapeError when data do not fill their shape.
 */
export function expectDataset(what: string, dataset: unknown): asserts dataset is ArrayDataset<TargetType> {
  if (typeof dataset !== 'object' || dataset === null || dataset instanceof Promise || Array.isArray(dataset)) {
    throw new ValueError(`${what}: this is no dataset`, {
      received: describeValue(dataset),
      expected: '{ name, length, classes, x, y }, such as mnistSample() gives',
      ...(dataset instanceof Promise ? { fix: 'await it' } : {}),
    });
  }
  const { name, length, classes, x, y } = dataset as Partial<ArrayDataset>;
  const problem =
    typeof name !== 'string'
      ? `name: ${describeValue(name)}`
      : !isCount(length)
        ? `length: ${describeValue(length)}`
        : !Array.isArray(classes)
          ? `classes: ${describeValue(classes)}`
          : undefined;
  if (problem !== undefined) {
    throw new ValueError(`${what}: the dataset is not complete`, {
      received: problem,
      expected: 'name: a text; length: the number of items; classes: a list of names, empty for numbers to predict',
      fix: "write the object: { name: 'mine', length: x.shape[0], classes: [], x, y }",
    });
  }
  expectRows(`${what}: x of ${name}`, x, length as number);
  expectRows(`${what}: y of ${name}`, y, length as number);
}

function expectRows(what: string, array: unknown, length: number): void {
  expectArray(what, array);
  if (array.shape[0] === length) return;
  throw new ShapeError(`${what} has another number of rows than the dataset has items`, {
    received: `[${array.shape.join(', ')}]`,
    expected: `${length} rows, one for each item`,
  });
}

/** Throws unless `array` is a typed array with a shape that its elements fill. */
export function expectArray(what: string, array: unknown): asserts array is NDArray {
  const { dtype, shape, data } = (typeof array === 'object' && array !== null ? array : {}) as Partial<NDArray>;
  if (!isDType(dtype) || !isShape(shape) || !(data instanceof ARRAYS[dtype])) {
    const isHost = typeof array === 'object' && array !== null && !Array.isArray(array) && !ArrayBuffer.isView(array);
    throw new ValueError(`${what} is no array with a shape`, {
      received: isHost
        ? `{ dtype: ${String(dtype)}, shape: ${JSON.stringify(shape)}, data: ${describeValue(data)} }`
        : describeValue(array),
      expected: isDType(dtype)
        ? `{ dtype: '${dtype}', shape: [rows, …], data: ${ARRAYS[dtype].name} }`
        : `{ dtype, shape, data } with the dtype ${Object.keys(ARRAYS).join(', ')}`,
      fix:
        data instanceof BigInt64Array || data instanceof BigUint64Array
          ? "ndarray('int32', shape, data) of @descent/core makes int32 of 64-bit integers"
          : "tensor([[1, 2], [3, 4]], 'float32') of @descent/core makes one of lists",
    });
  }
  if (data.length === numel(shape)) return;
  throw new ShapeError(`${what}: the data do not fill the shape`, {
    received: `${data.length} elements`,
    expected: `${numel(shape)} for [${shape.join(', ')}]`,
  });
}

/** What is wrong with a lazy dataset, or undefined. */
export function lazyProblem(made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return describeValue(made);
  const { name, length, classes, sample, target, targetShape = [], get } = made as Partial<LazyDataset<TargetType>>;
  if (typeof get !== 'function') return `get: ${describeValue(get)}`;
  if (typeof name !== 'string') return `name: ${describeValue(name)}`;
  if (!isCount(length)) return `length: ${String(length)}`;
  if (!Array.isArray(classes)) return `classes: ${describeValue(classes)}`;
  if (!isDType(target)) return `target: ${String(target)}`;
  if (!isShape(targetShape)) return `targetShape: ${JSON.stringify(targetShape)}`;
  if (!isDType(sample?.dtype)) return `sample.dtype: ${String(sample?.dtype)}`;
  if (!isShape(sample?.shape)) return `sample.shape: ${JSON.stringify(sample?.shape)}`;
  return undefined;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isDType(dtype: unknown): dtype is HostDType {
  return typeof dtype === 'string' && Object.hasOwn(ARRAYS, dtype);
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every(isCount);
}
