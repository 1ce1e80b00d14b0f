import { key, permutation } from '@descent/core/random';
import type { Task } from '../train-step/engine.ts';
import type { BrowserEngine } from './engines.ts';

/** An engine that trains, in a frame of the page. */
export interface PageEngine {
  /** Trains on the next batch, from the given weights on; gives its loss. */
  step(): Promise<number>;
  /** Trains for an epoch in a random order, the way the library means it. */
  epoch(): Promise<void>;
  /** The same for so many ms, over and over. */
  train(ms: number): Promise<void>;
  /** ms inside of `InferenceSession.run` so far, where that is known. */
  readonly insideMs?: () => number;
}

/** What is trained. */
export interface PageEngineTask extends Omit<Task, 'threads'> {
  /** Batches of an epoch, of the first images. */
  readonly epochBatches: number;
}

export type OpenPageEngine = (engine: BrowserEngine, task: PageEngineTask) => Promise<PageEngine>;

/** The rows of an epoch, in another order each time. */
export function shuffledRows({ epochBatches, batchSize }: PageEngineTask, epoch: number): Uint32Array {
  return permutation(key(epoch), epochBatches * batchSize);
}
