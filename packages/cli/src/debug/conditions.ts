import { counted } from '../ui/count.ts';
import type { Check } from './checks.ts';
import type { DebuggedStep } from './look.ts';
import type { DebuggedRun } from './open-run.ts';

/** From where the step was replayed. */
export function startText({ start, step }: Pick<DebuggedStep, 'start' | 'step'>): string {
  if (start === null) return step === 1 ? 'the first step' : 'replayed from the start, since no checkpoint is older';
  return `replayed from the checkpoint of step ${start}`;
}

/** Whether the replay is what the run did, by what it wrote. */
export function exactText(checks: readonly Check[]): string {
  const other = checks.find(({ same }) => !same);
  if (other !== undefined) return `NOT what the run did: in ${other.what}, ${other.difference}`;
  if (checks.length === 0) return 'what the run wrote on this way is nothing to compare with';
  const shown = checks.slice(-3).map(({ what }) => what);
  const more = checks.length - shown.length;
  return `the same bits as the run: ${shown.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
}

/** `step 12 of runs/lenet: epoch 2, batch 4 of 8` */
export function placeText({ shown }: DebuggedRun, { step, place }: DebuggedStep, batches: number): string {
  return `step ${step} of ${shown}: epoch ${place.epoch}, batch ${place.batch + 1} of ${batches}`;
}

/** Where the first number that is not finite is, in a sentence. */
export function nonFiniteText({ inspection: { firstNonFinite: found } }: DebuggedStep): string | null {
  if (found === null) return null;
  const by = found.op === null ? '' : `, made by ${found.op}`;
  return `${found.value} in ${found.where}, element ${found.element}${by}`;
}
