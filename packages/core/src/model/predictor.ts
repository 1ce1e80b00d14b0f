import { byteLength } from '../backend/check.ts';
import type { Arrays, Backend, Executable, Program } from '../backend/contract.ts';
import { executables } from '../backend/executables.ts';
import { expectBackend } from '../backend/expect.ts';
import { lifetime } from '../backend/lifetime.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { mapArrays } from '../backend/steps.ts';
import { ValueError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { DYNAMIC } from '../ir/shape.ts';
import { type ArraysOf, isLeaf, type NDArrays, type Tensors, type Tree, treeOf } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import type { Layer } from '../layers/layer.ts';
import { expectLoss } from '../losses/expect.ts';
import type { AnyLoss } from '../losses/loss.ts';
import { expectOptions } from '../options.ts';
import { expectOutputKind, type OutputKind } from '../targets/output-kind.ts';
import { isForAnyBatch } from './any-batch.ts';
import { forwardGraph, usedParameters } from './forward.ts';
import { expectIndexed, type IndexRule, indexRules } from './index-rules.ts';
import {
  type AxisRanges,
  type AxisSizes,
  atSizes,
  exampleSizes,
  expectOpenSamples,
  type OpenSamplesOf,
  type OpenSampleType,
  openAxes,
  sampleAt,
  sizesIn,
} from './open-axes.ts';
import { outputKindOf } from './output-kind.ts';
import { expectParameters, type Parameters } from './parameters.ts';
import { type Prediction, type TopKOptions, topK } from './top-k.ts';

/** A network with its numbers on a device, ready to be asked. */
export interface Predictor<In extends Tensors = Node, Out extends Tensors = Node> {
  /** `[batch, …] → [batch, …]`, for any batch size and any size of the open axes; several inputs and outputs are records. */
  predict(x: ArraysOf<In>): Promise<ArraysOf<Out>>;
  /** What the numbers of each output are, such as `'logits'`. */
  readonly outputKind: Out extends Node ? OutputKind : { readonly [K in keyof Out]: OutputKind };
  /**
   * The `k` most probable classes of each sample, best first. Throws a `ValueError` when the output is not classes, or when there are several
   * and `of` names none.
   */
  topK(x: ArraysOf<In>, options?: PredictorTopKOptions): Promise<readonly (readonly Prediction[])[]>;
  dispose(): void;
}

export interface PredictorTopKOptions extends Omit<TopKOptions, 'output'> {
  /** Which output, where there are several. */
  readonly of?: string;
}

export interface PredictorOptions<In extends Tensors = Node, Out extends Tensors = Node> {
  readonly model: Layer<In, Out>;
  readonly parameters: Parameters;
  /** Shape of one sample, without the batch, and its element type. A name stands for an axis of any size: `['time', 8]`. */
  readonly sample: OpenSamplesOf<In>;
  /** Which sizes the axes with a name may have. Default: any. */
  readonly axes?: AxisRanges;
  readonly backend: Backend;
  /** What the output is. Default: what the network itself shows; for one without a softmax or a sigmoid at its end, what `loss` takes it for. */
  readonly output?: OutputKind;
  /** What the network was trained with. */
  readonly loss?: AnyLoss;
}

/** Keeps parameters apart from the input, whatever they are called. */
const PREFIX = 'parameter/';

/** What the program of a network that needs one only is called. */
const ONLY = 'any size';

interface CompiledSize {
  readonly executable: Executable;
  /** What the indices among the inputs must be. */
  readonly indices: readonly IndexRule[];
}

/** Programs for sizes of open axes that are kept; a program takes batches of any size where the network has such a graph. */
const MOST_PROGRAMS = 16;

/** Bytes of parameters that all programs of a network together may have as constants of their own. */
const MOST_COPIES = 2 ** 28;

/**
 * Compiles `model` for inference with `parameters` as they are now: what becomes of them later, such as in a trainer, changes nothing. For a
 * sample with open axes, a program is compiled for each of their sizes when it is first met. Parameters become constants of the program where
 * the backend is faster for it and memory allows, else they are put on the device once for all programs.
 * @throws StateError when the parameters are another network's.
 */
export async function createPredictor<In extends Tensors = Node, Out extends Tensors = Node>(
  options: PredictorOptions<In, Out>,
): Promise<Predictor<In, Out>> {
  const known = ['model', 'parameters', 'sample', 'axes', 'backend', 'output', 'loss'];
  expectOptions('createPredictor', options, known);
  const { model, parameters, backend, output, loss } = options;
  expectLayer('model', model);
  expectBackend('backend', backend);
  expectOpenSamples('sample', options.sample);
  const sample = options.sample as Tree<OpenSampleType>;
  const axes = openAxes('createPredictor', sample, options.axes);
  if (loss !== undefined) expectLoss('loss', loss);
  expectOutputKind(output);
  expectParameters(model, parameters);
  const graphAt = (sizes: AxisSizes, batch: number): Graph =>
    atSizes(sizes, () => forwardGraph(model, sampleAt(sample, sizes), { prefix: PREFIX, batch }));
  const example = exampleSizes(axes);
  const { graph, takesAnyBatch } = graphOfExample((batch) => graphAt(example, batch));
  const { outputs } = graph;
  const isOne = outputs.size === 1 && outputs.has('output');
  const kindOf = (name: string, node: Node): OutputKind => output ?? outputKindOf(node, loss, isOne ? undefined : name);
  const kinds = treeOf('output', new Map([...outputs].map(([name, node]) => [name, kindOf(name, node)])));
  const programs = executables<CompiledSize>(MOST_PROGRAMS);
  const isOneProgram = takesAnyBatch && axes.length === 0;
  // At another size a network may use a parameter that it does not use here.
  const kept = isOneProgram ? usedParameters(graph, parameters, PREFIX) : prefixed(parameters);
  const constants = areConstants(kept, backend, isOneProgram) ? (isOneProgram ? kept : copied(kept)) : undefined;
  const programOf = (graph: Graph): Program =>
    constants === undefined
      ? { graph, reads: Object.keys(usedParameters(graph, kept)), writes: [] }
      : { graph, reads: [], writes: [], constants: usedParameters(graph, constants) };
  const compile = async (graph: Graph): Promise<CompiledSize> => ({
    executable: await backend.compile(programOf(graph)),
    indices: indexRules(
      graph.outputs.values(),
      [...programInputs({ graph })].filter(([name]) => !name.startsWith(PREFIX)),
    ),
  });
  type Work<T> = (compiled: CompiledSize) => Promise<T>;
  const compileOnly = (): Promise<CompiledSize> => compile(graph);
  const withProgram = <T>(feeds: Arrays, work: Work<T>): Promise<T> => {
    if (isOneProgram) return programs.use(ONLY, compileOnly, work);
    const sizes = sizesIn(sample, axes, feeds);
    const batch = takesAnyBatch ? DYNAMIC : (Object.values(feeds)[0]?.shape[0] ?? 0);
    return programs.use(JSON.stringify([batch, sizes]), () => compile(graphAt(sizes, batch)), work);
  };
  if (isOneProgram) await withProgram({}, async () => {});
  const held = constants === undefined ? backend.state(kept) : undefined;
  const state = await held?.catch((error: unknown) => {
    programs.dispose();
    throw error;
  });
  const alive = lifetime('the predictor');
  // Called in async functions, which turn what it throws into rejections.
  const run = (x: ArraysOf<In>): Promise<Arrays> => {
    alive.check();
    const feeds = feedsOf(hostArrays('x', x));
    return withProgram(feeds, ({ executable, indices }) => {
      expectIndexed(indices, feeds);
      return executable.run(feeds, state);
    });
  };
  return {
    async predict(x) {
      const results = await run(x);
      return (isOne ? results['output'] : results) as ArraysOf<Out>;
    },
    outputKind: kinds as never,
    async topK(x, options = {}) {
      expectOptions('topK', options, ['k', 'labels', 'of']);
      const { of = 'output', ...rest } = options;
      const chosen = (await run(x))[of];
      const node = outputs.get(of);
      if (chosen === undefined || node === undefined) throw noOutput(of, [...outputs.keys()]);
      return topK(chosen, { ...rest, output: kindOf(of, node) });
    },
    dispose() {
      alive.end();
      programs.dispose();
      state?.dispose();
    },
  };
}

/** A batch that no network has a reason to be made for. */
const EXAMPLE_BATCH = 11;

/** The network for any batch, if there is such a graph: one that computes with the size of the batch as a number is compiled for each. */
function graphOfExample(graphFor: (batch: number) => Graph): {
  readonly graph: Graph;
  readonly takesAnyBatch: boolean;
} {
  try {
    const open = graphFor(DYNAMIC);
    const fixed = graphFor(EXAMPLE_BATCH);
    return isForAnyBatch(open, fixed, EXAMPLE_BATCH)
      ? { graph: open, takesAnyBatch: true }
      : { graph: fixed, takesAnyBatch: false };
  } catch (error) {
    try {
      return { graph: graphFor(EXAMPLE_BATCH), takesAnyBatch: false };
    } catch {
      throw error;
    }
  }
}

/** What is fed for `x`, one array or several by name. */
function feedsOf(x: NDArrays): Arrays {
  return isLeaf(x) ? { input: x } : x;
}

/**
 * Whether parameters are constants of each program, or entries of a state that all programs read: each program has constants of its own.
 */
function areConstants(parameters: Arrays, { constantBytes = 0 }: Backend, isOneProgram: boolean): boolean {
  const bytes = byteLength(parameters);
  return bytes <= constantBytes && (isOneProgram || bytes * MOST_PROGRAMS <= MOST_COPIES);
}

/** Programs that are compiled later shall have the numbers of now. */
function copied(arrays: Arrays): Arrays {
  return mapArrays(arrays, (array) => ({ ...array, data: array.data.slice() }) as NDArray);
}

function prefixed(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, array]) => [`${PREFIX}${name}`, array]));
}

function noOutput(of: string, outputs: readonly string[]): ValueError {
  return new ValueError('topK needs to know which output to look at', {
    path: 'of',
    received: of === 'output' ? 'no name' : of,
    expected: outputs.join(', '),
  });
}
