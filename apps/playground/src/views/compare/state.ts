import { computed, type ReadonlySignal } from '@preact/signals';
import { startClient } from '../../session/client.ts';
import { ownDataOf } from '../../session/own-data.ts';
import { type ComparedRun, comparison, MOST_RUNS } from '../../state/comparison.ts';
import type { Experiment } from '../../state/experiment.ts';
import { experimentsOf, jobsOf } from './results.ts';
import { createRunner, isBusy, type Job, keyOf } from './runner.ts';

/** Trains the runs of this page. It goes on while other views are shown. */
export const runner = createRunner({ start: startClient, own: ownDataOf });

/** A run of the comparison with what is known of it. */
export interface RunResult {
  readonly run: ComparedRun;
  readonly jobs: readonly Job[];
}

export const results: ReadonlySignal<readonly RunResult[]> = computed(() =>
  comparison.value.map((run) => ({ run, jobs: jobsOf(run, runner.jobs.value) })),
);

export const isTraining: ReadonlySignal<boolean> = computed(() => [...runner.jobs.value.values()].some(isBusy));

/** Adds runs that are not there; gives whether there was room for all. */
export function addRuns(runs: readonly ComparedRun[]): boolean {
  const before = comparison.peek();
  const isThere = ({ experiment }: ComparedRun): boolean =>
    before.some((run) => JSON.stringify(run.experiment) === JSON.stringify(experiment));
  const fresh = runs.filter((run) => !isThere(run));
  const added: ComparedRun[] = [];
  for (const run of fresh.slice(0, MOST_RUNS - before.length))
    added.push({ ...run, seeds: before[0]?.seeds ?? run.seeds, name: freeName(run.name, [...before, ...added]) });
  comparison.value = [...before, ...added];
  return added.length === fresh.length;
}

export function addCurrent(experiment: Experiment, name: string): boolean {
  return addRuns([{ name, experiment, seeds: 1 }]);
}

/** Curves are told apart by their names, so no two runs have the same. */
export function freeName(name: string, runs: readonly ComparedRun[]): string {
  const isTaken = (wanted: string): boolean => runs.some((run) => run.name === wanted);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}

export function renameRun(run: ComparedRun, name: string): void {
  const others = comparison.peek().filter((one) => one !== run);
  const wanted = name.trim() === '' ? run.name : name.trim();
  comparison.value = comparison.peek().map((one) => (one === run ? { ...run, name: freeName(wanted, others) } : one));
}

export function removeRuns(removed: readonly ComparedRun[]): void {
  comparison.value = comparison.peek().filter((run) => !removed.includes(run));
  stopOthers();
}

export function chooseSeeds(seeds: number): void {
  comparison.value = comparison.peek().map((run) => ({ ...run, seeds }));
  stopOthers();
}

/** Stops what is trained for no run any more. */
function stopOthers(): void {
  const wanted = new Set(comparison.peek().flatMap(experimentsOf).map(keyOf));
  const others = [...runner.jobs.peek()].filter(([key, job]) => isBusy(job) && !wanted.has(key));
  runner.cancel(others.map(([, { experiment }]) => experiment));
}

export function trainRuns(runs: readonly ComparedRun[]): void {
  runner.train(runs.flatMap(experimentsOf));
}
