import { ShapeError, ValueError } from '../../errors.ts';
import { tensor } from '../../ir/ndarray.ts';
import { formatShape } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { constant } from '../../ops/leaf/constant.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNoOptions } from '../../options.ts';
import { channelsLastAdvice } from '../_channels-last.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';

/**
 * `(x − mean) / std` as float32, with one mean and std a channel (axis 1) or one for all: `[batch, c, …] → [batch, c, …]`.
 * MNIST's, on pixels from 0 to 1, are 0.1307 and 0.3081.
 */
export function normalize(
  mean: number | readonly number[],
  std: number | readonly number[],
  ...more: []
): SizedLayer<Same> {
  expectNoOptions('normalize', more);
  const means = [mean].flat();
  const stds = [std].flat();
  if (
    means.length !== stds.length ||
    means.length === 0 ||
    !stds.every((s) => typeof s === 'number' && s > 0 && Number.isFinite(s)) ||
    !means.every(Number.isFinite)
  ) {
    throw new ValueError('normalize was given invalid statistics', {
      received: `mean ${String(mean)}, std ${String(std)}`,
      expected: 'as many means as stds, each std above 0',
    });
  }
  return {
    label: `normalize(${means.join(', ')}; ${stds.join(', ')})`,
    parameters: [],
    apply(x) {
      const { shape } = x.type;
      if (means.length > 1 && shape[1] !== means.length) {
        throw new ShapeError('normalize has other channels than the input', {
          received: formatShape(shape),
          expected: `${means.length} channels on axis 1`,
          fix: channelsLastAdvice(shape, means.length),
        });
      }
      const perChannel = (values: readonly number[]) => {
        const node = constant(tensor(values));
        return reshape(node, means.length === 1 ? [] : [means.length, ...shape.slice(2).map(() => 1)]);
      };
      const scale = stds.map((s) => 1 / s);
      return add(
        mul(cast(x, 'float32'), perChannel(scale)),
        perChannel(means.map((m, i) => -m * (scale[i] as number))),
      );
    },
  };
}
