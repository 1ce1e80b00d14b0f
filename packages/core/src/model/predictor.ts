import type { Backend } from '../backend/contract.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Layer } from '../layers/layer.ts';
import { forwardGraph, type SampleType } from './forward.ts';
import { expectParameters, type Parameters } from './parameters.ts';

/** A network with its numbers on a device, ready to be asked. */
export interface Predictor {
  /** `[batch, …] → [batch, …]`, for any batch size. */
  predict(x: NDArray): Promise<NDArray>;
  dispose(): void;
}

export interface PredictorOptions {
  readonly model: Layer;
  readonly parameters: Parameters;
  readonly sample: SampleType;
  readonly backend: Backend;
}

/** Compiles `model` for inference and puts its parameters on the device. Throws a `StateError` when they are another network's. */
export async function createPredictor({ model, parameters, sample, backend }: PredictorOptions): Promise<Predictor> {
  expectParameters(model, parameters);
  const executable = await backend.compile({
    graph: forwardGraph(model, sample),
    reads: Object.keys(parameters),
    writes: [],
  });
  const state = await backend.state(parameters);
  return {
    predict: async (x) => (await executable.run({ input: x }, state)).output as NDArray,
    dispose() {
      executable.dispose();
      state.dispose();
    },
  };
}
