import type { NumericError } from '../errors.ts';
import { type FailedStep, nonFiniteLoss } from './trace.ts';
import { nonFiniteUpdate } from './trace-update.ts';

export { nonFiniteFedUpdate } from './trace-update.ts';

/** The error for a step on a batch that is not finite: looks for the first number that is not. Loaded once a step has failed. */
export function stepFailure(failed: FailedStep): Promise<NumericError> {
  return Number.isFinite(failed.loss) ? nonFiniteUpdate(failed) : nonFiniteLoss(failed);
}
