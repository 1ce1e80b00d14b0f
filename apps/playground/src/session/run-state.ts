import type { Finding } from '@descent/core';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { ownVersion } from '../data/own.ts';
import type { Experiment } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { type Curve, EMPTY_CURVE, withSteps } from './curve.ts';
import type { EngineInfo, EpochScores, Opened, Problem, SessionEvent } from './protocol.ts';

/**
 * `idle`: nothing is trained yet, or training was stopped; `done`: all epochs are done; `failed`: `run.problem` says why. Whether there is a network
 * says `run.opened`.
 */
export type RunStatus = 'idle' | 'opening' | 'running' | 'paused' | 'done' | 'failed';

/** Another engine goes on after that many steps. */
export interface EngineChange {
  readonly step: number;
  readonly info: EngineInfo;
}

/** The run of this page as views show it; only `run.ts` writes. */
export interface Run {
  readonly status: ReadonlySignal<RunStatus>;
  /** Why the last thing that was asked for failed; `null` when it did not. */
  readonly problem: ReadonlySignal<Problem | null>;
  /** What is fetched or started now. */
  readonly loading: ReadonlySignal<'data' | 'engine' | null>;
  /** The network that is there; `null` before it is first needed, and after a reset. */
  readonly opened: ReadonlySignal<Opened | null>;
  /** What that network, its data and its training were made of. */
  readonly trained: ReadonlySignal<Experiment | null>;
  /** Whether the experiment of the page has changed since, so that the numbers here are of another one. */
  readonly isStale: ReadonlySignal<boolean>;
  readonly curve: ReadonlySignal<Curve>;
  readonly epochs: ReadonlySignal<readonly EpochScores[]>;
  /** Updates made. */
  readonly step: ReadonlySignal<number>;
  readonly findings: ReadonlySignal<readonly Finding[]>;
  readonly engine: ReadonlySignal<EngineInfo | null>;
  readonly engineChanges: ReadonlySignal<readonly EngineChange[]>;
  /** Grows whenever parameters have changed; views that show them read it to know when to ask again. */
  readonly version: ReadonlySignal<number>;
}

export const status: Signal<RunStatus> = signal('idle');
export const problem: Signal<Problem | null> = signal(null);
export const opened: Signal<Opened | null> = signal(null);
export const trained: Signal<Experiment | null> = signal(null);
/** `ownVersion` when that network was opened. */
export const trainedVersion: Signal<number> = signal(0);

const loading: Signal<'data' | 'engine' | null> = signal(null);
const curve: Signal<Curve> = signal(EMPTY_CURVE);
const epochs: Signal<readonly EpochScores[]> = signal([]);
const findings: Signal<readonly Finding[]> = signal([]);
const engine: Signal<EngineInfo | null> = signal(null);
const engineChanges: Signal<readonly EngineChange[]> = signal([]);
const version: Signal<number> = signal(0);

export const run: Run = {
  status,
  problem,
  loading,
  opened,
  trained,
  isStale: computed(() => {
    const before = trained.value;
    if (before === null) return false;
    // Own data may have become others under the same name.
    const isOther = !('name' in before.data) && trainedVersion.value !== ownVersion.value;
    return isOther || !isSameRun(before, experiment.value);
  }),
  curve,
  epochs,
  step: computed(() => curve.value.losses.length),
  findings,
  engine,
  engineChanges,
  version,
};

/** Whether a run of one experiment is the beginning of a run of the other: all is equal but the number of epochs and the engine. */
export function isSameRun(a: Experiment, b: Experiment): boolean {
  const rest = ({ epochs: _, backend: __, ...others }: Experiment): string =>
    JSON.stringify(Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1)));
  return rest(a) === rest(b);
}

/** Takes everything back that a run has shown. */
export function forget(): void {
  curve.value = EMPTY_CURVE;
  epochs.value = [];
  findings.value = [];
  engineChanges.value = [];
  engine.value = null;
  opened.value = null;
  trained.value = null;
  problem.value = null;
  loading.value = null;
  version.value++;
}

/** Takes in what happened in the worker. */
export function take(event: SessionEvent): void {
  switch (event.type) {
    case 'loading':
      loading.value = event.what;
      return;
    case 'opened':
      loading.value = null;
      opened.value = event.opened;
      engine.value = event.opened.engine;
      version.value++;
      return;
    case 'steps':
      curve.value = withSteps(curve.value, event.from, event.losses, event.accuracies);
      version.value++;
      return;
    case 'epoch':
      epochs.value = [...epochs.value, event.scores];
      return;
    case 'findings':
      findings.value = event.findings;
      return;
    case 'engine':
      loading.value = null;
      engine.value = event.info;
      engineChanges.value = [...engineChanges.value, { step: event.step, info: event.info }];
      return;
    case 'restored':
      curve.value = withSteps(EMPTY_CURVE, event.step + 1, [], []);
      epochs.value = event.epochs;
      findings.value = [];
      engineChanges.value = [];
      version.value++;
  }
}
