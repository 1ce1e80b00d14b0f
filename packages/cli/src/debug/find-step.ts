import { UsageError } from '../errors.ts';
import { batchesAnEpoch } from './batch.ts';
import type { DebuggedRun } from './open-run.ts';

/** Which step, or which steps one is looked for among. */
export interface StepsWanted {
  readonly step?: number;
  readonly from?: number;
  readonly to?: number;
}

export type Steps = {
  /** Steps of the whole training. */
  readonly planned: number;
  readonly batchesAnEpoch: number;
  readonly warnings: readonly string[];
} & (
  | { readonly kind: 'one'; readonly step: number }
  | { readonly kind: 'search'; readonly from: number; readonly to: number }
);

/**
 * The steps that are asked for. Without any: the step at which a run failed, else the last one that it made.
 * @throws UsageError for a step that the training does not have.
 */
export async function stepsOf(run: DebuggedRun, { step, from, to }: StepsWanted): Promise<Steps> {
  const { record, config, checkpoints } = run;
  const perEpoch = await batchesAnEpoch(run);
  const planned = perEpoch * config.epochs;
  const { failure, status } = record;
  const made = Math.min(planned, Math.max(failure?.steps ?? 0, checkpoints.at(-1) ?? 0, run.epochs.at(-1)?.step ?? 0));
  const failing = status === 'failed' && failure?.nonFinite === true ? failure.steps + 1 : null;
  const last = failing ?? Math.max(1, made);
  const expectStep = (option: string, value: number): number => {
    if (value <= planned) return value;
    throw new UsageError('the training has no such step', {
      path: run.shown,
      received: `${option} ${value}`,
      expected: `1 to ${planned}: ${config.epochs} epochs of ${perEpoch} batches`,
    });
  };
  const beyond = (asked: number): readonly string[] =>
    asked > last && status !== 'running'
      ? [
          `the run ended ${failing === null ? `after step ${made}` : `at step ${failing}`}; step ${asked} is one that it would have made`,
        ]
      : [];
  const shared = { planned, batchesAnEpoch: perEpoch };
  if (step !== undefined) return { ...shared, kind: 'one', step: expectStep('--step', step), warnings: beyond(step) };
  if (from !== undefined || to !== undefined) {
    const [first, end] = [expectStep('--from', from ?? 1), expectStep('--to', to ?? Math.max(last, from ?? 1))];
    if (first > end) {
      throw new UsageError('the first step is behind the last', {
        received: `--from ${first} --to ${end}`,
        expected: 'from at most to',
      });
    }
    return { ...shared, kind: 'search', from: first, to: end, warnings: beyond(end) };
  }
  // A run of before failures were recorded: the step is somewhere behind what is known to be good.
  if (status === 'failed' && failure === undefined)
    return { ...shared, kind: 'search', from: Math.min(planned, made + 1), to: planned, warnings: [] };
  return { ...shared, kind: 'one', step: Math.min(last, planned), warnings: [] };
}
