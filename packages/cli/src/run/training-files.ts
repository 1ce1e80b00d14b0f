import type { ExportTrainingOptions } from '@descent/backend-onnx';
import type { NDArray, NDArrays, SampleType, Tree } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import { subset } from '@descent/datasets';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { preparationOf } from '../config/preparation.ts';
import { picturesOf } from './pictures.ts';

/** What `exportTraining` needs to know of a config and its data. */
export function trainingFiles(config: LoadedConfig, { train, ...rest }: LoadedData): ExportTrainingOptions {
  const { model: _, data, loss, optimizer, metrics, batchSize, seed } = config;
  const { y } = subset(train, Uint32Array.of(0));
  const preparation: Readonly<Record<string, unknown>> = { ...preparationOf(rest) };
  const preprocessing = picturesOf(data.sample, train);
  return {
    loss,
    optimizer,
    metrics: metrics.filter(({ statistic }) => statistic === undefined),
    // The compiler takes the network of a config for one of one array; what it really takes, it says itself.
    sample: data.sample as SampleType,
    target: typesOfOne(y) as SampleType,
    batchSize,
    seed,
    ...(train.classes.length > 0 && { labels: [...train.classes] }),
    ...(preprocessing !== null && { preprocessing }),
    ...(Object.keys(preparation).length > 0 && { metadata: preparation }),
  };
}

/** What one of these arrays' entries is. */
export function typesOfOne(arrays: NDArrays): Tree<SampleType> {
  return mapTree(
    arrays,
    ({ dtype, shape }: NDArray): SampleType => ({
      dtype: dtype === 'float64' ? 'float32' : dtype,
      shape: shape.slice(1),
    }),
  );
}
