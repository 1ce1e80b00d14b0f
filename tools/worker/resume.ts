import { type Backend, type Callback, type FitPosition, fit, type TrainerState, trainingControl } from '@descent/core';
import { makeTrainer, pictures } from './networks.ts';

export const EPOCHS = 4;
const data = pictures(320);

/** What a training ended with, as text in which every bit counts. */
export interface Ended {
  readonly curve: string;
  readonly weights: string;
}

interface Run {
  readonly callbacks?: readonly Callback[];
  readonly from?: { readonly state: TrainerState; readonly position: FitPosition };
  /** The update after which it is stopped; a pause comes two before. Default: never. */
  readonly stopAfter?: number;
}

/** Trains for `EPOCHS` epochs of five steps, with dropout and momentum. */
export async function train(backend: Backend, { callbacks = [], from, stopAfter }: Run = {}): Promise<Ended> {
  const trainer = await makeTrainer('mlp', backend);
  if (from !== undefined) await trainer.load(from.state);
  const signal = trainingControl();
  const { history } = await fit(trainer, {
    train: data,
    test: data,
    epochs: EPOCHS,
    callbacks: [
      ...callbacks,
      {
        everySteps: 1,
        onSteps({ trainer: { stepCount } }) {
          if (stopAfter === undefined) return;
          if (stepCount === stopAfter - 2) {
            signal.pause();
            setTimeout(() => signal.resume(), 50);
          }
          if (stepCount === stopAfter) signal.stop();
        },
      },
    ],
    ...(from !== undefined && { resume: from.position }),
    signal,
    log: null,
  });
  const { parameters, slots } = await trainer.state();
  trainer.dispose();
  const arrays = [...Object.entries(parameters), ...Object.entries(slots)];
  const hashes = await Promise.all(arrays.map(async ([name, { data }]) => `${name} ${await hashOf(data)}`));
  return { curve: JSON.stringify(history.map(({ seconds: _, ...record }) => record)), weights: hashes.join('\n') };
}

async function hashOf(data: ArrayBufferView): Promise<string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16)).join('');
}
