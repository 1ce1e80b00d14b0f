import { NumericError } from '@descent/core';
import type { ModelProto } from '../proto/onnx-pb.ts';
import {
  addTo,
  type CalibrationMethod,
  type Extent,
  emptyHistogram,
  entropyRange,
  type Histogram,
  percentileRange,
} from './ranges.ts';
import { batches, fixedBatch, namedSamples, type Samples } from './samples.ts';
import { openWatched, runWatched } from './watched.ts';

export interface CalibrationOptions {
  readonly samples: Samples;
  readonly method: CalibrationMethod;
  /** Per cent of the numbers that the range of 'percentile' holds. */
  readonly percentile: number;
}

const BATCH = 16;

/** The ranges of `tensors` while `model` runs on the samples. Throws a `NumericError` for numbers that are not finite. */
export async function calibrate(
  model: ModelProto,
  tensors: readonly string[],
  { samples, method, percentile }: CalibrationOptions,
): Promise<ReadonlyMap<string, Extent>> {
  const file = await openWatched(model, tensors);
  try {
    const named = namedSamples('calibration', samples, file);
    const fixed = fixedBatch(file);
    const each = async (visit: (name: string, values: ArrayLike<number>) => void): Promise<void> => {
      for (const feeds of batches(named, fixed ?? BATCH, fixed !== null)) {
        const results = await runWatched(file, feeds);
        for (const name of tensors) visit(name, results[name]?.data as ArrayLike<number>);
      }
    };
    const extents = new Map<string, Extent>();
    await each((name, values) => void extents.set(name, extentOf(name, values, extents.get(name))));
    if (extents.size === 0 && tensors.length > 0) throw tooFew(fixed as number, named.count);
    if (method === 'min-max') return extents;
    const histograms = new Map([...extents].map(([name, extent]) => [name, emptyHistogram(extent)] as const));
    await each((name, values) => addTo(histograms.get(name) as Histogram, values));
    return new Map(
      [...histograms].map(([name, histogram]) => {
        const extent = extents.get(name) as Extent;
        return [
          name,
          method === 'entropy' ? entropyRange(histogram, extent) : percentileRange(histogram, extent, percentile),
        ];
      }),
    );
  } finally {
    file.dispose();
  }
}

function tooFew(batch: number, count: number): NumericError {
  return new NumericError('there are not enough samples for one batch of the model', {
    path: 'calibration',
    received: `${count} samples`,
    expected: `at least ${batch}: the file takes batches of ${batch} only`,
  });
}

function extentOf(name: string, values: ArrayLike<number>, before: Extent | undefined): Extent {
  let { min, max } = before ?? { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      throw new NumericError('the model computes numbers that are not finite from the samples of the calibration', {
        path: name,
        received: `${value} in '${name}'`,
        expected: 'finite numbers, of which there is a range',
        fix: 'give samples as those the model was trained on, prepared in the same way',
      });
    }
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min: Math.min(min, Number.MAX_VALUE), max: Math.max(max, -Number.MAX_VALUE) };
}
