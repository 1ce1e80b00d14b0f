import type { NDArray } from '@descent/core';
import type { ModelProto } from '../proto/onnx-pb.ts';
import { batches, fixedBatch, type NamedSamples } from './samples.ts';
import type { QuantizedNode } from './transforms.ts';
import { openWatched } from './watched.ts';

/** How far what a node gives is from what it gave. */
export interface LayerError {
  readonly name: string;
  readonly op: string;
  /** `‖after − before‖ / ‖before‖` over some samples, Euclidean: 0.01 is one per cent. Errors of the layers before it are in it. */
  readonly error: number;
}

/** Samples that the layers are compared on. */
const SAMPLES = 16;

/** The nodes of `after` that were quantised, those that differ most first. */
export async function layerErrors(
  before: ModelProto,
  after: ModelProto,
  nodes: readonly QuantizedNode[],
  samples: NamedSamples,
): Promise<readonly LayerError[]> {
  const made = new Set(after.graph?.node.flatMap((n) => n.output));
  const common = nodes.filter(({ output }) => made.has(output));
  const names = common.map(({ output }) => output);
  const [a, b] = [await openWatched(before, names), await openWatched(after, names)];
  try {
    const fixed = fixedBatch(a);
    const [feeds] = batches(samples, fixed ?? SAMPLES, fixed !== null);
    if (feeds === undefined) return [];
    const [wanted, found] = [await a.run(feeds), await b.run(feeds)];
    return common
      .map(({ name, op, output }) => ({
        name,
        op,
        error: distance(found[output] as NDArray, wanted[output] as NDArray),
      }))
      .sort((x, y) => (x.error === y.error ? 0 : y.error - x.error));
  } finally {
    a.dispose();
    b.dispose();
  }
}

function distance({ data: a }: NDArray, { data: b }: NDArray): number {
  let [squares, all] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    squares += ((a[i] as number) - (b[i] as number)) ** 2;
    all += (b[i] as number) ** 2;
  }
  if (squares === 0) return 0;
  const error = Math.sqrt(squares / all);
  // As far off as can be: all was 0 before, or something is no number now.
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
