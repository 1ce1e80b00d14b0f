// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import { type AnyTrainer, type BatchSource, fit } from '@descent/core';
import { checkpoints } from '@descent/runs';

declare const trainer: AnyTrainer<'accuracy'>;
declare const train: BatchSource;

const options = { train, validation: train, epochs: 1 };
await fit(trainer, { ...options, callbacks: [checkpoints({ folder: 'run' })] });
await fit(trainer, { ...options, callbacks: [checkpoints({ folder: 'run', best: 'validation.accuracy' })] });
// @ts-expect-error no metric of this name
await fit(trainer, { ...options, callbacks: [checkpoints({ folder: 'run', best: 'validation.acuracy' })] });
