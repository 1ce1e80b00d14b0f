import { expanded } from '../ir/expand.ts';
import { topologicalOrder } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Window } from '../ir/op.ts';

/** How far an element of an image sees: the height and width of the part of the input it depends on, and how far apart its neighbours' parts lie. */
export interface Field {
  readonly size: readonly [height: number, width: number];
  readonly step: readonly [number, number];
}

/** What a tensor knows of the input: a field, nothing at all, or `'unknown'` where it is no image any more. */
type Sight = Field | 'nothing' | 'unknown';

const ITSELF: Field = { size: [1, 1], step: [1, 1] };

/**
 * The receptive field of each tensor of a network over `image`, `[batch, channels, height, width]`, as far as padding lets it: `null` for tensors that are
 * no images of it (Araujo et al. 2019, "Computing Receptive Fields of Convolutional Neural Networks"). Values are found when they are asked for.
 */
export function receptiveFields(image: Node): (n: Node) => Field | null {
  const known = new Map<Node, Sight>([[image, ITSELF]]);
  const sightOf = (root: Node): Sight => {
    for (const n of topologicalOrder([root], new Set(known.keys()))) if (!known.has(n)) known.set(n, seen(n, known));
    return known.get(root) as Sight;
  };
  return (n) => {
    const sight = sightOf(n);
    return typeof sight === 'string' ? null : sight;
  };
}

function seen(n: Node, known: Map<Node, Sight>): Sight {
  const sights = n.inputs.map((x) => known.get(x) as Sight);
  if (sights.every((sight) => sight === 'nothing')) return 'nothing';
  if (n.op.kind === 'composite') {
    const root = expanded(n.op, n, () => true);
    for (const inner of topologicalOrder([root], new Set(n.inputs))) known.set(inner, seen(inner, known));
    return known.get(root) as Sight;
  }
  if (n.type.shape.length !== 4 || sights.includes('unknown')) return 'unknown';
  const { op, attrs, inputs } = n;
  const [first, ...others] = sights as readonly Sight[];
  if (op.window !== undefined) {
    if (typeof first === 'string' || others.some((sight) => sight !== 'nothing')) return 'unknown';
    return through(
      op.window(
        inputs.map((x) => x.type),
        attrs,
      ),
      first as Field,
    );
  }
  return op.elementwise === true || op.keepsPlaces?.(attrs) === true ? union(sights) : 'unknown';
}

function through({ size, step, dilation }: Window, { size: before, step: apart }: Field): Field {
  const along = <T>(f: (axis: 0 | 1) => T): readonly [T, T] => [f(0), f(1)];
  return {
    size: along((i) => before[i] + (size[i] - 1) * dilation[i] * apart[i]),
    step: along((i) => apart[i] * step[i]),
  };
}

function union(sights: readonly Sight[]): Sight {
  const fields = sights.filter((sight): sight is Field => typeof sight !== 'string');
  const [first, ...others] = fields;
  if (first === undefined) return 'nothing';
  if (others.some(({ step }) => step[0] !== first.step[0] || step[1] !== first.step[1])) return 'unknown';
  const largest = (i: 0 | 1): number => Math.max(...fields.map(({ size }) => size[i]));
  return { size: [largest(0), largest(1)], step: first.step };
}
