import { expectOptions, type NDArray, ShapeError, ValueError } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import type { PlainDataset } from './dataset.ts';
import { datasetOf, expectArray, formatArrays } from './dataset-check.ts';

export interface ChannelStatistics {
  /** One for each channel. */
  readonly mean: readonly number[];
  /** The root of the mean squared distance from the mean (divided by n), one for each channel. */
  readonly std: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** Values of each channel. */
  readonly count: number;
}

export interface ChannelStatisticsOptions {
  /** Every value is multiplied by it first. Default 1/255 for bytes, as after `rescale(1 / 255)`, else 1. */
  readonly scale?: number;
}

/**
 * Mean and standard deviation of each channel (axis 1) over a whole set, for the layer `normalize`: of images `[n, c, h, w]` or of the columns of a
 * table `[n, c]`. MNIST gives 0.1307 and 0.3081. Sums are float64: bytes are counted exactly, floats take two passes.
 * @throws ShapeError when there is no axis of channels, ValueError when the set is empty or holds NaN or an infinity.
 */
export function channelStatistics(
  data: PlainDataset<NDArray> | NDArray,
  options: ChannelStatisticsOptions = {},
): ChannelStatistics {
  const { array, what } = channelsOf(data);
  expectOptions('channelStatistics', options, ['scale']);
  const [length, channels, ...rest] = array.shape;
  if (length === undefined || channels === undefined) {
    throw new ShapeError(`channelStatistics: ${what} has no axis of channels`, {
      received: `[${array.shape.join(', ')}]`,
      expected: '[n, channels, …]',
    });
  }
  const inner = rest.reduce((a, b) => a * b, 1);
  const count = length * inner;
  if (count === 0 || channels === 0) {
    throw new ValueError(`channelStatistics: ${what} is empty`, { received: `[${array.shape.join(', ')}]` });
  }
  const { scale = array.dtype === 'uint8' ? 1 / 255 : 1 } = options;
  if (!Number.isFinite(scale) || scale === 0) {
    throw new ValueError('channelStatistics: scale is a factor', {
      received: String(scale),
      expected: 'a finite number, not 0',
    });
  }
  const layout: Layout = { length, channels, inner, count };
  const moments = Array.from({ length: channels }, (_, c) =>
    array.dtype === 'uint8' ? ofBytes(array.data as Uint8Array, c, layout) : ofFloats(array.data, c, layout, what),
  );
  const factor = Math.abs(scale);
  const ends = moments.map(({ min, max }) => [min * scale, max * scale].sort((a, b) => a - b) as [number, number]);
  return {
    mean: moments.map(({ mean }) => mean * scale),
    std: moments.map(({ variance }) => Math.sqrt(variance) * factor),
    min: ends.map(([low]) => low),
    max: ends.map(([, high]) => high),
    count,
  };
}

function channelsOf(data: PlainDataset | NDArray): { readonly array: NDArray; readonly what: string } {
  if (typeof data !== 'object' || data === null || !('x' in data)) {
    expectArray('channelStatistics: the array', data);
    return { array: data, what: 'the array' };
  }
  const { name, x } = datasetOf('channelStatistics', data);
  if (isLeaf(x)) return { array: x, what: name };
  const [[part] = ['']] = leavesOf(x);
  throw new ValueError(`channelStatistics: the items of ${name} have several arrays`, {
    received: formatArrays(x),
    expected: 'one array',
    fix: `give it alone: channelStatistics(data.x.${part})`,
  });
}

interface Layout {
  readonly length: number;
  readonly channels: number;
  readonly inner: number;
  readonly count: number;
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly min: number;
  readonly max: number;
}

/** By how often each byte occurs: exact, and one pass. */
function ofBytes(data: Uint8Array, channel: number, { length, channels, inner, count }: Layout): Moments {
  const histogram = new Float64Array(256);
  for (let i = 0; i < length; i++) {
    const start = (i * channels + channel) * inner;
    for (let k = start; k < start + inner; k++)
      histogram[data[k] as number] = (histogram[data[k] as number] as number) + 1;
  }
  const mean = histogram.reduce((sum, times, byte) => sum + times * byte, 0) / count;
  const variance = histogram.reduce((sum, times, byte) => sum + times * (byte - mean) ** 2, 0) / count;
  return {
    mean,
    variance,
    min: histogram.findIndex((times) => times > 0),
    max: histogram.findLastIndex((times) => times > 0),
  };
}

function ofFloats(data: ArrayLike<number>, channel: number, layout: Layout, what: string): Moments {
  const { length, channels, inner, count } = layout;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const start = (i * channels + channel) * inner;
    for (let k = start; k < start + inner; k++) {
      const value = data[k] as number;
      if (!Number.isFinite(value)) {
        throw new ValueError(`channelStatistics: ${what} holds a value that is no number`, {
          received: `${value} in item ${i}, channel ${channel}`,
          expected: 'finite numbers',
          fix: 'leave such items out, or fill missing values in first',
        });
      }
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const start = (i * channels + channel) * inner;
    for (let k = start; k < start + inner; k++) squares += ((data[k] as number) - mean) ** 2;
  }
  return { mean, variance: squares / count, min, max };
}
