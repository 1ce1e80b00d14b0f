import { gradients } from '../autodiff/gradients.ts';
import type { Arrays, Backend, Executable } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { ValueError } from '../errors.ts';
import { expectFinite } from '../ir/finite.ts';
import { graph } from '../ir/graph.ts';
import { hostArrays } from '../ir/host-array.ts';
import { type NDArray, zeros } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { leafName, mapTree } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import { type AnyLayer, applyLayer } from '../layers/layer.ts';
import { parameterInputs } from '../model/forward.ts';
import { expectParameters, type Parameters } from '../model/parameters.ts';
import { div } from '../ops/elementwise/div.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { input } from '../ops/leaf/input.ts';
import { sum } from '../ops/reduce/sum.ts';
import { expectOptions } from '../options.ts';
import { key } from '../random/index.ts';
import { keyed, only } from './arrays.ts';
import { type AnyBatch, fedBatch, feedsOf } from './batch.ts';
import { drawStep } from './draw-step.ts';
import { type DrawInput, externalizeDraws } from './draws.ts';
import { names } from './names.ts';
import { batchesOf } from './sources.ts';

export interface UpdateBatchNormOptions {
  readonly model: AnyLayer;
  readonly parameters: Parameters;
  /** Once through the training data. */
  readonly batches: Iterable<AnyBatch> | AsyncIterable<AnyBatch>;
  readonly backend: Backend;
}

/** Running statistics, by PyTorch's names for them. */
const RUNNING = /(?:^|\.)running_(?:mean|var)$/;

/**
 * The same parameters with the running means and variances that the network has with them: each batch counts the same, and what there was
 * before does not count, as in PyTorch's `update_bn`. For parameters that were averaged, since their statistics were not.
 * @throws ValueError without batches.
 */
export async function updateBatchNorm(options: UpdateBatchNormOptions): Promise<Parameters> {
  expectOptions('updateBatchNorm', options, ['model', 'parameters', 'batches', 'backend']);
  const { model, parameters, batches, backend } = options;
  expectLayer('model', model);
  expectParameters(model, parameters);
  expectBackend('backend', backend);
  const without = Object.entries(parameters).map(
    ([name, array]) => [name, RUNNING.test(name) ? zeros(array.shape) : array] as const,
  );
  const fed = keyed(names.parameter, Object.fromEntries(without));
  const programs = new Map<string, Compiled>();
  const sums = new Map<string, Float64Array>();
  let count = 0;
  try {
    for await (const given of batchesOf('updateBatchNorm: the batches', batches)) {
      const x = hostArrays('x', given.x);
      const types = JSON.stringify(fedBatch(x, {}));
      const compiled = programs.get(types) ?? (await compile(model, x, backend));
      programs.set(types, compiled);
      count++;
      const { executable, draws, inputs } = compiled;
      const drawn = Object.fromEntries(draws.map((d) => [d.name, drawStep(key(0), d, count)]));
      const feeds = only(inputs, fed, feedsOf({ x, y: {} }), drawn);
      const statistics = inputs.size === 0 ? {} : await executable.run(feeds);
      expectFinite('the statistics of a batch', statistics, 'look at the batch, and at the parameters');
      for (const [name, { data }] of Object.entries(statistics)) {
        const total = sums.get(name) ?? new Float64Array(data.length);
        for (const [i, v] of (data as Float32Array).entries()) total[i] = (total[i] as number) + v;
        sums.set(name, total);
      }
    }
  } finally {
    for (const { executable } of programs.values()) executable.dispose();
  }
  if (count === 0)
    throw new ValueError('there are no statistics of nothing', {
      path: 'batches',
      received: 'no batches',
      expected: 'at least one batch of the training data',
    });
  const means = [...sums].map(([name, total]) => {
    const { shape } = parameters[name] as NDArray;
    return [name, { dtype: 'float32', shape, data: Float32Array.from(total, (v) => v / count) }] as const;
  });
  return { ...parameters, ...Object.fromEntries(means) };
}

interface Compiled {
  readonly executable: Pick<Executable, 'run' | 'dispose'>;
  readonly draws: readonly DrawInput[];
  readonly inputs: ReadonlySet<string>;
}

/** A program that gives the statistics of a batch alone, by the names of the parameters. */
async function compile(model: AnyLayer, x: AnyBatch['x'], backend: Backend): Promise<Compiled> {
  const parameters = parameterInputs(model, names.parameter(''));
  const set = new Map<string, Node>();
  const { x: types } = fedBatch(x, {});
  const fed = mapTree(types, ({ shape, dtype }, name) => input(leafName('x', name), shape, dtype));
  applyLayer(model, fed, parameters, { training: true, assign: (name, value) => set.set(name, value) });
  const statistics = [...set].flatMap(([name, next]) => {
    if (!RUNNING.test(name)) return [];
    // What is set is `keep · before + (1 − keep) · statistic`, and 0 is fed for what was before.
    const keep = gradients(sum(next), [parameters.get(name) as Node])[0] as Node;
    return [[name, div(next, sub(1, keep))] as const];
  });
  if (statistics.length === 0) return { executable: NOTHING, draws: [], inputs: new Set() };
  const { graph: traced, draws } = externalizeDraws(graph(new Map(statistics)));
  const program = { graph: traced, reads: [], writes: [] };
  return { executable: await backend.compile(program), draws, inputs: new Set(programInputs(program).keys()) };
}

const NOTHING: Compiled['executable'] = { run: async (): Promise<Arrays> => ({}), dispose: () => {} };
