import { type Draw, integers, type OpCase, prefixed } from '../cases.ts';
import type { ReduceAttrs } from './_types.ts';

const REDUCTIONS = {
  'all axes': [
    [2, 3, 4],
    [0, 1, 2],
  ],
  'the first axis': [[3, 4], [0]],
  'the last axis': [[3, 4], [1]],
  'a middle axis': [[2, 3, 2], [1]],
  'the outer axes': [
    [2, 3, 2],
    [0, 2],
  ],
  'the inner axes': [
    [2, 3, 2],
    [1, 2],
  ],
  'channels of an image batch': [
    [2, 3, 4, 2],
    [0, 2, 3],
  ],
  'an axis of size 1': [[3, 1, 2], [1]],
  'no axes': [[2, 3], []],
  'a scalar': [[], []],
  'one element': [[1], [0]],
  'no rows': [[0, 3], [1]],
} as const;

/** A reduction over every kind of axes, with and without keeping them, of float32 and, when the op has them, of int32. */
export function reduceCases(draw: Draw, { int32 }: { int32: boolean }): readonly OpCase<ReduceAttrs>[] {
  return [...ofType(draw), ...(int32 ? prefixed('int32', ofType(integers)) : [])];
}

function ofType(draw: Draw): readonly OpCase<ReduceAttrs>[] {
  return Object.entries(REDUCTIONS).flatMap(([name, [shape, axes]], i) => [
    { name, inputs: [draw(shape, i + 1)], attrs: { axes, keepDims: false } },
    { name: `${name}, kept`, inputs: [draw(shape, i + 1)], attrs: { axes, keepDims: true } },
  ]);
}
