import { formatShape, ShapeError } from '@descent/core';
import { expectValue, isNumbers } from './check.ts';
import { expectFloat } from './image.ts';
import type { Kernel } from './kernel.ts';
import type { TransformOf } from './transform.ts';

type Data = { readonly mean: readonly number[]; readonly std: readonly number[] };

/**
 * `(x − mean) / std` of float32 items `[channels, …]`, with one mean and standard deviation a channel, or one for all; `channelStatistics`
 * finds them. Throws a `ValueError` unless there are as many means as standard deviations, all of them finite and the latter above 0.
 */
export function normalize(
  mean: number | readonly number[],
  std: number | readonly number[],
): TransformOf<'normalize', Data> {
  const [means, stds] = [[mean].flat(), [std].flat()];
  const count = means.length;
  expectValue('normalize.mean', mean, count > 0 && isNumbers(means, count), 'a finite number, or one for each channel');
  expectValue(
    'normalize.std',
    std,
    isNumbers(stds, count, Number.MIN_VALUE),
    `${count === 1 ? 'a number' : `${count} numbers`} above 0, as many as means`,
    'a channel that never changes has a standard deviation of 0: use 1 for it',
  );
  return { transform: 'normalize', options: { mean: means, std: stds } };
}

export const normalizeKernel: Kernel<Data> = {
  random: false,
  label: ({ mean, std }) => `${mean.join(', ')}; ${std.join(', ')}`,
  type(type, { mean }) {
    expectFloat(type);
    if (mean.length === 1 || type.shape[0] === mean.length) return type;
    throw new ShapeError('the items have other channels', {
      received: formatShape(type.shape),
      expected: `${mean.length} channels on the first axis`,
      fix: 'give one mean and one standard deviation for each channel, or one for all',
    });
  },
  apply(item, { mean, std }, _key, type) {
    const { data } = item;
    const out = new Float32Array(data.length);
    const size = data.length / mean.length;
    for (let c = 0; c < mean.length; c++) {
      const [m, s] = [mean[c] as number, std[c] as number];
      for (let i = c * size; i < (c + 1) * size; i++) out[i] = ((data[i] as number) - m) / s;
    }
    return { ...type, data: out };
  },
};
