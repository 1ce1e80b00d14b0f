import { gradients } from '../autodiff/gradients.ts';
import { rangeOf } from '../diagnose/output-range.ts';
import { type TensorStatistics, tensorStatistics } from '../diagnose/tensor-statistics.ts';
import { NotDifferentiableError } from '../errors.ts';
import { isFloat } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { numel, type Shape } from '../ir/shape.ts';
import { leafName, leavesOf, mapTree, type NDArrays, type Tensors } from '../ir/tree.ts';
import { parameterInputs } from '../model/forward.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { input } from '../ops/leaf/input.ts';
import type { BatchTypes } from './batch.ts';
import { type InLoop, stepsOf, tapped } from './in-loops.ts';
import { judge } from './judge.ts';
import { names } from './names.ts';
import { type LayerInLoop, type ObservedOutput, observeLayers } from './observe-layers.ts';
import type { Recipe } from './step.ts';
import { type StepInputs, stepProgram } from './trace.ts';

/** One output of a layer in one step. */
export interface InspectedLayer {
  /** Such as `2` or `features.0`. */
  readonly path: string;
  /** For people: `linear(784 → 256)`. */
  readonly label: string;
  /** Which output; empty where there is one. */
  readonly of: string;
  /** Of a layer in a loop: at one step. */
  readonly shape: Shape;
  /** Of a layer in a loop: at all steps. */
  readonly output: TensorStatistics;
  /** Of the loss with respect to the output; `null` where there is none, such as of integers. */
  readonly gradient: TensorStatistics | null;
  /** Units (entries of axis 1: features, channels) whose output is 0 for every sample of the batch; of functions like ReLU, else `null`. */
  readonly dead: number | null;
  readonly units: number;
  /** Share of the output within a hundredth of its range from either end; of functions like a sigmoid, else `null`. */
  readonly saturated: number | null;
  /** Of what gives something else at each step of a loop; `null` outside of loops. */
  readonly steps: InspectedSteps | null;
}

/** Roots of mean squares at each step of a loop: at each step of the outer one those of the inner one, where loops stand in each other. */
export interface InspectedSteps {
  readonly output: readonly number[];
  /** Of the loss with respect to the output at that step. */
  readonly gradient: readonly number[] | null;
  /** Whether the loop goes from the last step to the first. */
  readonly reverse: boolean;
}

export interface Forward {
  readonly output: NDArrays;
  readonly layers: readonly InspectedLayer[];
  readonly unseen: readonly LayerInLoop[];
  readonly observed: readonly ObservedOutput[];
  /** The loss, and what it is made of. */
  readonly loss: Node;
  readonly outputs: readonly Node[];
}

/** So many elements are fetched from the device at once. */
const MOST_ELEMENTS = 2 ** 24;

/** Looks at the layers of the network in one step after the other, on batches of the same types. */
export interface LayersLook {
  run(inputs: StepInputs): Promise<Forward>;
  dispose(): void;
}

/** What the layers of the network give and get back for a batch, in training. Compiled at the first step. */
export function layersLook(recipe: Recipe, batch: BatchTypes): LayersLook {
  const { observed, unseen, output, loss } = applied(recipe, batch);
  const gradientNodes = gradientsFor(observed, loss);
  const outputs = leavesOf(output);
  const answers = stepProgram(() => new Map(outputs.map(([name, node]) => [leafName('output', name), node] as const)));
  const looks = parts(observed).map((part) => ({
    part,
    program: stepProgram(
      () =>
        new Map(
          part.flatMap((one, i) => {
            const gradient = gradientNodes.get(one);
            const own = [[`output${i}`, cast(one.node, 'float32')] as const];
            return gradient === undefined ? own : [...own, [`gradient${i}`, cast(gradient, 'float32')] as const];
          }),
        ),
    ),
  }));
  return {
    async run(inputs) {
      const layers: InspectedLayer[] = [];
      for (const { part, program } of looks) {
        const values = await program.run(inputs);
        for (const [i, one] of part.entries())
          layers.push(inspected(one, values[`output${i}`] as NDArray, values[`gradient${i}`]));
      }
      const said = await answers.run(inputs);
      return {
        output: mapTree(output, (_, name) => said[leafName('output', name)] as NDArray) as NDArrays,
        layers,
        unseen,
        observed,
        loss,
        outputs: outputs.map(([, node]) => node),
      };
    },
    dispose() {
      answers.dispose();
      for (const { program } of looks) program.dispose();
    },
  };
}

function applied(
  recipe: Recipe,
  batch: BatchTypes,
): Pick<Forward, 'observed' | 'unseen' | 'loss'> & { readonly output: Tensors } {
  const fed = (of: 'x' | 'y'): Tensors =>
    mapTree(batch[of], ({ dtype, shape }, name) => input(leafName(of, name), shape, dtype)) as Tensors;
  const [x, y] = [fed('x'), fed('y')];
  const layers = observeLayers(recipe.model, x, parameterInputs(recipe.model, names.parameter('')));
  return { ...layers, loss: judge(recipe, layers.output, y)[names.result('loss')] as Node };
}

/** Of the loss with respect to each output that is made of floats. */
function gradientsFor(observed: readonly ObservedOutput[], loss: Node): ReadonlyMap<ObservedOutput, Node> {
  const floats = observed.filter(({ node, inLoop }) => isFloat((inLoop?.value ?? node).type.dtype));
  const outside = floats.filter(({ inLoop }) => inLoop === null);
  const inside = floats.filter(({ inLoop }) => inLoop !== null);
  const found = gradientsOf(
    loss,
    outside.map(({ node }) => node),
  );
  const tap =
    inside.length === 0
      ? null
      : tapped(
          loss,
          inside.map(({ inLoop }) => inLoop as InLoop),
        );
  const taps = tap === null ? null : gradientsOf(tap.root, tap.taps);
  const pairs = [
    ...outside.map((one, i) => [one, found?.[i]] as const),
    ...inside.map((one, i) => [one, taps?.[i]] as const),
  ];
  return new Map(pairs.filter((pair): pair is [ObservedOutput, Node] => pair[1] !== undefined && pair[1] !== null));
}

/** `null` where the way from some layer to the loss has no gradient, as with labels that the network chooses itself. */
function gradientsOf(loss: Node, outputs: readonly Node[]): readonly Node[] | null {
  try {
    return gradients(loss, outputs);
  } catch (error) {
    if (error instanceof NotDifferentiableError) return null;
    throw error;
  }
}

/** Runs of `observed` that are not too large to be looked at together. */
function parts(observed: readonly ObservedOutput[]): readonly (readonly ObservedOutput[])[] {
  const all: ObservedOutput[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of observed) {
    const elements = 2 * numel(one.node.type.shape);
    if (size + elements > MOST_ELEMENTS) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(one);
    size += elements;
  }
  return all;
}

function inspected(
  { path, label, of, node, inLoop }: ObservedOutput,
  output: NDArray,
  gradient: NDArray | undefined,
): InspectedLayer {
  const made = inLoop?.value ?? node;
  const { shape } = made.type;
  const units = shape[1] ?? 1;
  const range = rangeOf(made);
  const [low, high] = [range?.low, range?.high];
  const isRectified = low === 0 && (range?.by === 'relu' || range?.by === 'hardtanh');
  const isSquashed = low !== undefined && high !== undefined && range?.by !== 'softmax' && !isRectified;
  return {
    path,
    label,
    of,
    shape,
    output: tensorStatistics(output),
    gradient: gradient === undefined ? null : tensorStatistics(gradient),
    dead: isRectified ? deadUnits(output.data, shape, units) : null,
    units,
    saturated: isSquashed ? saturatedShare(output, low, high) : null,
    steps: inLoop === null ? null : stepByStep(inLoop, output, gradient),
  };
}

function stepByStep(inLoop: InLoop, output: NDArray, gradient: NDArray | undefined): InspectedSteps {
  const of = ({ data }: NDArray): readonly number[] => {
    const steps = stepsOf(inLoop);
    const size = data.length / Math.max(1, steps);
    return Array.from({ length: steps }, (_, step) => {
      let squares = 0;
      for (let i = step * size; i < (step + 1) * size; i++) squares += (data[i] as number) ** 2;
      return Math.sqrt(squares / Math.max(1, size));
    });
  };
  const reverse = inLoop.loops.at(-1)?.attrs.reverse === true;
  return { output: of(output), gradient: gradient === undefined ? null : of(gradient), reverse };
}

/** Of a layer in a loop: units that give 0 at every step. */
function deadUnits(data: NDArray['data'], shape: Shape, units: number): number {
  const inner = shape.slice(2).reduce((n, d) => n * d, 1);
  const alive = new Uint8Array(units);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) alive[Math.floor(i / inner) % units] = 1;
  return units - alive.reduce((n, a) => n + a, 0);
}

/** Numbers so close to an end of the range that next to no gradient gets through. */
const NEAR = 0.01;

function saturatedShare({ data }: NDArray, low: number, high: number): number {
  const margin = NEAR * (high - low);
  let near = 0;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v <= low + margin || v >= high - margin) near++;
  }
  return near / Math.max(1, data.length);
}
