import { numel } from '@descent/core/backend';
import type { Value } from '../kernel-list/builder.ts';
import { rowMajor } from '../kernel-list/layout.ts';
import { arranged, bare, named } from '../kernel-list/values.ts';
import type { Family } from './_types.ts';

export const compositeLowerings: Family<'softmax'> = {
  softmax([x], { attrs: { axis } }, b) {
    const value = x as Value;
    const { shape } = value;
    const order = [...value.order.filter((a) => a !== axis), axis];
    const y = bare(arranged(b, value, order));
    const rows = [numel(y.shape.slice(0, -1)), y.shape.at(-1) as number];
    const logits = { ...y, shape: rows, order: rowMajor(2) };
    const result = b.emit('Softmax', { logits }, { dim: 1 }, { dtype: 'float32', shape: rows });
    return named({ ...result, shape: y.shape }, shape, order);
  },
};
