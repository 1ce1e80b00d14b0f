import { numel } from '@descent/core/backend';
import type { Value } from '../kernel-list/builder.ts';
import { rowMajor } from '../kernel-list/layout.ts';
import { arranged, bare, named } from '../kernel-list/values.ts';
import { elementwise } from './_broadcast.ts';
import type { Family } from './_types.ts';
import { inBlocks, keptSum, reduceLowerings } from './reduce.ts';

export const compositeLowerings: Family<'softmax'> = {
  softmax(operands, { attrs: { axis }, inputs, output }, b) {
    const [value] = operands as [Value];
    const { shape } = value;
    if (inBlocks(b, value, [axis])) {
      const float = { dtype: 'float32', shape } as const;
      const reduction = {
        attrs: { axes: [axis], keepDims: true },
        inputs,
        output: { ...output, shape: shape.with(axis, 1) },
      };
      const largest = reduceLowerings.max(operands, reduction, b);
      const powers = elementwise(b, 'Exp', { x: elementwise(b, 'Sub', { a: value, b: largest }, float) }, float);
      return elementwise(b, 'RealDiv', { a: powers, b: keptSum(b, powers, [axis]) }, float);
    }
    const order = [...value.order.filter((a) => a !== axis), axis];
    const y = bare(arranged(b, value, order));
    const rows = [numel(y.shape.slice(0, -1)), y.shape.at(-1) as number];
    const logits = { ...y, shape: rows, order: rowMajor(2) };
    const result = b.emit('Softmax', { logits }, { dim: 1 }, { dtype: 'float32', shape: rows });
    return named({ ...result, shape: y.shape }, shape, order);
  },
};
