// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import type { AnyBatch, BatchSource } from '../src/public/index.ts';

declare const data: AnyBatch;
const fed = { length: 1, batchSize: 2, epoch: () => [data] };
const indices = (): Uint32Array => Uint32Array.of(0, 1);

export const streamed: BatchSource = fed;
export const counted: BatchSource = { ...fed, indices };
export const known: BatchSource = { ...fed, targets: { y: data.y, sample: { shape: [2] } } };
export const inMemory: BatchSource = { ...fed, dataset: data, indices };
// @ts-expect-error data in memory without the rows of an epoch
export const rowless: BatchSource = { ...fed, dataset: data };
// @ts-expect-error targets without the type of a sample
export const sampleless: BatchSource = { ...fed, targets: data.y };
