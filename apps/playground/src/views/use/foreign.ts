import { type Signal, signal } from '@preact/signals';
import type { ForeignModel } from './foreign-model.ts';

/** The ONNX file that is asked instead of the network of the page; `null`: none. */
export const foreign: Signal<ForeignModel | null> = signal(null);

/** Asks this model from now on, or the network of the page again. */
export function useModel(model: ForeignModel | null): void {
  foreign.peek()?.close();
  foreign.value = model;
}
