import { type Signal, signal } from '@preact/signals';
import type { TermName } from './terms.ts';

/** A term that is explained beside the button that asked for it. */
export interface Shown {
  readonly name: TermName;
  readonly button: HTMLElement;
}

export const shown: Signal<Shown | null> = signal(null);

/** The id of the one popover of the page; buttons of terms point to it. */
export const POPOVER_ID = 'term-popover';
