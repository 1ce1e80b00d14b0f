import { NumericError, ValueError } from '../errors.ts';
import type { RunNotes } from './facts.ts';
import type { FitResult } from './fit.ts';
import type { FailedStep, FailedUpdate } from './trace.ts';
import type { Trainer } from './trainer.ts';

// What a run needs only at its end, or once it has failed, loads then: a page that trains fetches a third less code before it can start. A file
// that cannot be fetched at that time, such as one that a new version has replaced, must not cost the run or hide its error.

/** What the run suffers from, and what that rests on; nothing but the history where the rules cannot be loaded, which is logged. */
export async function diagnosed(
  trainer: Trainer,
  notes: RunNotes,
  log: ((line: string) => void) | null,
): Promise<Pick<FitResult, 'findings' | 'facts'>> {
  const rules = await import('./diagnosed.ts').catch((error: unknown) => {
    log?.(`no diagnosis: its part of @descent/core could not be loaded (${messageOf(error)})`);
  });
  return rules === undefined ? { findings: [], facts: { history: notes.history } } : rules.diagnosed(trainer, notes);
}

/** What says what is wrong with something that was given. Where it cannot be loaded, the error says so, and that something is wrong. */
export function refusals(): Promise<typeof import('./refusals.ts')> {
  return import('./refusals.ts').catch((cause: unknown) => {
    throw new ValueError('what was given cannot be used', {
      fix: `what is wrong with it is not known, since the part of @descent/core that says so could not be loaded (${messageOf(cause)}): make its files reachable and try again`,
      cause,
    });
  });
}

/** The error for a step on a batch that is not finite. */
export async function stepFailure(failed: FailedStep): Promise<NumericError> {
  const { step, loss } = failed;
  const traces = await import('./failures.ts').catch((cause: unknown) =>
    untraced(
      Number.isFinite(loss)
        ? `step ${step} would make the network useless: its loss is ${loss}, but not all that it writes is finite`
        : `the loss became ${loss} at step ${step}`,
      cause,
    ),
  );
  return traces instanceof NumericError ? traces : traces.stepFailure(failed);
}

/** The error for an update by gradients that were finite. */
export async function updateFailure(failed: FailedUpdate): Promise<NumericError> {
  const traces = await import('./failures.ts').catch((cause: unknown) =>
    untraced(`step ${failed.step} would make the network useless: not all that it writes is finite`, cause),
  );
  return traces instanceof NumericError ? traces : traces.nonFiniteFedUpdate(failed);
}

function untraced(summary: string, cause: unknown): NumericError {
  return new NumericError(summary, {
    expected: 'finite numbers everywhere; the parameters are still those from before this step',
    fix: `where it began is not known, since the part of @descent/core that looks for it could not be loaded (${messageOf(cause)}): make its files reachable and train again`,
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
