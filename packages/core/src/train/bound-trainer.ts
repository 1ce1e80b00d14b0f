import { prefixPath } from '../errors.ts';
import { hostArrays } from '../ir/host-array.ts';
import { leavesOf, type NDArrays, treeOf } from '../ir/tree.ts';
import { inputCheck } from '../model/input-check.ts';
import { only } from './arrays.ts';
import { type AnyBatch, batchOf, fedBatch, feedsOf, samplesOf } from './batch.ts';
import { type Binding, BOUND, type Bound } from './binding.ts';
import type { TrainerDevice } from './device.ts';
import { expectBatch } from './expect-batch.ts';
import type { ParameterGradients } from './gradients.ts';
import { metricsAt, Totals } from './metrics.ts';
import { refusals } from './on-demand.ts';
import { type CompiledStep, type ProgramKind, programCache } from './programs.ts';
import { readyDraws } from './ready-draws.ts';
import type { ResidentSetsOwner } from './resident-sets.ts';
import { entriesOf, readParameters, readState } from './saved.ts';
import { batchesOf } from './sources.ts';
import { type BatchSpec, evaluateProgram, predictProgram, type StepProgram, trainProgram } from './step.ts';
import { brokenRule, expectTypes } from './targets.ts';
import type { Trainer } from './trainer.ts';
import { createUpdates, type Updates } from './updates.ts';

/** Most runs make whole steps; a page fetches the halves of a step when they are asked for. */
const halves = (): Promise<typeof import('./split-step.ts')> => import('./split-step.ts');

export interface BoundTrainer {
  readonly trainer: Trainer;
  readonly updates: Updates;
}

/** A trainer of the parameters that lie on `device`, together with its slots. */
export function boundTrainer(device: TrainerDevice, binding: Binding): BoundTrainer {
  const { recipe, options, alive } = binding;
  const { metrics } = recipe;
  const { maxPrograms = 16 } = options;
  const { backend, state } = device;
  const updates = createUpdates(backend, recipe, state, binding.draws);

  const build = async (kind: ProgramKind, batch: BatchSpec): Promise<StepProgram> => {
    if (kind === 'evaluate') return evaluateProgram(recipe, batch);
    if (kind === 'predict') return predictProgram(recipe, batch);
    if (kind === 'gradients') return (await halves()).gradientProgram(recipe, batch);
    return trainProgram(recipe, batch, { isGuarded: await device.isGuarded() });
  };
  const compiled = async (built: StepProgram): Promise<CompiledStep> => ({
    ...built,
    draws: await readyDraws(built.draws),
    checkInputs: await inputCheck(built.network),
    executable: await backend.compile(built.program),
  });
  const programs = programCache(maxPrograms, {
    batch: async (kind, batch) => compiled(await build(kind, batch)),
    update: async () => compiled((await halves()).updateProgram(recipe, { isGuarded: await device.isGuarded() })),
  });

  const work = async <T>(run: () => Promise<T>): Promise<T> => {
    alive.check();
    try {
      return await device.work(run);
    } catch (error) {
      throw recipe.owner === '' ? error : prefixPath(error, recipe.owner);
    }
  };

  const owner: ResidentSetsOwner = {
    async expect(given) {
      const data = batchOf(given?.x, given?.y);
      await expectBatch(recipe, data);
      return data;
    },
    update: (batch, samples, feeds, batchOf) =>
      work(() => programs.use('train', batch, (program) => updates.one(program, samples, feeds, batchOf))),
    updates: (batch, steps, samples, feeds, batchOf) =>
      work(() => programs.use('train', batch, (program) => updates.many(program, steps, samples, feeds, batchOf))),
    evaluate: (batch, samples, feeds) =>
      work(() =>
        programs.use('evaluate', batch, async ({ executable, fed }) =>
          metricsAt(metrics, await executable.run(only(fed, feeds), state), 0, samples),
        ),
      ),
  };
  const resident = device.sets(owner);

  /** What `run` makes of a batch with its program, once its targets are seen to be what the loss takes. */
  const onBatch = <T>(
    kind: ProgramKind,
    batch: AnyBatch & { readonly types: BatchSpec },
    run: (program: CompiledStep) => Promise<T>,
  ): Promise<T> =>
    work(() =>
      programs.use(kind, batch.types, async (program) => {
        const broken = brokenRule(program.targets, batch.y);
        if (broken !== null) throw (await refusals()).targetError(broken);
        program.checkInputs?.(Object.fromEntries(leavesOf(batch.x)));
        return run(program);
      }),
    );

  const trainer: Trainer & { readonly [BOUND]: Bound } = {
    [BOUND]: { recipe, draws: binding.draws, alive, device },
    model: options.model,
    directions: Object.fromEntries([['loss', 'lower'], ...metrics.map((m) => [m.name, m.better])]),
    options,
    get stepCount() {
      return updates.count;
    },
    async step(samples, targets) {
      const batch = batchOf(samples, targets);
      return onBatch('train', batch, (program) => updates.one(program, samplesOf(batch), feedsOf(batch), () => batch));
    },
    async gradients(samples, targets) {
      const batch = batchOf(samples, targets);
      return onBatch('gradients', batch, (program) =>
        updates.gradients(program, samplesOf(batch), feedsOf(batch), () => batch),
      );
    },
    async update(given: ParameterGradients) {
      return work(async () => {
        (await halves()).expectGradients(recipe, given);
        return programs.useUpdate((program) => updates.apply(program, given));
      });
    },
    check: (types) => expectTypes(recipe, types),
    async evaluate(batches) {
      const total = new Totals();
      for await (const given of batchesOf('evaluate', batches)) {
        const batch = batchOf(given.x, given.y);
        const samples = samplesOf(batch);
        const result = await onBatch('evaluate', batch, async ({ executable, fed }) =>
          metricsAt(metrics, await executable.run(only(fed, feedsOf(batch)), state), 0, samples),
        );
        total.add(result, samples);
      }
      return total.mean();
    },
    async predict(samples) {
      const x: NDArrays = hostArrays('x', samples);
      return work(() =>
        programs.use('predict', fedBatch(x, {}), async ({ executable, fed, checkInputs }) => {
          checkInputs?.(Object.fromEntries(leavesOf(x)));
          const outputs = await executable.run(only(fed, feedsOf({ x, y: {} })), state);
          return treeOf('output', new Map(Object.entries(outputs))) as never;
        }),
      );
    },
    parameters: () => work(() => readParameters(recipe.model, state)),
    state: () => work(() => readState(recipe, state, updates.count)),
    load: (saved) =>
      work(async () => {
        await state.write(entriesOf(recipe, saved));
        updates.count = saved.step;
      }),
    resident: async (data) => {
      alive.check();
      return resident(data);
    },
    dispose() {
      if (alive.isOver) return;
      alive.end();
      device.whenIdle(() => {
        programs.dispose();
        binding.onEnd?.();
      });
    },
  };
  return { trainer, updates };
}
