import {
  type LearningRateRange,
  type LearningRateRangeOptions,
  learningRateRange,
  type RangeStep,
} from '@descent/core';
import { loader } from '@descent/datasets';
import { available } from '../auto/available.ts';
import { withBackends } from '../backends.ts';
import type { LoadedConfig } from '../config/load.ts';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import { createProgress } from '../ui/progress.ts';
import { augmented } from './augmented.ts';
import { preparedData } from './prepared-data.ts';

export interface RangeWanted {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** Makes the range test of a config: its network, loss, optimizer, data and backend, as training has them. */
export async function rangeOf(
  config: LoadedConfig,
  wanted: RangeWanted,
  quiet: boolean,
  io: Io,
): Promise<LearningRateRange> {
  const { model, loss, optimizer, batchSize, seed, backend: name } = config;
  return withBackends(
    { training: name, inference: null },
    async ({ training }) => {
      const data = await preparedData(config, quiet, io);
      const train = loader(data.train, { batchSize, seed, ...augmented(config, data.train) });
      const progress = createProgress(io, quiet);
      try {
        const { from, to, steps } = wanted;
        const onStep = ({ step, loss: now }: RangeStep): void =>
          progress.step({ epoch: 1, epochs: 1, step, steps, metrics: { loss: now } });
        const range = await learningRateRange({
          ...{ model, loss, optimizer, seed, backend: training.backend, train },
          ...{ from, to, steps, signal: io.signal, onStep },
        } as LearningRateRangeOptions);
        if (io.signal.aborted)
          throw new InterruptedError(`the range test ended after ${range.rates.length} of ${steps} rates`);
        return range;
      } finally {
        progress.clear();
        await train.close();
      }
    },
    await available(io, [name]),
  );
}
