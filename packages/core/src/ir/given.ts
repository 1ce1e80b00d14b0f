import { ShapeError, ValueError } from '../errors.ts';
import { describeValue } from '../options.ts';
import { LAYER_FOR_TENSOR, looksLikeLayer, type Node } from './node.ts';
import { formatShape } from './shape.ts';
import { leafName, leavesOf, type Tensors } from './tree.ts';

/** Throws a `ValueError` unless `value`, which a function called `of` gave, is a tensor of a graph: JavaScript has no types that would say so. */
export function expectGiven(of: string, value: unknown): asserts value is Node {
  if (isNode(value)) return;
  const isData = Array.isArray(value) || ArrayBuffer.isView(value);
  const isArray = typeof value === 'object' && value !== null && 'data' in value;
  throw new ValueError(`${of} gave no tensor`, {
    received: describeValue(value),
    expected: 'a tensor of a graph, as the ops of @descent/core/ops give it',
    fix:
      value === undefined
        ? 'return the result'
        : value instanceof Promise
          ? 'a function that builds a graph cannot be asynchronous: nothing is computed in it yet'
          : isArray
            ? 'wrap the array with constant(…)'
            : isData
              ? 'wrap the list with constant(tensor(…))'
              : looksLikeLayer(value)
                ? LAYER_FOR_TENSOR
                : 'compute it of the tensors that come in; wrap a number with scalar(…)',
  });
}

/** Throws unless `value`, which a function called `of` gave, is a tensor of rank 0. */
export function expectGivenScalar(of: string, value: unknown): asserts value is Node {
  expectGiven(of, value);
  const { dtype, shape } = value.type;
  if (shape.length === 0) return;
  throw new ShapeError(`${of} gave more than one number`, {
    received: `${dtype}${formatShape(shape)}`,
    expected: 'a tensor of rank 0',
    fix: 'reduce it with mean(…) or sum(…)',
  });
}

/** Throws a `ValueError` unless `value`, which a function called `of` gave, is one tensor or a record of tensors. */
export function expectGivenTensors(of: string, value: unknown): asserts value is Tensors {
  if (isNode(value)) return;
  const isRecord = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isRecord || 'data' in value || looksLikeLayer(value) || Object.keys(value).length === 0) expectGiven(of, value);
  for (const [name, leaf] of leavesOf(value as Tensors)) expectGiven(leafName(of, name), leaf);
}

function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || !('op' in value)) return false;
  return Array.isArray((value as Partial<Node>).inputs) && Array.isArray((value as Partial<Node>).type?.shape);
}
