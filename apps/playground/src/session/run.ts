import type { Remote } from 'comlink';
import { readKept } from '../data/kept.ts';
import { ownVersion } from '../data/own.ts';
import type { EngineName, Experiment } from '../state/experiment.ts';
import { change, experiment } from '../state/store.ts';
import { type Client, startClient } from './client.ts';
import { ownDataOf } from './own-data.ts';
import { problemOf } from './problem.ts';
import type { Opened, SessionApi, StepView, WeightPlace } from './protocol.ts';
import { forget, problem, run, status, take, trained, trainedVersion } from './run-state.ts';

export { run } from './run-state.ts';

/** What can be asked of the network of the page. Calls throw `ProblemError`. */
export type Session = Pick<
  Remote<SessionApi>,
  | 'parameters'
  | 'predict'
  | 'activations'
  | 'evaluate'
  | 'samples'
  | 'rangeTest'
  | 'exportOnnx'
  | 'exportSafetensors'
  | 'whole'
  | 'checkpoint'
>;

let client: Client | null = null;
let opening: Promise<Opened> | null = null;
/** Of what is forgotten at a reset: what it still has to say is not taken for that of the next one. */
let current = period();

interface Period {
  isOver: boolean;
  readonly ended: Promise<void>;
  end(): void;
}

function period(): Period {
  let resolve = (): void => {};
  const ended = new Promise<void>((done) => {
    resolve = done;
  });
  const made: Period = {
    isOver: false,
    ended,
    end() {
      made.isOver = true;
      resolve();
    },
  };
  return made;
}

/**
 * The network that is there, for questions; the one of the experiment is opened when there is none. A network that has learned something stays
 * when the experiment changes (`run.isStale`), and is the one of `run.trained`.
 */
export async function session(): Promise<Session> {
  if (run.isStale.peek() && run.step.peek() === 0 && status.peek() === 'idle') reset();
  await (opening ?? open());
  return (client as Client).api;
}

/** So many epochs are added when all are done and training goes on. */
export const MORE_EPOCHS = 5;

/**
 * Starts training, or goes on; anew where the experiment has changed since the network was opened. When all epochs are done, the experiment gets
 * `MORE_EPOCHS` more, so that its link still says what was trained.
 */
export async function startTraining(): Promise<void> {
  if (status.peek() === 'opening' || status.peek() === 'running') return;
  if (status.peek() === 'paused' && !run.isStale.peek()) return resume();
  const isOver = status.peek() === 'failed' || (trained.peek() !== null && run.isStale.peek());
  if (isOver) reset();
  const done = run.epochs.peek().length;
  if (done >= experiment.peek().epochs) change({ epochs: done + MORE_EPOCHS });
  const mine = await attempt(async () => {
    await session();
    await useEngine(experiment.peek().backend);
  });
  if (mine) await train();
}

async function train(): Promise<void> {
  const { epochs } = experiment.peek();
  status.value = 'running';
  await attempt(async () => {
    const done = await (client as Client).api.train(epochs);
    if (status.peek() === 'running' || status.peek() === 'paused') status.value = done >= epochs ? 'done' : 'idle';
  });
}

/** Lets training wait. */
export function pause(): void {
  if (status.peek() !== 'running') return;
  void client?.api.pause();
  status.value = 'paused';
}

export function resume(): void {
  if (status.peek() !== 'paused') return;
  void client?.api.resume();
  status.value = 'running';
}

/** Forgets the network and all numbers; the next one begins with the first parameters of its seed. */
export function reset(): void {
  current.end();
  current = period();
  client?.end();
  client = null;
  opening = null;
  forget();
  status.value = 'idle';
}

/** One update, looked at; `null` when it failed, and `run.problem` says why. A run that trains is paused for it. */
export async function stepOnce(seen: readonly WeightPlace[] = []): Promise<StepView | null> {
  if (status.peek() === 'opening') return null;
  pause();
  if (run.isStale.peek() || status.peek() === 'failed') reset();
  let view: StepView | null = null;
  await attempt(async () => {
    await session();
    view = await (client as Client).api.step(seen);
    if (status.peek() === 'done') status.value = 'idle';
  });
  return view;
}

/** Goes on with another engine; the curve goes on where it was. Where it does not open, the one before stays. */
export async function chooseEngine(engine: EngineName): Promise<void> {
  const before = experiment.peek().backend;
  change({ backend: engine });
  if (opening === null) return;
  const isThere = await attempt(() => useEngine(engine), { isFatal: false });
  if (!isThere && experiment.peek().backend === engine) change({ backend: before });
}

/** Takes up a checkpoint, or the parameters of safetensors, of the network of the experiment. Throws `ProblemError` when they are of another one. */
export async function restore(bytes: Uint8Array, kind: 'checkpoint' | 'safetensors'): Promise<void> {
  if (run.isStale.peek() || status.peek() === 'failed') reset();
  await session();
  await (client as Client).api.restore(bytes, kind);
  status.value = 'idle';
}

/** Opens the network of the experiment as it is now. */
function open(): Promise<Opened> {
  const mine = current;
  const what: Experiment = experiment.peek();
  client?.end();
  const started = startClient((event) => {
    if (!mine.isOver) take(event);
  });
  client = started;
  forget();
  status.value = 'opening';
  trained.value = what;
  opening = (async () => {
    try {
      if (!('name' in what.data)) await readKept();
      trainedVersion.value = ownVersion.peek();
      const found = await started.api.open(what, await ownDataOf(what));
      if (!mine.isOver) status.value = 'idle';
      return found;
    } catch (error) {
      if (!mine.isOver) {
        opening = null;
        fail(error);
      }
      throw error;
    }
  })();
  return opening;
}

async function useEngine(engine: EngineName): Promise<void> {
  await opening;
  if (run.engine.peek()?.engine !== engine) await (client as Client).api.switchEngine(engine);
}

/** Whether it went well; what went wrong is in `run.problem`. What was asked before a reset has ended with it. */
async function attempt(work: () => Promise<void>, { isFatal = true } = {}): Promise<boolean> {
  problem.value = null;
  const mine = current;
  try {
    await Promise.race([work(), mine.ended]);
    return !mine.isOver;
  } catch (error) {
    if (mine.isOver) return false;
    if (isFatal) fail(error);
    else problem.value = problemOf(error);
    return false;
  }
}

function fail(error: unknown): void {
  problem.value = problemOf(error);
  status.value = 'failed';
}
