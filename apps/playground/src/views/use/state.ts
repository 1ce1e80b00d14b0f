import type { ImagePreprocessing, NDArray } from '@descent/core';
import { type Signal, signal } from '@preact/signals';
import { problemOf } from '../../session/problem.ts';
import type { OutputView, Problem, SetName } from '../../session/protocol.ts';
import { run, session } from '../../session/run.ts';
import { foreign } from './foreign.ts';
import { latest } from './latest.ts';
import { type Prepared, prepare, sizeOf } from './prepare.ts';

/** What the network is asked about. */
export type Source =
  | { readonly kind: 'none' }
  | { readonly kind: 'drawing'; readonly prepared: Prepared }
  | { readonly kind: 'file'; readonly name: string; readonly prepared: Prepared }
  | {
      readonly kind: 'sample';
      readonly set: SetName;
      readonly index: number;
      readonly label: number;
      readonly x: NDArray;
    }
  | { readonly kind: 'numbers'; readonly x: NDArray };

export interface Answer {
  readonly view: OutputView;
  /** Names of the classes; none for numbers. */
  readonly labels: readonly string[];
  /** Updates that the network had seen; `null` for an opened file. */
  readonly step: number | null;
}

export const source: Signal<Source> = signal({ kind: 'none' });
export const answer: Signal<Answer | null> = signal(null);
export const problem: Signal<Problem | null> = signal(null);
/** How many questions are under way: drawings that become files, files that become samples, samples that the network is asked about. */
export const underWay: Signal<number> = signal(0);
/** Whether drawings are cut out and centred as MNIST did; else as `descent predict` does without `--fit`. */
export const isCentred: Signal<boolean> = signal(true);

const predictNow = latest(
  counted(async (x: NDArray) => {
    try {
      const model = foreign.peek();
      const step = run.step.peek();
      const view = model === null ? await (await session()).predict(x) : await model.predict(x);
      if (xOf(source.peek()) !== x) return;
      const labels = model === null ? (run.opened.peek()?.classes ?? []) : model.labels;
      answer.value = { view, labels, step: model === null ? step : null };
      problem.value = null;
    } catch (error) {
      answer.value = null;
      problem.value = problemOf(error);
    }
  }),
);

/** Asks again about what is there: the network, or the picture, has changed. */
export function askAgain(): void {
  const x = xOf(source.peek());
  if (x !== null) predictNow(x);
}

/** Asks about something else. */
export function ask(about: Source): void {
  source.value = about;
  problem.value = null;
  if (about.kind === 'none') answer.value = null;
  else askAgain();
}

/** What the network gets: one sample as a batch. */
export function xOf(about: Source): NDArray | null {
  if (about.kind === 'none') return null;
  return about.kind === 'drawing' || about.kind === 'file' ? about.prepared.x : about.x;
}

interface PictureRequest {
  readonly kind: 'drawing' | 'file';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly preprocessing: ImagePreprocessing;
}

/** Prepares a picture and asks about it. */
export const askAboutPicture: (request: PictureRequest) => void = latest(
  counted(async ({ kind, name, bytes, preprocessing }: PictureRequest) => {
    try {
      const prepared = await prepare(bytes, preprocessing, await sizeOf(bytes).catch(() => ({ width: 1, height: 1 })));
      ask(kind === 'drawing' ? { kind, prepared } : { kind, name, prepared });
    } catch (error) {
      ask({ kind: 'none' });
      problem.value = problemOf(error);
    }
  }),
);

/** `work`, which is under way until it has ended. */
export function counted<A extends unknown[]>(work: (...given: A) => Promise<void>): (...given: A) => Promise<void> {
  return async (...given) => {
    underWay.value++;
    try {
      await work(...given);
    } finally {
      underWay.value--;
    }
  };
}
