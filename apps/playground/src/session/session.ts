import { decodeSafetensors, type NDArray, StateError, toParameters } from '@descent/core';
import { subset } from '@descent/datasets';
import { decodeCheckpoint, encodeCheckpoint } from '@descent/runs/checkpoints';
import { configOf, type EngineName } from '../state/experiment.ts';
import { activationsOf } from './activations.ts';
import { type OpenedEngine, openEngine } from './engines.ts';
import { onnxOf, safetensorsOf } from './exports.ts';
import { judged, predicted, severalArrays } from './judging.ts';
import { arePlain, disposeNetwork, type Network, openedOf, openNetwork, START, trainerOn } from './network.ts';
import { lookedAtStep } from './one-step.ts';
import type { SessionApi, SessionEvent } from './protocol.ts';
import { rangeTest } from './range-test.ts';
import { setOf } from './sets.ts';
import { createTelling, epochScores, trainSegment } from './training.ts';
import { createTurns } from './turns.ts';

export interface SessionOptions {
  /** Default: the engines of a page. */
  readonly open?: (engine: EngineName) => Promise<OpenedEngine>;
  /** Milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

/** One network in training; `emit` gets what happens. Runs in a worker of the page, and in Node. */
export function createSession(emit: (event: SessionEvent) => void, options: SessionOptions = {}): SessionApi {
  const { open = openEngine, now = () => performance.now() } = options;
  let network: Network | null = null;
  /** Why training cannot go on: the numbers of the network and the place in its epoch no longer belong together. */
  let broken: unknown = null;
  const telling = createTelling(emit, now);
  const turns = createTurns(() => {
    telling.groups.flush();
    telling.watch.stop();
  });

  const there = (): Network => {
    if (network !== null) return network;
    throw new StateError('there is no network yet', { fix: 'open one first' });
  };
  const sound = (): Network => {
    const found = there();
    if (broken !== null) throw broken;
    return found;
  };
  const segment = async (epochs: number, isSingle = false): Promise<boolean> => {
    const trained = sound();
    try {
      return await trainSegment(trained, { epochs, isSingle }, telling, turns.signal);
    } catch (error) {
      broken = error;
      throw error;
    }
  };
  const looking = <T>(look: (network: Network) => Promise<T>): Promise<T> => turns.between(async () => look(there()));
  const doneSteps = ({ position, batches }: Network): number => {
    const { epoch, step } = position();
    return (epoch - 1) * batches.length + step;
  };

  return {
    open: (experiment, own) =>
      turns.after(async () => {
        const before = network;
        network = null;
        broken = null;
        if (before !== null) await disposeNetwork(before);
        network = await openNetwork(experiment, own, { emit, open });
        telling.watch.lap();
        const opened = openedOf(network);
        emit({ type: 'opened', opened });
        return opened;
      }),
    async train(epochs) {
      await turns.train(() => segment(epochs));
      return there().position().epoch - 1;
    },
    pause: turns.pause,
    resume: turns.resume,
    stop: turns.stop,
    step: (seen) =>
      turns.apart(async () => {
        const { epoch } = sound().position();
        return lookedAtStep(sound(), seen, async () => void (await segment(epoch, true)));
      }),
    switchEngine: (engine) =>
      turns.apart(async () => {
        const moved = sound();
        const { recipe, experiment } = moved;
        const state = await moved.trainer.state();
        emit({ type: 'loading', what: 'engine' });
        const { backend, info } = await open(engine);
        try {
          const trainer = await trainerOn(backend, recipe, experiment.seed);
          await trainer.load(state);
          const before = { trainer: moved.trainer, backend: moved.backend };
          Object.assign(moved, { trainer, backend, info });
          before.trainer.dispose();
          await before.backend.dispose();
        } catch (error) {
          if (moved.backend !== backend) await backend.dispose();
          throw error;
        }
        emit({ type: 'engine', info, step: doneSteps(moved) });
        return info;
      }),
    parameters: () => looking(({ trainer }) => trainer.parameters()),
    predict: (x) => looking((asked) => predicted(asked, x)),
    activations: (x) => looking((asked) => activationsOf(asked, x)),
    evaluate: (set, mistakes) => looking((asked) => judged(asked, setOf(asked.sets, set), mistakes)),
    samples: (set, from, count) =>
      looking(async ({ sets }) => {
        const data = setOf(sets, set);
        if (!arePlain(sets)) throw severalArrays('samples or targets');
        const length = Math.max(0, Math.min(count, data.length - from));
        const { x, y, classes } = subset(
          data,
          Array.from({ length }, (_, i) => from + i),
        );
        return { x: x as NDArray, y: y as NDArray, classes };
      }),
    whole: (set) =>
      looking(async ({ sets }) => {
        const { x, y } = setOf(sets, set);
        return { x, y };
      }),
    rangeTest: (given) => looking((asked) => rangeTest(asked, given)),
    exportOnnx: () => looking(onnxOf),
    exportSafetensors: () => looking(safetensorsOf),
    checkpoint: () =>
      looking(async () => {
        const { trainer, position, experiment } = sound();
        return encodeCheckpoint({
          state: await trainer.state(),
          position: position(),
          info: { settings: configOf(experiment) },
        });
      }),
    restore: (bytes, kind) =>
      turns.after(async () => {
        const taken = there();
        if (kind === 'checkpoint') {
          const { state, position } = await decodeCheckpoint(bytes, 'the checkpoint');
          await taken.trainer.load(state);
          taken.position = () => position;
        } else {
          const parameters = toParameters(taken.recipe.model, decodeSafetensors(bytes, 'the file').tensors);
          const before = taken.trainer;
          taken.trainer = await trainerOn(taken.backend, taken.recipe, taken.experiment.seed, parameters);
          before.dispose();
          taken.position = () => START;
        }
        broken = null;
        const { history } = taken.position();
        emit({ type: 'restored', step: doneSteps(taken), epochs: history.map(epochScores) });
      }),
    dispose: () =>
      turns.after(async () => {
        const before = network;
        network = null;
        if (before !== null) await disposeNetwork(before);
      }),
  };
}
