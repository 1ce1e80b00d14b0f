/** The learning rate of a step; steps count from 1. */
export interface ScheduleFunction {
  (step: number): number;
  /** Callbacks of `fit` on which the rate depends; `fit` calls them by itself. Schedules made of others have theirs. */
  readonly callbacks?: readonly object[];
}
