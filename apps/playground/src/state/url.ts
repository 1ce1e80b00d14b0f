import { batch, effect } from '@preact/signals';
import { problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import { VIEW_NAMES, type ViewName } from '../views/view.ts';
import { decodeJson, encodeJson } from './address-code.ts';
import { type ComparedRun, comparison, runsOfAddress, runsPart } from './comparison.ts';
import { configOf, DEFAULT_EXPERIMENT, type Experiment } from './experiment.ts';
import { addressProblem, experiment, view } from './store.ts';

/** What an address says. */
export interface Place {
  readonly view: ViewName;
  readonly experiment: Experiment;
}

export interface ReadPlace extends Place {
  /** What the address says wrongly; then the experiment, or its engine, is as at the beginning. */
  readonly problem: Problem | null;
}

/** Longer addresses are none of this page's. */
const MOST_CHARACTERS = 100_000;

/** The part of an address behind `#`: the view, the experiment as JSON in base64 for addresses, and the runs of the comparison. */
export function encodePlace({ view, experiment }: Place): string {
  return `/${view}?${encodeJson(configOf(experiment))}${runsPart(experiment)}`;
}

/** What such a part says. What it does not say is as at the beginning; what it says wrongly, too, with what is wrong. */
export async function decodePlace(text: string): Promise<ReadPlace> {
  const { view, code } = partsOf(text);
  const start = { view, experiment: DEFAULT_EXPERIMENT, problem: null };
  if (code === '') return start;
  try {
    const { readExperiment } = await import('./read-experiment.ts');
    const { experiment, otherEngine } = await readExperiment(withDefaults(jsonOf(code)), 'link');
    const problem = otherEngine === null ? null : engineProblem(otherEngine, experiment);
    return { view, experiment, problem };
  } catch (error) {
    return { ...start, problem: problemOf(error) };
  }
}

/** A link may say no more than the network; the rest is as at the beginning. */
function withDefaults(json: unknown): unknown {
  const { model: _, ...rest } = DEFAULT_EXPERIMENT;
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...rest, ...json } : json;
}

/** Those of the runs of an address that this page can train. */
async function trainable(runs: readonly ComparedRun[]): Promise<readonly ComparedRun[]> {
  if (runs.length === 0) return [];
  const { readExperiment } = await import('./read-experiment.ts');
  const checked = runs.map(async (run) => {
    const read = await readExperiment(run.experiment, run.name).catch(() => null);
    return read === null || read.otherEngine !== null ? [] : [{ ...run, experiment: read.experiment }];
  });
  return (await Promise.all(checked)).flat();
}

function partsOf(text: string): { readonly view: ViewName; readonly code: string } {
  const [, name, code = ''] = /^#?\/?([a-z]*)(?:\?([^&]*).*)?$/.exec(text) ?? [];
  return { view: VIEW_NAMES.find((known) => known === name) ?? 'build', code };
}

function jsonOf(code: string): unknown {
  if (code.length > MOST_CHARACTERS) throw new Error(`the link has ${code.length} characters`);
  return decodeJson(code);
}

function engineProblem(engine: string, { backend }: Experiment): Problem {
  return {
    name: 'DescentError',
    message: 'the page has no such engine',
    path: 'link: backend',
    received: engine.slice(0, 80),
    expected: backend,
  };
}

/** Keeps the address and the state equal: a link opens what it names, and what changes in the page changes the address. Resolves when the address is read. */
export async function followAddress(): Promise<void> {
  let reading = 0;
  const read = async (): Promise<void> => {
    reading++;
    const mine = reading;
    const address = location.hash;
    const place = await decodePlace(address);
    const runs = await trainable(runsOfAddress(address, place.experiment));
    // A later address was read meanwhile.
    if (mine !== reading) return;
    // At once: half of it would be another address, a step of its own that ends the browser's way forward.
    batch(() => {
      view.value = place.view;
      experiment.value = place.experiment;
      comparison.value = runs;
      addressProblem.value = place.problem;
    });
  };
  await read();
  addEventListener('hashchange', () => {
    const isAt = (shownView: ViewName): boolean =>
      location.hash === `#${encodePlace({ view: shownView, experiment: experiment.peek() })}`;
    if (isAt(view.peek())) return;
    const { view: next } = partsOf(location.hash);
    if (!isAt(next)) {
      void read();
      return;
    }
    // Another view of what is here needs no reading, during which people could change something and lose it.
    reading++;
    view.value = next;
  });
  let shown = view.peek();
  effect(() => {
    const address = `#${encodePlace({ view: view.value, experiment: experiment.value })}`;
    const isStep = view.value !== shown;
    shown = view.value;
    if (address === location.hash) return;
    // Going to another view is a step that the browser's back button undoes; a changed number is none.
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  });
}
