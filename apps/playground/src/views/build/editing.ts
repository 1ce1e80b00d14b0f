import type { SampleType, Tree } from '@descent/core';
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { filesSampleOf, sampleOf } from '../../data/own.ts';
import type { Call, Experiment } from '../../state/experiment.ts';
import { change, experiment } from '../../state/store.ts';
import { type Analysis, analyse, flowOf } from './analysis.ts';
import { nameOf } from './arguments.ts';
import { applyFix, type Fix } from './fixes.ts';
import { type History, recorded, redone, started, undone } from './history.ts';
import { presetsFor } from './presets.ts';

/** Every change of the experiment, wherever on the page it was made. */
const history: Signal<History<Experiment>> = signal(started(experiment.peek()));
effect(() => {
  history.value = recorded(history.peek(), experiment.value);
});

export const canUndo: ReadonlySignal<boolean> = computed(() => history.value.past.length > 0);
export const canRedo: ReadonlySignal<boolean> = computed(() => history.value.future.length > 0);

export function undo(): void {
  show(undone(history.peek()));
}

export function redo(): void {
  show(redone(history.peek()));
}

function show(next: History<Experiment>): void {
  history.value = next;
  experiment.value = next.present;
}

/** What a network for the data of the experiment takes and gives. */
export interface DataShape {
  readonly sample: Tree<SampleType>;
  /** Of the sample, or of the first of its tensors. */
  readonly shape: readonly number[];
  /** Numbers that the network gives for one sample: one for each class, or 1. `null` of data in files, of which the config says what is learned. */
  readonly outputs: number | null;
  readonly task: 'classification' | 'regression' | 'other';
  /** Of texts: how many different tokens there are. */
  readonly tokens?: number;
}

/** `null` for data of one's own that are not read yet. */
export const dataShape: ReadonlySignal<DataShape | null> = computed(() => {
  const inFiles = filesSampleOf(experiment.value.data);
  if (inFiles !== null && inFiles.sample !== null) {
    const { sample, task } = inFiles;
    return { sample, shape: flowOf(sample).shape, outputs: null, task: task === 'regression' ? task : 'other' };
  }
  const known = sampleOf(experiment.value.data);
  if (known === null) return null;
  const { shape, dtype, classes, task, tokens } = known;
  const outputs = task === 'regression' ? 1 : classes.length;
  return { sample: { shape, dtype }, shape, outputs, task, ...(tokens !== undefined && { tokens }) };
});

export const analysis: ReadonlySignal<Analysis | null> = computed(() => {
  const shape = dataShape.value;
  return shape === null ? null : analyse(experiment.value.model, shape.sample);
});

/** Other data need another network: the first one for them, where the one that is there does not take them. */
let last: { readonly model: readonly Call[]; readonly shape: string } | null = null;
effect(() => {
  const { model } = experiment.value;
  const shape = dataShape.value;
  if (shape === null) return;
  const text = JSON.stringify(shape);
  const isChanged = last !== null && last.model === model && last.shape !== text;
  last = { model, shape: text };
  if (!isChanged || shape.outputs === null) return;
  const { output } = analyse(model, shape.sample);
  if (output !== null && output.named === null && output.shape.join() === String(shape.outputs)) return;
  const presets = presetsFor(shape.shape, shape.outputs, shape.tokens);
  // Of numbers the second one, since the first has no hidden layer.
  const areNumbers = shape.shape.length !== 3 && shape.tokens === undefined;
  const preset = areNumbers ? (presets[1] ?? presets[0]) : presets[0];
  if (preset !== undefined) setModel(preset.model);
});

/** What was done, for those who hear the page. */
export const announced: Signal<string> = signal('');

export function setModel(model: readonly Call[]): void {
  change({ model });
}

export function fix(one: Fix): void {
  setModel(applyFix(experiment.peek().model, one));
}

export function setCall(index: number, call: Call): void {
  setModel(experiment.peek().model.with(index, call));
}

export function insert(index: number, call: Call): void {
  setModel(experiment.peek().model.toSpliced(index, 0, call));
}

/** A network keeps one layer at least: a config without any is none. */
export function remove(index: number): string | null {
  const { model } = experiment.peek();
  if (model.length < 2) return null;
  setModel(model.toSpliced(index, 1));
  focusBlock(Math.min(index, model.length - 2));
  return nameOf(model[index] as Call);
}

/** Moves a block to the place `to` of the others; gives the place where it is then. */
export function move(from: number, to: number): number {
  const { model } = experiment.peek();
  const place = Math.max(0, Math.min(model.length - 1, to));
  if (place !== from) setModel(model.toSpliced(from, 1).toSpliced(place, 0, model[from] as Call));
  focusBlock(place);
  return place;
}

/** The same place in the list has the block at once, so that the next key is for it. */
export function focusBlock(index: number): void {
  document.querySelector<HTMLElement>(`[data-block="${index}"] .block-grip`)?.focus();
}
