import type { Backend } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { lifetime } from '../backend/lifetime.ts';
import { hostArrays } from '../ir/host-array.ts';
import { full } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { type ArraysOf, type Tensors, treeOf } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import type { Layer } from '../layers/layer.ts';
import { expectLoss } from '../losses/expect.ts';
import type { Loss } from '../losses/loss.ts';
import { expectMetrics } from '../metrics/expect.ts';
import type { Metric } from '../metrics/metric.ts';
import { expectParameters, initParameters, type Parameters } from '../model/parameters.ts';
import { expectOptimizer } from '../optimizers/expect.ts';
import { expectMatches } from '../optimizers/groups.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { expectCount, expectOptions } from '../options.ts';
import { fold, key } from '../random/index.ts';
import { keyed, only } from './arrays.ts';
import { type Batch, type BatchTypes, batchOf, fedBatch, feedsOf, samplesOf } from './batch.ts';
import { type BackendCapabilities, expectCapable } from './capabilities.ts';
import { frozenBy } from './frozen.ts';
import { expectNames, type Metrics, metricsAt, Totals } from './metrics.ts';
import { names } from './names.ts';
import { type Compiled, type ProgramKind, programCache } from './programs.ts';
import type { ResidentData } from './resident.ts';
import { type ResidentSetsHost, residentSets } from './resident-sets.ts';
import { entriesOf, readParameters, readState, type TrainerState } from './saved.ts';
import { serial } from './serial.ts';
import { emptySlots } from './slots.ts';
import { batchesOf } from './sources.ts';
import { type BatchSpec, evaluateProgram, predictProgram, type Recipe, trainProgram } from './step.ts';
import { expectBatch, expectRules, expectTypes } from './targets.ts';
import { eventLoopTurns } from './turns.ts';
import { canUndo } from './undo.ts';
import { createUpdates } from './updates.ts';
import type { Directions } from './watch.ts';

export interface TrainerOptions<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
  Name extends string = string,
> {
  readonly model: Layer<In, Out>;
  readonly loss: Loss<Out, Target>;
  readonly optimizer: Optimizer;
  readonly backend: Backend;
  /** Default none; the loss is always reported. */
  readonly metrics?: readonly Metric<Out, Target, Name>[];
  /** Of initialization and dropout, default 0. */
  readonly seed?: number;
  /** Start from these instead of drawing them. */
  readonly parameters?: Parameters;
  /** Parameters that stay as they are, besides those that a group of the optimizer freezes: those whose name matches. Default none. */
  readonly freeze?: RegExp;
  /** Backends to name in the error when `backend` lacks an op of the network. Default: the reference interpreter. */
  readonly alternatives?: readonly BackendCapabilities[];
  /**
   * Programs that stay compiled, one for each shape of batch in training and one in evaluation; the least recently used goes first. Default 16.
   */
  readonly maxPrograms?: number;
}

/** Batches for a trainer, in order. */
export type Batches<In extends Tensors = Node, Target extends Tensors = Node> =
  | Iterable<Batch<ArraysOf<In>, ArraysOf<Target>>>
  | AsyncIterable<Batch<ArraysOf<In>, ArraysOf<Target>>>;

/**
 * Trains a network that takes `In` and gives `Out`, against targets `Target`: one tensor each, or several by name. Its metrics are called
 * `Name`.
 */
export interface Trainer<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
  Name extends string = string,
> {
  readonly model: Layer<In, Out>;
  /** Which way the loss and each metric get better; a loss is better lower. */
  readonly directions: Directions;
  /** What it was made of. */
  readonly options: TrainerOptions<In, Out, Target, Name>;
  /** Number of updates made. */
  readonly stepCount: number;
  /**
   * One update on one batch; gives its loss and metrics from before the update.
   * @throws NumericError when the loss or anything that the step would write is not finite, with the step, the layer and the parameter; the
   * parameters stay those from before the step.
   * @throws ValueError when a target is not what the loss or a metric takes, such as a label without a class, with its row.
   */
  step(x: ArraysOf<In>, y: ArraysOf<Target>): Promise<Metrics<Name>>;
  /** Throws what a step on a batch of these types would throw, such as a `ShapeError` that names a layer, without making one. */
  check(types: BatchTypes): void;
  /** Means as of one batch of all samples, without dropout and without an update. */
  evaluate(batches: Batches<In, Target>): Promise<Metrics<Name>>;
  /** The network's output for `x`, without dropout. */
  predict(x: ArraysOf<In>): Promise<ArraysOf<Out>>;
  /** The current parameters, copied to the host. */
  parameters(): Promise<Parameters>;
  state(): Promise<TrainerState>;
  /** Takes up a saved state. Throws a `StateError` naming every difference when it is another network's or optimizer's. */
  load(state: TrainerState): Promise<void>;
  /**
   * Copies a data set to the device, once however often it is called with the same object; `dispose` of the result frees it.
   * @throws ValueError, ShapeError or DTypeError when the loss or a metric is not for its targets.
   */
  resident(data: Batch<ArraysOf<In>, ArraysOf<Target>>): Promise<ResidentData<Name>>;
  /** Frees what is on the device once the calls that were made have ended. Calls after it throw a `BackendError`. */
  dispose(): void;
}

const OPTIONS: readonly string[] = [
  ...['model', 'loss', 'optimizer', 'backend', 'metrics', 'seed'],
  ...['parameters', 'freeze', 'alternatives', 'maxPrograms'],
];

/**
 * Binds a network, a loss and an optimizer to a backend: draws the parameters from the seed and puts them on the device. Programs are
 * compiled at the first batch of each shape; a network that needs an op which the backend lacks is refused then, before anything is trained.
 */
export async function createTrainer<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
  Name extends string = never,
>(options: TrainerOptions<In, Out, Target, Name>): Promise<Trainer<In, Out, Target, Name>> {
  expectOptions('createTrainer', options, OPTIONS);
  const { model, loss, optimizer, backend, metrics = [], seed = 0, alternatives = [], maxPrograms = 16 } = options;
  expectLayer('model', model);
  expectLoss('loss', options.loss);
  expectOptimizer('optimizer', optimizer);
  expectMetrics('metrics', metrics);
  expectNames(metrics);
  expectBackend('backend', backend);
  expectCount('createTrainer', 'maxPrograms', maxPrograms);
  expectMatches(optimizer, model.parameters);
  const isFrozen = frozenBy(options);
  const recipe: Recipe = { model, loss, optimizer, metrics, isFrozen };
  const parameters = options.parameters ?? initParameters(model, seed);
  expectParameters(model, parameters);
  const draws = fold(key(seed), 'draws');
  const slots = emptySlots(recipe);
  // Nothing after this may fail, or the state would never be freed.
  const state = await backend.state({ ...keyed(names.parameter, parameters), ...slots });
  const updates = createUpdates(backend, recipe, state, draws);
  const alive = lifetime('the trainer');
  const turn = eventLoopTurns();
  const queue = serial();
  let isGuarded: boolean | undefined;

  const compile = async (kind: ProgramKind, batch: BatchSpec): Promise<Compiled> => {
    if (kind === 'train') expectCapable(recipe, batch, backend, alternatives);
    if (kind === 'train' && isGuarded === undefined) {
      isGuarded = !(await canUndo(backend));
      if (isGuarded) await state.write({ [names.good]: full([], 1) });
    }
    const built =
      kind === 'train'
        ? trainProgram(recipe, batch, { isGuarded: isGuarded === true })
        : kind === 'evaluate'
          ? evaluateProgram(recipe, batch)
          : predictProgram(recipe, batch);
    return { ...built, executable: await backend.compile(built.program, { purpose: 'training' }) };
  };
  const programs = programCache(maxPrograms, compile);

  /** Everything that uses the device: one after the other, and with a turn for the event loop now and then. */
  const work = async <T>(run: () => Promise<T>): Promise<T> => {
    alive.check();
    const result = await queue.run(run);
    await turn();
    return result;
  };

  const host: ResidentSetsHost = {
    expect(given) {
      const data = batchOf(given?.x, given?.y);
      expectBatch(recipe, data);
      return data;
    },
    write: (name, parts) => work(() => state.write(keyed((part) => names.data(name, part), parts))),
    update: (batch, samples, feeds, batchOf) =>
      work(() => programs.use('train', batch, (compiled) => updates.one(compiled, samples, feeds, batchOf))),
    updates: (batch, steps, samples, feeds, batchOf) =>
      work(() => programs.use('train', batch, (compiled) => updates.many(compiled, steps, samples, feeds, batchOf))),
    evaluate: (batch, samples, feeds) =>
      work(() =>
        programs.use('evaluate', batch, async ({ executable, fed }) =>
          metricsAt(metrics, await executable.run(only(fed, feeds), state), 0, samples),
        ),
      ),
  };

  const step = async (samples: ArraysOf<In>, targets: ArraysOf<Target>): Promise<Metrics> => {
    const batch = batchOf(samples, targets);
    return work(() =>
      programs.use('train', batch.types, (compiled) => {
        expectRules(compiled.targets, batch.y);
        return updates.one(compiled, samplesOf(batch), feedsOf(batch), () => batch);
      }),
    );
  };

  const evaluateBatch = ({ x, y, types }: ReturnType<typeof batchOf>): Promise<Metrics> =>
    work(() =>
      programs.use('evaluate', types, async ({ executable, fed, targets }) => {
        expectRules(targets, y);
        return metricsAt(metrics, await executable.run(only(fed, feedsOf({ x, y })), state), 0, samplesOf({ x, y }));
      }),
    );

  const resident = residentSets(host);

  return {
    model,
    directions: Object.fromEntries([['loss', 'lower'], ...metrics.map((m) => [m.name, m.better])]),
    options,
    get stepCount() {
      return updates.count;
    },
    step,
    check: (types) => expectTypes(recipe, types),
    async evaluate(batches) {
      const total = new Totals();
      for await (const given of batchesOf('evaluate', batches)) {
        const batch = batchOf(given.x, given.y);
        total.add(await evaluateBatch(batch), samplesOf(batch));
      }
      return total.mean();
    },
    async predict(samples) {
      const x = hostArrays('x', samples);
      return work(() =>
        programs.use('predict', fedBatch(x, {}), async ({ executable, fed }) => {
          const outputs = await executable.run(only(fed, feedsOf({ x, y: {} })), state);
          return treeOf('output', new Map(Object.entries(outputs))) as ArraysOf<Out>;
        }),
      );
    },
    parameters: () => work(() => readParameters(recipe, state)),
    state: () => work(() => readState(recipe, state, updates.count)),
    load: (saved) =>
      work(async () => {
        await state.write(entriesOf(recipe, saved));
        updates.count = saved.step;
      }),
    resident: async (data) => resident(data),
    dispose() {
      if (alive.isOver) return;
      alive.end();
      queue.whenIdle(() => {
        programs.dispose();
        state.dispose();
      });
    },
  };
}

/** A trainer of whatever network. */
// biome-ignore lint/suspicious/noExplicitAny: a trainer of less than any tensors is none of any.
export type AnyTrainer<Name extends string = string> = Trainer<any, any, any, Name>;
