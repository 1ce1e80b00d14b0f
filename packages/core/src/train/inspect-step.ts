import { type TensorStatistics, tensorStatistics } from '../diagnose/tensor-statistics.ts';
import { StateError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import type { ArraysOf, Tensors } from '../ir/tree.ts';
import { learningRate } from '../optimizers/optimizer.ts';
import { type BatchTypes, batchOf, feedsOf, samplesOf } from './batch.ts';
import { boundOf } from './binding.ts';
import { drawStep } from './draw-step.ts';
import { expectBatch } from './expect-batch.ts';
import { stepFeeds } from './feeds.ts';
import { expectTrainer } from './fit-options.ts';
import { type InspectedLayer, type LayersLook, layersLook } from './inspect-layers.ts';
import { firstNonFiniteOf, type NonFinite } from './inspect-non-finite.ts';
import { type Metrics, metricsAt } from './metrics.ts';
import { names } from './names.ts';
import type { LayerInLoop } from './observe-layers.ts';
import { type Recipe, type StepNodes, stepNodes, trainedParameters } from './step.ts';
import { type StepInputs, type StepRun, stepProgram } from './trace.ts';
import type { Trainer } from './trainer.ts';

/** What a step would do to one parameter. */
export interface InspectedParameter {
  /** As in a `state_dict`: `0.weight`. */
  readonly name: string;
  /** Path of the layer that has it. */
  readonly layer: string;
  readonly shape: Shape;
  /** Before the step. */
  readonly value: TensorStatistics;
  /** Of the loss, before the optimizer clips or decays anything; `null` for what gradients do not change. */
  readonly gradient: TensorStatistics | null;
  /** New value minus old one; `null` for what the step does not write. */
  readonly update: TensorStatistics | null;
  /** Norm of the update in norms of the value; about 1e-3 is usual. `null` without an update, or where the value is all zeros. */
  readonly ratio: number | null;
  /** Of this step; `null` for what gradients do not change. */
  readonly lr: number | null;
}

/** One step, seen from inside. */
export interface StepInspection<Out extends Tensors = Tensors, Name extends string = string> {
  /** The number of the step that the batch would make, from 1. */
  readonly step: number;
  /** Loss and metrics before the update. */
  readonly metrics: Metrics<Name>;
  /** What the network answered, with what is active in training only, such as dropout. */
  readonly output: ArraysOf<Out>;
  /**
   * Layers without layers inside, in order of computation; one that is used twice stands here twice. One in the step of a loop stands here with all steps, and
   * in front of a layer that has a loop stand the states of this loop after each step.
   */
  readonly layers: readonly InspectedLayer[];
  /** Layers in the step of a loop (`scan`) whose output nothing needs: of these only the parameters are seen. */
  readonly unseen: readonly LayerInLoop[];
  readonly parameters: readonly InspectedParameter[];
  /** Where the first NaN or infinity is, in order of computation; `null` where all is finite. */
  readonly firstNonFinite: NonFinite | null;
}

/** Looks into one step after the other. */
export interface StepInspector<In extends Tensors, Out extends Tensors, Target extends Tensors, Name extends string> {
  /** As `inspectStep`. */
  inspect(x: ArraysOf<In>, y: ArraysOf<Target>): Promise<StepInspection<Out, Name>>;
  /** Frees the programs. Do so once nothing is looked into any more. */
  dispose(): void;
}

/**
 * Looks into the step that `trainer.step(x, y)` would make next, with the same random draws: what each layer gives and gets back, what each
 * parameter would become. Nothing is changed. All is copied to the host, some layers at a time. The numbers come from programs of their own, so that the last
 * bits may differ from those of the step itself.
 * @throws ValueError, ShapeError or DTypeError for a batch that the network or the loss does not take, StateError for a trainer of another make. Numbers that
 * are not finite throw nothing: they are what this is for.
 */
export async function inspectStep<In extends Tensors, Out extends Tensors, Target extends Tensors, Name extends string>(
  trainer: Trainer<In, Out, Target, Name>,
  x: ArraysOf<In>,
  y: ArraysOf<Target>,
): Promise<StepInspection<Out, Name>> {
  expectTrainer('inspectStep', trainer);
  const inspector = stepInspector<In, Out, Target, Name>(trainer);
  try {
    return await inspector.inspect(x, y);
  } finally {
    inspector.dispose();
  }
}

/** As `inspectStep`, for several steps: programs are compiled once for each shape of batch, and kept until `dispose`. */
export function stepInspector<In extends Tensors, Out extends Tensors, Target extends Tensors, Name extends string>(
  trainer: Trainer<In, Out, Target, Name>,
): StepInspector<In, Out, Target, Name> {
  expectTrainer('stepInspector', trainer);
  const bound = boundOf(trainer);
  if (bound === undefined) {
    throw new StateError('steps of this trainer cannot be looked into', {
      received: 'a trainer of another make',
      expected: 'one that createTrainer or createTrainers made',
    });
  }
  const { device, recipe, draws, alive } = bound;
  const looks = new Map<string, Look>();
  const lookOf = (types: BatchTypes): Look => {
    const id = JSON.stringify(types);
    const known = looks.get(id) ?? lookAt(recipe, types);
    looks.set(id, known);
    return known;
  };
  const inspect = async (x: ArraysOf<In>, y: ArraysOf<Target>): Promise<StepInspection<Out, Name>> => {
    const batch = batchOf(x, y);
    await expectBatch(recipe, batch);
    alive.check();
    return device.work(async () => {
      const step = trainer.stepCount + 1;
      const { one } = stepFeeds(recipe.optimizer, draws);
      const inputs: StepInputs = {
        backend: device.backend,
        state: device.state,
        feeds: { ...feedsOf(batch), ...one([], step) },
        feedDraw: (draw) => drawStep(draws, draw, step),
      };
      const { nodes, whole, layers } = lookOf(batch.types);
      const made = await whole.run(inputs);
      const known = await device.state.read(recipe.model.parameters.map(({ name }) => names.parameter(name)));
      const forward = await layers.run(inputs);
      const values = { ...made, ...prefixed('before/', known) };
      return {
        step,
        metrics: metricsAt(recipe.metrics, made, 0, samplesOf(batch)) as Metrics<Name>,
        output: forward.output as ArraysOf<Out>,
        layers: forward.layers,
        unseen: forward.unseen,
        parameters: inspectParameters(recipe, values, step),
        firstNonFinite: await firstNonFiniteOf({ recipe, batch, inputs, nodes, values, forward }),
      };
    });
  };
  return {
    inspect,
    dispose() {
      for (const { whole, layers } of looks.values()) {
        whole.dispose();
        layers.dispose();
      }
      looks.clear();
    },
  };
}

/** The programs for batches of some types. */
interface Look {
  readonly nodes: StepNodes;
  readonly whole: StepRun;
  readonly layers: LayersLook;
}

function lookAt(recipe: Recipe, types: BatchTypes): Look {
  const nodes = stepNodes(recipe, { kind: 'fed', ...types });
  return {
    nodes,
    whole: stepProgram(() => new Map(Object.entries(outputsOf(nodes)))),
    layers: layersLook(recipe, types),
  };
}

function outputsOf({ results, gradients, written }: StepNodes): Readonly<Record<string, Node>> {
  return {
    ...results,
    ...Object.fromEntries([...gradients].map(([name, g]) => [names.gradient(name), g])),
    ...written,
  };
}

function prefixed(prefix: string, arrays: Readonly<Record<string, NDArray>>): Record<string, NDArray> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix}${name}`, array]));
}

function inspectParameters(
  recipe: Recipe,
  values: Readonly<Record<string, NDArray>>,
  step: number,
): readonly InspectedParameter[] {
  const trained = new Set(trainedParameters(recipe).map(({ name }) => name));
  return recipe.model.parameters.map(({ name, shape }) => {
    const before = values[`before/${names.parameter(name)}`] as NDArray;
    const after = values[names.parameter(name)];
    const gradient = values[names.gradient(name)];
    const value = tensorStatistics(before);
    const update = after === undefined ? null : tensorStatistics(difference(before, after));
    return {
      name,
      layer: name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '',
      shape,
      value,
      gradient: gradient === undefined ? null : tensorStatistics(gradient),
      update,
      ratio: update === null || value.norm === 0 ? null : update.norm / value.norm,
      lr: trained.has(name) ? learningRate(recipe.optimizer, step, name) : null,
    };
  });
}

function difference(before: NDArray, after: NDArray): NDArray {
  // In float64: the difference of two numbers that are close must not be rounded.
  const data = Float64Array.from(after.data, (v, i) => v - (before.data[i] as number));
  return { dtype: 'float64', shape: before.shape, data };
}
