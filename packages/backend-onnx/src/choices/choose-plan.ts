import type { Program } from '@descent/core/backend';
import type { BlockedLowering } from '../blocked-options.ts';
import type { Device } from '../device/device.ts';
import type { DeviceOptions } from '../device/options.ts';
import type { LowerOptions } from '../lower.ts';
import type { Plan } from '../plan.ts';

/** A program with its ways chosen. */
export interface ChosenPlan {
  readonly plan: Plan;
  readonly options: LowerOptions;
}

/** Chooses the ways of a program that would be lowered by `options`. */
export type ChoosePlan = (program: Program, options: LowerOptions & BlockedLowering) => Promise<ChosenPlan>;

/** Chooses ways by measurement where that is asked for; what does it is loaded at the first program that is not a predictor, whose weights are constant. */
export function choosePlan(
  device: () => Promise<Device>,
  options: DeviceOptions,
): (...of: Parameters<ChoosePlan>) => Promise<ChosenPlan | null> {
  const { choices } = options;
  let loaded: Promise<ChoosePlan> | undefined;
  return async (program, lowering) => {
    if (choices === null || Object.keys(program.constants ?? {}).length > 0) return null;
    loaded ??= import('./measured-choices.ts').then((it) => it.measuredChoices(choices, device, options));
    return (await loaded)(program, lowering);
  };
}
