/** By itself, so that the help of the command loads no engine. */
export const ENGINES = ['local', 'bullmq', 'slurm'] as const;
export type EngineName = (typeof ENGINES)[number];
