import { type Signal, signal } from '@preact/signals';
import type { ViewName } from '../views/view.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from './experiment.ts';

/** What the page shows and trains. `url.ts` keeps both in the address. */
export const experiment: Signal<Experiment> = signal(DEFAULT_EXPERIMENT);
export const view: Signal<ViewName> = signal('build');

/** Changes some keys of the experiment. */
export function change(part: Partial<Experiment>): void {
  experiment.value = { ...experiment.value, ...part };
}
