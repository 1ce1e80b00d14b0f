import { z } from 'zod';

/** A job in the queue: where the trial is, and how far it is to be trained. What it is, its folder says. */
export interface QueuedTrial {
  /** Folder of its sweep: the same path on all machines. */
  readonly sweep: string;
  readonly trial: number;
  readonly epochs: number;
}

const schema: z.ZodType<QueuedTrial> = z.object({
  sweep: z.string().min(1),
  trial: z.int().min(1),
  epochs: z.int().min(1),
});

/** Throws for anything else. */
export function parseQueuedTrial(data: unknown): QueuedTrial {
  return schema.parse(data);
}
