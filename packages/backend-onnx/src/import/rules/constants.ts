import { DYNAMIC } from '@descent/core';
import { add, broadcastTo, iota, mul } from '@descent/core/ops';
import { hasAttribute, number, numbers, tensorOf } from '../attributes.ts';
import { isKnown, known, numbersOf } from '../known.ts';
import type { Rules } from '../rule.ts';
import { elementTypeOf } from './_element-types.ts';

/** Values that a file states, or that follow from sizes alone. */
export const CONSTANTS: Rules = {
  Constant: (node, c) => {
    if (hasAttribute(node, 'value')) return tensorOf(node, 'value');
    if (hasAttribute(node, 'sparse_value')) return tensorOf(node, 'sparse_value');
    if (hasAttribute(node, 'value_float')) return known('float32', [], [number(node, 'value_float')]);
    if (hasAttribute(node, 'value_int')) return known('int64', [], [number(node, 'value_int')]);
    const list = hasAttribute(node, 'value_floats') ? 'value_floats' : 'value_ints';
    if (!hasAttribute(node, list)) throw c.unsupported([...node.attributes.keys()].join(', '), 'numbers');
    const data = numbers(node, list);
    return known(list === 'value_floats' ? 'float32' : 'int64', [data.length], data);
  },
  ConstantOfShape: (node, c) => {
    const value = hasAttribute(node, 'value') ? tensorOf(node, 'value') : known('float32', [1], [0]);
    const scalar = known(value.elementType, [], value.data);
    const shape = c.numbers(0);
    const count = shape.reduce((n, d) => n * d, 1);
    if (count === 1 || (count >= 0 && count <= MOST_WRITTEN && !shape.includes(DYNAMIC)))
      return known(
        value.elementType,
        shape,
        Array.from({ length: count }, () => value.data[0] ?? 0),
      );
    return broadcastTo(c.lift(scalar), shape);
  },
  EyeLike: (node, c) => {
    const x = c.value(0);
    const [rows = 0, columns = 0] = isKnown(x) ? x.shape : x.type.shape;
    const type = hasAttribute(node, 'dtype')
      ? elementTypeOf(node, number(node, 'dtype'))
      : isKnown(x)
        ? x.elementType
        : x.type.dtype;
    const k = number(node, 'k', 0);
    if (rows < 0 || columns < 0 || rows * columns > MOST_EYE)
      throw c.unsupported(`a matrix of ${rows} × ${columns}`, `fixed sizes, and at most ${MOST_EYE} elements`);
    const at = (i: number): number => (Math.floor(i / columns) + k === i % columns ? 1 : 0);
    return known(
      type,
      [rows, columns],
      Array.from({ length: rows * columns }, (_, i) => at(i)),
    );
  },
  NonZero: (_, c) => {
    const x = c.known(0);
    if (x === undefined)
      throw c.unsupported(
        'a tensor that depends on what is fed',
        'a constant: the size of the result would depend on data',
      );
    const numbers = numbersOf(x, 'NonZero');
    const places = numbers.flatMap((v, i) => (v === 0 ? [] : [i]));
    const { shape } = x;
    const steps = shape.map((_, i) => shape.slice(i + 1).reduce((n, d) => n * d, 1));
    const rows = shape.flatMap((d, i) => places.map((at) => Math.floor(at / (steps[i] as number)) % d));
    return known('int64', [shape.length, places.length], rows);
  },
  Range: (_, c) => {
    const [start, limit, delta] = [c.number(0), c.number(1), c.number(2)];
    const dtype = c.node(0).type.dtype === 'float32' ? 'float32' : 'int32';
    const count = Math.max(0, Math.ceil((limit - start) / delta));
    return add(mul(iota(count, dtype), c.node(2)), c.node(0));
  },
};

/** More equal elements are an expression of the graph. */
const MOST_WRITTEN = 4096;
const MOST_EYE = 2 ** 24;
