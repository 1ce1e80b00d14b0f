/** The learning rate of a step; steps count from 1. */
export type ScheduleFunction = (step: number) => number;
