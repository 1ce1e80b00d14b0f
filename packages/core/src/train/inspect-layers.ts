import { gradients } from '../autodiff/gradients.ts';
import { rangeOf } from '../diagnose/output-range.ts';
import { type TensorStatistics, tensorStatistics } from '../diagnose/tensor-statistics.ts';
import { NotDifferentiableError } from '../errors.ts';
import { isFloat } from '../ir/dtype.ts';
import { topologicalOrder } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { numel, type Shape } from '../ir/shape.ts';
import { leafName, leavesOf, mapTree, type NDArrays, type Tensors } from '../ir/tree.ts';
import { applyLayer } from '../layers/layer.ts';
import { parameterInputs } from '../model/forward.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { input, inputOp } from '../ops/leaf/input.ts';
import type { BatchTypes } from './batch.ts';
import { judge } from './judge.ts';
import { names } from './names.ts';
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
  readonly shape: Shape;
  readonly output: TensorStatistics;
  /** Of the loss with respect to the output; `null` where there is none, such as of integers. */
  readonly gradient: TensorStatistics | null;
  /** Units (entries of axis 1: features, channels) whose output is 0 for every sample of the batch; of functions like ReLU, else `null`. */
  readonly dead: number | null;
  readonly units: number;
  /** Share of the output within a hundredth of its range from either end; of functions like a sigmoid, else `null`. */
  readonly saturated: number | null;
}

/** A layer in the body of a loop, which gives something else at each step of it. */
export interface LayerInLoop {
  readonly path: string;
  readonly label: string;
}

/** A layer's output as a node, and where it came from. */
export interface ObservedOutput {
  readonly path: string;
  readonly label: string;
  readonly of: string;
  readonly node: Node;
  /** What came into the layer. */
  readonly given: readonly Node[];
}

export interface Forward {
  readonly output: NDArrays;
  readonly layers: readonly InspectedLayer[];
  readonly inLoops: readonly LayerInLoop[];
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
  const { observed, inLoops, output, loss } = applied(recipe, batch);
  const floats = observed.filter(({ node }) => isFloat(node.type.dtype));
  const found = gradientsOf(
    loss,
    floats.map(({ node }) => node),
  );
  const gradientNodes = new Map(floats.map((one, i) => [one, found?.[i] ?? null] as const));
  const outputs = leavesOf(output);
  const answers = stepProgram(() => new Map(outputs.map(([name, node]) => [leafName('output', name), node] as const)));
  const looks = parts(observed).map((part) => ({
    part,
    program: stepProgram(
      () =>
        new Map(
          part.flatMap((one, i) => {
            const gradient = gradientNodes.get(one) ?? null;
            const own = [[`output${i}`, cast(one.node, 'float32')] as const];
            return gradient === null ? own : [...own, [`gradient${i}`, cast(gradient, 'float32')] as const];
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
        inLoops,
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
): Pick<Forward, 'observed' | 'inLoops' | 'loss'> & { readonly output: Tensors } {
  const fed = (of: 'x' | 'y'): Tensors =>
    mapTree(batch[of], ({ dtype, shape }, name) => input(leafName(of, name), shape, dtype)) as Tensors;
  const [x, y] = [fed('x'), fed('y')];
  const parameters = parameterInputs(recipe.model, names.parameter(''));
  const observed: ObservedOutput[] = [];
  const output = applyLayer(recipe.model, x, parameters, {
    training: true,
    observe(path, layer, given, made) {
      if (layer.children !== undefined) return;
      for (const [of, node] of leavesOf(made))
        observed.push({ path, label: layer.label, of, node, given: leavesOf(given).map(([, n]) => n) });
    },
  }) as Tensors;
  const known = new Set([...leavesOf(x), ...leavesOf(y)].map(([, n]) => n).concat([...parameters.values()]));
  const loss = judge(recipe, output, y)[names.result('loss')] as Node;
  const seen = outside(observed, known);
  const hidden = observed
    .filter((one) => !seen.includes(one))
    .map(({ path, label }) => [path, { path, label }] as const);
  return { observed: seen, inLoops: [...new Map(hidden).values()], output, loss };
}

/** Those that can be asked for from outside: what stands inside the body of a loop depends on inputs that nobody feeds. */
function outside(observed: readonly ObservedOutput[], known: ReadonlySet<Node>): readonly ObservedOutput[] {
  const inside = new Set<Node>();
  for (const n of topologicalOrder(observed.map(({ node }) => node)))
    if ((n.op === inputOp && !known.has(n)) || n.inputs.some((i) => inside.has(i))) inside.add(n);
  return observed.filter(({ node }) => !inside.has(node));
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
  { path, label, of, node }: ObservedOutput,
  output: NDArray,
  gradient: NDArray | undefined,
): InspectedLayer {
  const units = node.type.shape[1] ?? 1;
  const range = rangeOf(node);
  const [low, high] = [range?.low, range?.high];
  const isRectified = low === 0 && (range?.by === 'relu' || range?.by === 'hardtanh');
  const isSquashed = low !== undefined && high !== undefined && range?.by !== 'softmax' && !isRectified;
  return {
    path,
    label,
    of,
    shape: node.type.shape,
    output: tensorStatistics(output),
    gradient: gradient === undefined ? null : tensorStatistics(gradient),
    dead: isRectified ? deadUnits(output, units) : null,
    units,
    saturated: isSquashed ? saturatedShare(output, low, high) : null,
  };
}

function deadUnits({ shape, data }: NDArray, units: number): number {
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
