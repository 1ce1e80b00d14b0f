import { type Signal, signal } from '@preact/signals';
import type { Problem } from '../session/protocol.ts';
import type { ViewName } from '../views/view.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from './experiment.ts';

/** What the page shows and trains. `url.ts` keeps both in the address. */
export const experiment: Signal<Experiment> = signal(DEFAULT_EXPERIMENT);
export const view: Signal<ViewName> = signal('build');
/** What the address of the page said wrongly, until it is read. */
export const addressProblem: Signal<Problem | null> = signal(null);

/** Changes some keys of the experiment. */
export function change(part: Partial<Experiment>): void {
  experiment.value = { ...experiment.value, ...part };
}
