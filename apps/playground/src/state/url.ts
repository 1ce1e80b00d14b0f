import { effect } from '@preact/signals';
import { VIEW_NAMES, type ViewName } from '../views/view.ts';
import { comparison, runsOfAddress, runsPart } from './comparison.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from './experiment.ts';
import { experiment, view } from './store.ts';

/** What an address says. */
export interface Place {
  readonly view: ViewName;
  readonly experiment: Experiment;
}

/** The part of an address behind `#`: the view, the experiment as JSON in base64 for addresses, and the runs of the comparison. */
export function encodePlace({ view, experiment }: Place): string {
  const bytes = new TextEncoder().encode(JSON.stringify(experiment));
  return `/${view}?${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')}${runsPart(experiment)}`;
}

/** What such a part says; what it does not say, or says wrongly, is as at the beginning. */
export function decodePlace(text: string): Place {
  const [, name, code] = /^#?\/?([a-z]*)(?:\?([^&]*).*)?$/.exec(text) ?? [];
  const view = VIEW_NAMES.find((known) => known === name) ?? 'build';
  return { view, experiment: decodeExperiment(code) ?? DEFAULT_EXPERIMENT };
}

function decodeExperiment(code: string | undefined): Experiment | null {
  if (code === undefined || code === '') return null;
  try {
    const binary = atob(code.replaceAll('-', '+').replaceAll('_', '/'));
    const json: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
    return typeof json === 'object' && json !== null ? { ...DEFAULT_EXPERIMENT, ...json } : null;
  } catch {
    return null;
  }
}

/** Keeps the address and the state equal: a link opens what it names, and what changes in the page changes the address. */
export function followAddress(): void {
  const read = (): void => {
    const place = decodePlace(location.hash);
    view.value = place.view;
    experiment.value = place.experiment;
    comparison.value = runsOfAddress(location.hash, place.experiment);
  };
  read();
  addEventListener('hashchange', () => {
    if (location.hash !== `#${encodePlace({ view: view.peek(), experiment: experiment.peek() })}`) read();
  });
  let shown = view.peek();
  effect(() => {
    const address = `#${encodePlace({ view: view.value, experiment: experiment.value })}`;
    if (address === location.hash) return;
    // Going to another view is a step that the browser's back button undoes; a changed number is none.
    if (view.value !== shown) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    shown = view.value;
  });
}
