import { createTrainer, fit, NumericError } from '@descent/core';
import { loader } from '@descent/datasets';
import { available } from '../auto/available.ts';
import { withBackends } from '../backends.ts';
import { loadConfig } from '../config/load.ts';
import { reason } from '../errors.ts';
import type { Io } from '../io.ts';
import { augmented } from '../run/augmented.ts';
import { preparedData } from '../run/prepared-data.ts';
import type { Measured, Measurement, Setting } from './measurement.ts';

export interface MeasureJob extends Setting {
  readonly config: string;
  readonly backend?: string;
  readonly set?: readonly string[];
  /** How long it is trained once it runs. */
  readonly seconds: number;
}

/** Steps that are not counted: the first compiles, and the second may still be slow. */
const WARM = 2;
const LEAST = 3;

/** Trains a config for a moment, as `descent train` would, on weights that are thrown away. */
export async function measure(
  { config: path, backend, set = [], batchSize, threads, seconds }: MeasureJob,
  io: Io,
): Promise<Measurement> {
  try {
    const loaded = await loadConfig(path, io.cwd, { set, ...(backend !== undefined && { backend }) });
    const config = { ...loaded, batchSize: batchSize ?? loaded.batchSize };
    return await withBackends(
      { training: config.backend, inference: null },
      async ({ training }): Promise<Measured> => {
        const data = await preparedData(config, true, io);
        const { model, loss, optimizer, metrics, seed, maxResidentBytes } = config;
        const trainer = await createTrainer({ model, loss, optimizer, metrics, seed, backend: training.backend });
        // Whole batches only: one that is short is another program.
        const options = { batchSize: config.batchSize, dropLast: true, seed } as const;
        const train = loader(data.train, { ...options, ...augmented(config, data.train) });
        const ends: number[] = [];
        const enough = new AbortController();
        try {
          await fit(trainer, {
            train,
            epochs: 1_000_000,
            log: null,
            signal: AbortSignal.any([io.signal, enough.signal]),
            ...(maxResidentBytes !== undefined && { maxResidentBytes }),
            onEvent(event) {
              if (event.type !== 'step') return;
              ends.push(performance.now());
              const begun = ends[WARM - 1];
              const isLong = begun !== undefined && (ends.at(-1) as number) - begun >= 1000 * seconds;
              if (isLong && ends.length >= WARM + LEAST) enough.abort();
            },
          }).catch((error: unknown) => {
            // How fast it is does not depend on whether it learns.
            if (!(error instanceof NumericError) || ends.length < WARM + LEAST) throw error;
          });
        } finally {
          trainer.dispose();
          await train.close();
        }
        return speedOf(ends, config.batchSize);
      },
      await available(io, [config.backend], { threads }),
    );
  } catch (error) {
    return { state: 'failed', reason: reason(error) };
  }
}

function speedOf(ends: readonly number[], batchSize: number): Measured {
  const steps = ends.length - WARM;
  const ms = ((ends.at(-1) ?? 0) - (ends[WARM - 1] ?? 0)) / steps;
  return {
    state: 'measured',
    samplesPerSecond: (1000 * batchSize) / ms,
    msPerStep: ms,
    steps,
    bytes: 1024 * process.resourceUsage().maxRSS,
  };
}
