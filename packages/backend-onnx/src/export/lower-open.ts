import { type AxisSizes, type Graph, leavesOf, type Node, type OpenAxis, ShapeError } from '@descent/core/backend';
import { type Lowered, lowerGraph } from '../lower.ts';
import { tiles } from '../lowerings/conv/geometry.ts';
import type { OnnxModel } from '../model/graph.ts';
import { operators } from '../named/index.ts';
import { costRules, type Strategies } from '../strategies.ts';
import { generalize } from './generalize.ts';
import type { ExportedOutput } from './output.ts';
import { expectSameStructure } from './same-structure.ts';
import { farTraces, type Trace, type TracedNetwork, traceAt, traceSizes, withOrigins } from './traces.ts';

export interface OpenLowerOptions {
  readonly batch: 'dynamic' | number;
  readonly outputs: readonly Pick<ExportedOutput, 'from' | 'name'>[];
  readonly opset: number;
  /** Names that no value of the model may get. */
  readonly reserved: readonly string[];
}

const BATCH: OpenAxis = { name: 'batch', min: 1, max: Number.POSITIVE_INFINITY, multipleOf: 1 };
/** As whoever reads the file expects it, and with no constant whose size follows from an open axis. */
const READABLE: Strategies = {
  ...costRules,
  // With a group for each image the operator would be another for each batch.
  conv2dFilterGrad(...of) {
    const way = costRules.conv2dFilterGrad(...of);
    return way === 'grouped' ? 'rows' : way;
  },
  maxPool2dGrad: (_, attrs) => (tiles(attrs, attrs.kernel) ? 'firstMax' : 'taps'),
  scatterAdd: () => 'elements',
  sum: () => 'reduced',
};
/** Two sizes that are equal by chance can make two graphs differ. Other sizes show whether it was that. */
const ATTEMPTS = 3;

/** Something that is traced at sizes of its open axes. */
export interface Traced {
  readonly at: (sizes: AxisSizes) => Trace;
  /** Sizes that no open axis should get by chance. */
  readonly taken: ReadonlySet<number>;
}

/**
 * The network as a model for every size of the open axes, the batch among them. It is built at several sizes with numbers for all of them,
 * and what differs among the results is computed in the model (see docs/decisions/011-open-axes-by-several-traces.md).
 * @throws ShapeError naming layer and op when what differs cannot be computed.
 */
export function lowerOpen(network: TracedNetwork, axes: readonly OpenAxis[], options: OpenLowerOptions): OnnxModel {
  const taken = new Set([
    ...network.model.parameters.flatMap(({ shape }) => shape),
    ...leavesOf(network.sample).flatMap(([, { shape }]) => shape.filter((d) => typeof d === 'number')),
  ]);
  return lowerTraced({ at: (sizes) => traceAt(network, sizes), taken }, axes, options);
}

/** As `lowerOpen`, of anything that is traced at sizes. */
export function lowerTraced({ at, taken }: Traced, axes: readonly OpenAxis[], options: OpenLowerOptions): OnnxModel {
  const { batch } = options;
  const open = batch === 'dynamic' ? [BATCH, ...axes] : axes;
  const fixed: AxisSizes = batch === 'dynamic' ? {} : { batch };
  if (open.length === 0) return lower(at(fixed), options, true).model;
  let refused: ShapeError | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const traces = traceSizes(open, taken, attempt).map((sizes) => at({ ...fixed, ...sizes }));
    try {
      expectSameStructure(traces);
      expectSameStructure([...traces, ...farTraces(at, axes, traces)]);
      return generalize(
        traces.map((trace) => lower(trace, options, false)),
        traces.map(({ sizes }) => sizes),
        options.reserved,
      );
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      refused ??= error;
    }
  }
  throw refused;
}

function lower(trace: Trace, { outputs, opset, reserved }: OpenLowerOptions, sumsInBlocks: boolean): Lowered {
  const graph = trace.owners.size === 0 ? trace.graph : withOrigins(trace);
  const named: Graph = {
    ...graph,
    outputs: new Map(outputs.map(({ from, name }) => [name, graph.outputs.get(from) as Node])),
  };
  return lowerGraph(named, { opset, name: 'descent', reserved, sumsInBlocks, strategies: READABLE, operators });
}
