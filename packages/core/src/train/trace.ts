import type { Arrays, Backend, State } from '../backend/contract.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { NumericError } from '../errors.ts';
import { firstNonFinite, LARGEST_FLOAT32 } from '../ir/finite.ts';
import { type Graph, graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { leafName, mapTree, type Tensors } from '../ir/tree.ts';
import { parameterInputs } from '../model/forward.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { input } from '../ops/leaf/input.ts';
import type { Key } from '../random/key.ts';
import { type AnyBatch, fedBatch, feedsOf } from './batch.ts';
import { drawStep } from './draw-step.ts';
import { type DrawInput, externalizeDraws } from './draws.ts';
import { firstBad, placeOf } from './first-bad.ts';
import { atStep } from './in-loops.ts';
import { names } from './names.ts';
import { type ObservedOutput, observeLayers } from './observe-layers.ts';
import type { Recipe } from './step.ts';

/** An update that failed, and all that is needed to look at it again. */
export interface FailedUpdate {
  readonly backend: Backend;
  readonly recipe: Recipe;
  /** With everything as it was in front of the step. */
  readonly state: State;
  /** What the step is fed besides its draws, by the name of the input. */
  readonly feeds: Arrays;
  /** What its draws follow from. */
  readonly draws: Key;
  readonly step: number;
  readonly lr: number;
}

/** A step on a batch that failed. */
export interface FailedStep extends FailedUpdate {
  readonly batch: AnyBatch;
  readonly loss: number;
}

/** The error for a loss that is not finite: says at which step and in which input or layer the first NaN or infinity is. */
export async function nonFiniteLoss(failed: FailedStep): Promise<NumericError> {
  const { step, loss, lr } = failed;
  const { where, array } = await firstNonFiniteOutput(failed);
  const at = array === undefined ? -1 : firstNonFinite(array);
  return new NumericError(`the loss became ${loss} at step ${step}`, {
    path: where,
    received:
      at < 0 ? 'finite numbers in every layer' : `${array?.data[at]} at element ${at}; everything before it is finite`,
    expected: 'finite numbers everywhere; the parameters are still those from before this step',
    fix: /^the (input|targets) /.test(where)
      ? `look at the data: take out or correct what is ${array?.data[at]} there before it is fed`
      : step === 1
        ? 'no update was made yet, so look at the data and at how large their numbers are: rescale(1 / 255) or normalize(…) as the first layer'
        : `the usual causes are a learning rate that is too high, input that was never scaled, or NaN in the data; ${rateAdvice(lr)}, and rescale(1 / 255) or normalize(…) as the first layer`,
  });
}

/** A smaller learning rate to try; a rate that is far too large is not mended by a tenth of it. */
export function rateAdvice(lr: number): string {
  const said = lr > LARGEST_FLOAT32 ? `${lr} (more than a float32 can hold)` : String(lr);
  return `try lr ${lr > 1 ? 0.1 : Number((lr / 10).toPrecision(2))} instead of ${said}`;
}

/** Where it is, and what is there; nothing for the loss itself, which is made of the last output. */
async function firstNonFiniteOutput(failed: FailedStep): Promise<{ readonly where: string; readonly array?: NDArray }> {
  const { recipe, batch } = failed;
  for (const [name, array] of Object.entries(feedsOf(batch)))
    if (firstNonFinite(array) !== -1)
      return { where: `the ${name.startsWith('x') ? 'input' : 'targets'} ${name}`, array };
  const x = mapTree(fedBatch(batch.x, batch.y).x, ({ dtype, shape }, name) => input(leafName('x', name), shape, dtype));
  const { observed } = observeLayers(recipe.model, x as Tensors, parameterInputs(recipe.model, names.parameter('')));
  const outputs = new Map(observed.map((one, i) => [`layer${i}`, cast(one.node, 'float32')]));
  const values = await runOnce(inputsOf(failed), graph(outputs));
  const partOf = (at: number, step: number | null): NDArray => {
    const array = values[`layer${at}`] as NDArray;
    const inLoop = observed[at]?.inLoop;
    return step === null || inLoop === null || inLoop === undefined ? array : atStep(array, inLoop, step);
  };
  const bad = firstBad(observed, (at, step) => firstNonFinite(partOf(at, step)) !== -1);
  if (bad === null) return { where: 'the loss itself' };
  return { where: placeOf(observed[bad.at] as ObservedOutput, bad.step), array: partOf(bad.at, bad.step) };
}

/** All that it takes to compute something of a step once more. */
export interface StepInputs extends Pick<FailedUpdate, 'backend' | 'state' | 'feeds'> {
  readonly feedDraw: (draw: DrawInput) => NDArray;
}

/** What an update that failed was computed of. */
export function inputsOf({ backend, state, feeds, draws, step }: FailedUpdate): StepInputs {
  return { backend, state, feeds, feedDraw: (draw) => drawStep(draws, draw, step) };
}

/** A graph that is computed for one step after the other. */
export interface StepRun {
  run(inputs: StepInputs): Promise<Arrays>;
  dispose(): void;
}

/** What `g` gives for the feeds, the parameters and the random draws of a step. */
export async function runOnce(inputs: StepInputs, g: Graph): Promise<Arrays> {
  const compiled = await compileRun(inputs, g);
  try {
    return await compiled.run(inputs);
  } finally {
    compiled.dispose();
  }
}

/** Compiles `g` for steps that are fed what this one is; what is neither fed nor drawn comes from the state. */
export async function compileRun({ backend, feeds: first }: StepInputs, g: Graph): Promise<StepRun> {
  const { graph: traced, draws } = externalizeDraws(g);
  const inputs = [...programInputs({ graph: traced }).keys()];
  const drawn = new Set(draws.map((d) => d.name));
  const reads = inputs.filter((name) => first[name] === undefined && !drawn.has(name));
  const executable = await backend.compile({ graph: traced, reads, writes: [] });
  return {
    async run({ state, feeds: known, feedDraw }) {
      const fed = inputs.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]] as const]));
      const feeds = { ...Object.fromEntries(fed), ...Object.fromEntries(draws.map((d) => [d.name, feedDraw(d)])) };
      return executable.run(feeds, reads.length === 0 ? undefined : state);
    },
    dispose: () => executable.dispose(),
  };
}

/** As `compileRun`, at the first step: of a graph whose results are made then. */
export function stepProgram(outputs: () => ReadonlyMap<string, Node>): StepRun {
  let compiled: Promise<StepRun> | undefined;
  return {
    async run(inputs) {
      compiled ??= compileRun(inputs, graph(outputs()));
      return (await compiled).run(inputs);
    },
    dispose: () => void compiled?.then((one) => one.dispose()).catch(() => {}),
  };
}
