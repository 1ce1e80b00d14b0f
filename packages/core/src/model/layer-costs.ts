import { topologicalOrder } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { leavesOf, type Tree } from '../ir/tree.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { inputOp } from '../ops/leaf/input.ts';
import { flopsIn } from './cost.ts';
import { forwardGraph, type SampleType } from './forward.ts';
import { receptiveFields } from './receptive-field.ts';
import type { SummaryRow } from './summary.ts';

export type LayerCost = Pick<SummaryRow, 'flops' | 'activationBytes' | 'receptiveField'>;

export interface Costs {
  /** One for each layer that counts, in the order in which they are applied. */
  readonly rows: readonly LayerCost[];
  /** Of the whole network. */
  readonly flops: number;
}

const BYTES: Readonly<Record<Node['type']['dtype'], number>> = { float32: 4, int32: 4, uint8: 1, bool: 1 };

/** What each layer costs for one sample, of those that `counts`. */
export function layerCosts(model: AnyLayer, sample: Tree<SampleType>, counts: (layer: AnyLayer) => boolean): Costs {
  const rows: (Omit<LayerCost, 'receptiveField'> & { readonly outputs: readonly Node[] })[] = [];
  const done = new Set<Node>();
  let flops = 0;
  const { nodes } = forwardGraph(model, sample, {
    prefix: PARAMETER,
    batch: 1,
    observe(_, layer, __, output) {
      const outputs = leavesOf(output).map(([, n]) => n);
      // What layers inside have computed is theirs.
      const own = topologicalOrder(outputs, done);
      for (const n of own) done.add(n);
      const cost = flopsIn(own);
      flops += cost;
      if (!counts(layer)) return;
      const bytes = outputs.reduce((sum, { type }) => sum + numel(type.shape) * BYTES[type.dtype], 0);
      rows.push({ flops: cost, activationBytes: bytes, outputs });
    },
  });
  const fieldOf = fieldsIn(nodes.filter((n) => isOp(n, inputOp) && !n.attrs.name.startsWith(PARAMETER)));
  return {
    rows: rows.map(({ outputs, ...row }) => {
      const [first] = outputs;
      return { ...row, receptiveField: outputs.length === 1 && first !== undefined ? fieldOf(first) : null };
    }),
    flops,
  };
}

const PARAMETER = 'parameter/';

/** Receptive fields where the network takes one image. */
function fieldsIn(inputs: readonly Node[]): (n: Node) => LayerCost['receptiveField'] {
  const [image] = inputs;
  if (image === undefined || inputs.length > 1 || image.type.shape.length !== 4) return () => null;
  const fieldOf = receptiveFields(image);
  return (n) => fieldOf(n)?.size ?? null;
}
