import { programInputs } from '../backend/check.ts';
import type { Backend } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { expectLayer } from '../layers/expect.ts';
import type { Layer } from '../layers/layer.ts';
import { expectLoss } from '../losses/expect.ts';
import type { Loss } from '../losses/loss.ts';
import { expectOptions } from '../options.ts';
import type { OutputKind } from '../targets/output-kind.ts';
import { expectSample, forwardGraph, type SampleType } from './forward.ts';
import { outputKindOf } from './output-kind.ts';
import { expectParameters, type Parameters } from './parameters.ts';
import { type Prediction, type TopKOptions, topK } from './top-k.ts';

/** A network with its numbers on a device, ready to be asked. */
export interface Predictor {
  /** `[batch, …] → [batch, …]`, for any batch size. */
  predict(x: NDArray): Promise<NDArray>;
  /** What these numbers are, such as `'logits'`. */
  readonly outputKind: OutputKind;
  /** The `k` most probable classes of each sample, best first. Throws a `ValueError` when the output is not classes. */
  topK(x: NDArray, options?: Omit<TopKOptions, 'output'>): Promise<readonly (readonly Prediction[])[]>;
  dispose(): void;
}

export interface PredictorOptions {
  readonly model: Layer;
  readonly parameters: Parameters;
  readonly sample: SampleType;
  readonly backend: Backend;
  /** What the output is. Default: what the network itself shows; for one without a softmax or a sigmoid at its end, what `loss` takes it for. */
  readonly output?: OutputKind;
  /** What the network was trained with. */
  readonly loss?: Loss;
}

/** Keeps parameters apart from the input, whatever they are called. */
const PREFIX = 'parameter/';

/** Compiles `model` for inference and puts its parameters on the device. Throws a `StateError` when they are another network's. */
export async function createPredictor(options: PredictorOptions): Promise<Predictor> {
  expectOptions('createPredictor', options, ['model', 'parameters', 'sample', 'backend', 'output', 'loss']);
  const { model, parameters, sample, backend, output, loss } = options;
  expectLayer('model', model);
  expectBackend('backend', backend);
  expectSample('sample', sample);
  if (loss !== undefined) expectLoss('loss', loss);
  expectParameters(model, parameters);
  const graph = forwardGraph(model, sample, { prefix: PREFIX });
  const kind = output ?? outputKindOf(graph.outputs.get('output') as Node, loss);
  const used = programInputs({ graph });
  const entries = Object.entries(parameters).map(([name, p]) => [`${PREFIX}${name}`, p] as const);
  // Some layers have parameters that only training needs.
  const kept = Object.fromEntries(entries.filter(([name]) => used.has(name)));
  const executable = await backend.compile({ graph, reads: Object.keys(kept), writes: [] });
  const state = await backend.state(kept).catch((error: unknown) => {
    executable.dispose();
    throw error;
  });
  const predict = async (x: NDArray): Promise<NDArray> =>
    (await executable.run({ input: hostArray('x', x) }, state)).output as NDArray;
  return {
    predict,
    outputKind: kind,
    topK: async (x, options = {}) => topK(await predict(x), { ...options, output: kind }),
    dispose() {
      executable.dispose();
      state.dispose();
    },
  };
}
