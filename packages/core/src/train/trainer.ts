import type { Arrays, Backend, Executable } from '../backend/contract.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import type { Layer } from '../layers/layer.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import { expectParameters, initParameters, type Parameters } from '../model/parameters.ts';
import { learningRate, type Optimizer } from '../optimizers/optimizer.ts';
import { fold, key } from '../random/index.ts';
import { keyed, pick, sliceSteps, squeeze, squeezed, unsqueeze } from './arrays.ts';
import { type Batch, fedBatch } from './batch.ts';
import { type BackendCapabilities, expectCapable } from './capabilities.ts';
import { type DrawInput, drawSteps } from './draws.ts';
import { expectNames, type Metrics, metricsAt, Totals } from './metrics.ts';
import { type ResidentData, type ResidentHost, residentData } from './resident.ts';
import { emptySlots, expectSlots, SLOTS, slotShapes } from './slots.ts';
import { type BatchSpec, evaluateProgram, names, type Recipe, type StepProgram, trainProgram } from './step.ts';
import { expectBatch, expectRules } from './targets.ts';
import { nonFiniteLoss } from './trace.ts';
import type { Directions } from './watch.ts';

/** Everything that a run needs to go on: put it in a file, load it into a trainer of the same network and optimizer. */
export interface TrainerState {
  readonly step: number;
  readonly parameters: Parameters;
  /** Optimizer slots, as `momentum/0.weight`. */
  readonly slots: Readonly<Record<string, NDArray>>;
}

export interface TrainerOptions {
  readonly model: Layer;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly backend: Backend;
  /** Default none; the loss is always reported. */
  readonly metrics?: readonly Metric[];
  /** Of initialization and dropout, default 0. */
  readonly seed?: number;
  /** Start from these instead of drawing them. */
  readonly parameters?: Parameters;
  /** Parameters that stay as they are: those whose name matches. Default none. */
  readonly freeze?: RegExp;
  /** Backends to name in the error when `backend` lacks an op of the network. Default: the reference interpreter. */
  readonly alternatives?: readonly BackendCapabilities[];
}

export interface Trainer {
  readonly model: Layer;
  /** Which way the loss and each metric get better; a loss is better lower. */
  readonly directions: Directions;
  /** Number of updates made. */
  readonly stepCount: number;
  /**
   * One update on one batch; gives its loss and metrics from before the update.
   * @throws NumericError when the loss is not finite, with the step and the layer; the parameters stay those from before the step.
   * @throws ValueError when a target is not what the loss or a metric takes, such as a label without a class, with its row.
   */
  step(x: NDArray, y: NDArray): Promise<Metrics>;
  /** Means over all batches, without dropout and without an update. */
  evaluate(batches: Iterable<Batch> | AsyncIterable<Batch>): Promise<Metrics>;
  /** The current parameters, copied to the host. */
  parameters(): Promise<Parameters>;
  state(): Promise<TrainerState>;
  /** Takes up a saved state. Throws a `StateError` naming every difference when it is another network's or optimizer's. */
  load(state: TrainerState): Promise<void>;
  /**
   * Copies a data set to the device, once however often it is called with the same object.
   * @throws ValueError, ShapeError or DTypeError when the loss or a metric is not for its targets.
   */
  resident(data: Batch): Promise<ResidentData>;
  dispose(): void;
}

interface Compiled extends StepProgram {
  readonly executable: Executable;
}

/**
 * Binds a network, a loss and an optimizer to a backend: draws the parameters from the seed and puts them on the device. Programs are
 * compiled at the first batch of each shape; a network that needs an op which the backend lacks is refused then, before anything is trained.
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { model, loss, optimizer, backend, metrics = [], seed = 0, alternatives = [] } = options;
  expectNames(metrics);
  const isFrozen = (name: string): boolean => options.freeze !== undefined && name.search(options.freeze) !== -1;
  const recipe: Recipe = { model, loss, optimizer, metrics, isFrozen };
  const parameters = options.parameters ?? initParameters(model, seed);
  expectParameters(model, parameters);
  const draws = fold(key(seed), 'draws');
  const state = await backend.state({ ...keyed(names.parameter, parameters), ...emptySlots(recipe) });
  const programs = new Map<string, Promise<Compiled>>();
  let stepCount = 0;
  const residents = new Map<Batch, Promise<ResidentData>>();

  const compile = async (kind: 'train' | 'evaluate', batch: BatchSpec): Promise<Compiled> => {
    const id = `${kind} ${JSON.stringify(batch)}`;
    let compiled = programs.get(id);
    if (compiled === undefined) {
      if (kind === 'train') expectCapable(recipe, batch, backend, alternatives);
      const built = kind === 'train' ? trainProgram(recipe, batch) : evaluateProgram(recipe, batch);
      compiled = backend
        .compile(built.program, { purpose: 'training' })
        .then((executable) => ({ ...built, executable }));
      programs.set(id, compiled);
    }
    return compiled;
  };

  /** Runs `steps` updates at once, and on a loss that is not finite replays them one by one to find the culprit. */
  const update = async (
    { executable, draws: inputs }: Compiled,
    steps: number,
    feeds: Arrays,
    batchOf: (i: number) => NDArray,
  ): Promise<readonly Metrics[]> => {
    const first = stepCount + 1;
    const outputs =
      steps === 1
        ? await executable.run({ ...squeezed(feeds), ...squeezed(stepFeeds(first, 1, inputs)) }, state)
        : await executable.runSteps(steps, { ...feeds, ...stepFeeds(first, steps, inputs) }, state);
    const results = Array.from({ length: steps }, (_, i) => metricsAt(outputs, i));
    const bad = results.findIndex((m) => !Number.isFinite(m.loss));
    if (bad === -1) {
      stepCount += steps;
      return results;
    }
    const restored = await state.rollback();
    if (restored && steps > 1) {
      for (let i = 0; i < steps; i++)
        await update({ executable, draws: inputs } as Compiled, 1, sliceSteps(feeds, i), () => batchOf(i));
    }
    throw await nonFiniteLoss({
      backend,
      recipe,
      state: restored ? state : null,
      x: batchOf(bad),
      feedDraws: (name) => squeeze(drawSteps(draws, inputs.find((d) => d.name === name) as DrawInput, first + bad, 1)),
      step: first + bad,
      loss: results[bad]?.loss ?? Number.NaN,
      lr: learningRate(optimizer, first + bad),
    });
  };

  const stepFeeds = (first: number, steps: number, inputs: readonly DrawInput[]): Arrays => {
    const feeds: Record<string, NDArray> = {};
    for (const d of inputs) feeds[d.name] = drawSteps(draws, d, first, steps);
    const scalars = Array.from({ length: steps }, (_, i) => ({
      lr: learningRate(optimizer, first + i),
      ...optimizer.transform.scalars(first + i),
    }));
    for (const name of Object.keys(scalars[0] ?? {})) {
      feeds[names.scalar(name)] = ndarray(
        'float32',
        [steps],
        Float32Array.from(scalars, (s) => (s as Readonly<Record<string, number>>)[name] as number),
      );
    }
    return feeds;
  };

  const host: ResidentHost = {
    update: async (batch, steps, feeds, batchOf) => update(await compile('train', batch), steps, feeds, batchOf),
    async evaluator(batch) {
      const { executable } = await compile('evaluate', batch);
      return { run: (feeds) => executable.run(feeds, state) };
    },
  };

  return {
    model,
    directions: Object.fromEntries([['loss', 'lower'], ...metrics.map((m) => [m.name, m.better])]),
    get stepCount() {
      return stepCount;
    },
    async step(x, y) {
      const batch = fedBatch(x, y);
      const compiled = await compile('train', batch);
      expectRules(compiled.targets, y);
      const [result] = await update(compiled, 1, { x: unsqueeze(x), y: unsqueeze(y) }, () => x);
      return result as Metrics;
    },
    async evaluate(batches) {
      const total = new Totals();
      for await (const { x, y } of batches) {
        const { executable, targets } = await compile('evaluate', fedBatch(x, y));
        expectRules(targets, y);
        total.add(metricsAt(await executable.run({ x, y }, state), 0), x.shape[0] as number);
      }
      return total.mean();
    },
    parameters: async () =>
      pick(await state.read(model.parameters.map((p) => names.parameter(p.name))), names.parameter('')) as Parameters,
    async state() {
      const all = await state.read([
        ...model.parameters.map((p) => names.parameter(p.name)),
        ...[...slotShapes(recipe).keys()].map((name) => `${SLOTS}${name}`),
      ]);
      return {
        step: stepCount,
        parameters: pick(all, names.parameter('')) as Parameters,
        slots: pick(all, SLOTS),
      };
    },
    async load(saved) {
      expectParameters(model, saved.parameters, 'the saved parameters');
      expectSlots(recipe, saved.slots);
      await state.write({
        ...keyed(names.parameter, saved.parameters),
        ...keyed((name) => `${SLOTS}${name}`, saved.slots),
      });
      stepCount = saved.step;
    },
    async resident(data) {
      let resident = residents.get(data);
      if (resident === undefined) {
        const { x, y } = data;
        // Once, for all the steps that will only name rows of it.
        expectBatch(recipe, data);
        const name = String(residents.size);
        const entries = { [names.data(name, 'x')]: x, [names.data(name, 'y')]: y };
        resident = Promise.resolve(residentData(host, name, data)).then(async (made) => {
          await state.write(entries);
          return made;
        });
        residents.set(data, resident);
      }
      return resident;
    },
    dispose() {
      for (const compiled of programs.values()) void compiled.then(({ executable }) => executable.dispose());
      state.dispose();
    },
  };
}
