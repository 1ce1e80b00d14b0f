import type { Arrays, Backend } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { ValueError } from '../errors.ts';
import { hostArrays } from '../ir/host-array.ts';
import type { Node } from '../ir/node.ts';
import { type ArraysOf, leavesOf, type Tensors, type Tree, treeOf } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import type { Layer } from '../layers/layer.ts';
import { expectLoss } from '../losses/expect.ts';
import type { Loss } from '../losses/loss.ts';
import { expectOptions } from '../options.ts';
import { expectOutputKind, type OutputKind } from '../targets/output-kind.ts';
import { expectSamples, forwardGraph, type SamplesOf, type SampleType, usedParameters } from './forward.ts';
import { outputKindOf } from './output-kind.ts';
import { expectParameters, type Parameters } from './parameters.ts';
import { type Prediction, type TopKOptions, topK } from './top-k.ts';

/** A network with its numbers on a device, ready to be asked. */
export interface Predictor<In extends Tensors = Node, Out extends Tensors = Node> {
  /** `[batch, …] → [batch, …]`, for any batch size; several inputs and outputs are records. */
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
  readonly sample: SamplesOf<In>;
  readonly backend: Backend;
  /** What the output is. Default: what the network itself shows; for one without a softmax or a sigmoid at its end, what `loss` takes it for. */
  readonly output?: OutputKind;
  /** What the network was trained with. */
  readonly loss?: Loss;
}

/** Keeps parameters apart from the input, whatever they are called. */
const PREFIX = 'parameter/';

/** Compiles `model` for inference and puts its parameters on the device. Throws a `StateError` when they are another network's. */
export async function createPredictor<In extends Tensors = Node, Out extends Tensors = Node>(
  options: PredictorOptions<In, Out>,
): Promise<Predictor<In, Out>> {
  expectOptions('createPredictor', options, ['model', 'parameters', 'sample', 'backend', 'output', 'loss']);
  const { model, parameters, sample, backend, output, loss } = options;
  expectLayer('model', model);
  expectBackend('backend', backend);
  expectSamples('sample', sample);
  if (loss !== undefined) expectLoss('loss', loss);
  expectOutputKind(output);
  expectParameters(model, parameters);
  const graph = forwardGraph(model, sample as Tree<SampleType>, { prefix: PREFIX });
  const kindOf = (node: Node): OutputKind => output ?? outputKindOf(node, loss);
  const kinds = treeOf('output', new Map([...graph.outputs].map(([name, node]) => [name, kindOf(node)])));
  const kept = usedParameters(graph, parameters, PREFIX);
  const executable = await backend.compile({ graph, reads: Object.keys(kept), writes: [] });
  const state = await backend.state(kept).catch((error: unknown) => {
    executable.dispose();
    throw error;
  });
  const run = async (x: ArraysOf<In>): Promise<Arrays> => {
    const arrays = leavesOf(hostArrays('x', x)).map(([name, array]) => [name || 'input', array] as const);
    return executable.run(Object.fromEntries(arrays), state);
  };
  return {
    predict: async (x) => treeOf('output', new Map(Object.entries(await run(x)))) as ArraysOf<Out>,
    outputKind: kinds as never,
    async topK(x, options = {}) {
      expectOptions('topK', options, ['k', 'labels', 'of']);
      const { of = 'output', ...rest } = options;
      const chosen = (await run(x))[of];
      const node = graph.outputs.get(of);
      if (chosen === undefined || node === undefined) throw noOutput(of, [...graph.outputs.keys()]);
      return topK(chosen, { ...rest, output: kindOf(node) });
    },
    dispose() {
      executable.dispose();
      state.dispose();
    },
  };
}

function noOutput(of: string, outputs: readonly string[]): ValueError {
  return new ValueError('topK needs to know which output to look at', {
    path: 'of',
    received: of === 'output' ? 'no name' : of,
    expected: outputs.join(', '),
  });
}
