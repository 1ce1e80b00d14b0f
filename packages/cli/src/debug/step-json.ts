import type { Steps } from './find-step.ts';
import type { DebuggedStep, LookOptions, Searched } from './look.ts';
import { notesOf } from './notes.ts';
import type { DebuggedRun } from './open-run.ts';

/** JSON has no NaN and no infinity: they are texts, since `null` would say that nothing is known. */
export function plainNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** What `--json` says of a step. */
export function jsonOfStep(
  { shown, backend }: DebuggedRun,
  steps: Steps,
  { step, place, start, inspection, error, replayed, watched, checks, samples }: DebuggedStep,
  watch: LookOptions['watch'],
  warnings: readonly string[],
): object {
  return {
    run: shown,
    step,
    asked: steps.kind === 'one' ? steps.step : { from: steps.from, to: steps.to },
    epoch: place.epoch,
    batch: place.batch + 1,
    batchesAnEpoch: steps.batchesAnEpoch,
    backend: backend.name,
    replayedFrom: start ?? 0,
    metrics: metricsOf(replayed, step) ?? inspection.metrics,
    error: error === null ? null : { summary: error.summary, ...detailsOf(error.details) },
    firstNonFinite: inspection.firstNonFinite,
    notes: notesOf(inspection),
    layers: inspection.layers,
    parameters: inspection.parameters,
    samples,
    losses: replayed.map((one) => ({ step: one.step, loss: one.metrics.loss })),
    ...(watch !== null && { watch: { ...watch.watch, numbers: watched } }),
    exact: checks.length === 0 ? null : checks.every(({ same }) => same),
    checks,
    warnings,
  };
}

/** The numbers of the step itself, where it was made; those of the look into it may differ in their last bits. */
export function metricsOf(replayed: DebuggedStep['replayed'], step: number): Readonly<Record<string, number>> | null {
  return replayed.find((one) => one.step === step)?.metrics ?? null;
}

function detailsOf({ path, received, expected, fix }: NonNullable<DebuggedStep['error']>['details']): object {
  return { path, received, expected, fix };
}

/** What `--json` says where no step was wrong. */
export function jsonOfNothing(
  { shown, backend }: DebuggedRun,
  searched: Searched | null,
  warnings: readonly string[],
): object {
  return {
    run: shown,
    step: null,
    asked: { from: searched?.from, to: searched?.to },
    lookedFrom: searched?.first,
    already: searched?.already ?? false,
    backend: backend.name,
    watch: searched?.watched ?? [],
    warnings,
  };
}
